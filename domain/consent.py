"""What stands of a contact's consent, and what changes it.

A scope is `all` or `channel:<name>`. The last word on a channel stands: a change for `all` overrides what was said per channel before
it, a later change for a channel is an exception to it. Whoever never said anything is neither opted out nor opted in.
"""

import re
from collections.abc import Iterator

from domain.keywords import Verdict
from schemas.inbound import InboundEvent
from schemas.settings import Policy

ALL = "all"
CHANNEL = "channel:"
SCOPE = re.compile(rf"{ALL}|{CHANNEL}[a-z][a-z0-9_]{{0,31}}")
STATES = ("opted_out", "opted_in")

Consent = tuple[tuple[str, str], ...]
"""(scope, state), sorted by scope, so that the same facts make the same value."""


def stands(consent: Consent, channel: str) -> str | None:
    """`opted_out`, `opted_in` or None for a channel."""
    if not consent:
        return None
    known = dict(consent)
    return known.get(f"{CHANNEL}{channel}", known.get(ALL))


def with_change(consent: Consent, scope: str, state: str) -> Consent:
    """What stands after one more change."""
    if scope == ALL:
        return ((ALL, state),)
    return tuple(sorted({**dict(consent), scope: state}.items()))


def changes(
    consent: Consent, event: InboundEvent, word: Verdict | None, policy: Policy
) -> Iterator[tuple[str, str, str]]:
    """(scope, new state, source) of each change that an event makes; none where it says what stands already.

    A keyword closes and opens what the tenant's policy says. What a provider reports concerns its channel alone.
    """
    if word is None and event.consent is None:
        return
    channel = f"{CHANNEL}{event.channel}"
    if word is not None and word.keyword != "help":
        scope = ALL if policy.opt_out_scope == ALL else channel
        state = "opted_out" if word.keyword == "stop" else "opted_in"
        if _differs(consent, scope, state):
            yield scope, state, "keyword"
    elif event.consent is not None:
        state, source = event.consent
        if _differs(consent, channel, state):
            yield channel, state, source


def _differs(consent: Consent, scope: str, state: str) -> bool:
    if scope == ALL:
        return consent != ((ALL, state),)
    known = dict(consent)
    return known.get(scope, known.get(ALL)) != state
