"""What keys of a description must fit each other, by the kind of object. A key that is wrong already, or missing, is an empty tuple."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec.structs import fields

from domain.declared.contents import REPORTS, WRITTEN
from domain.declared.description import Decode, Description, Kind, Media, Shown, Signed, When
from domain.declared.kinds import STATUSES
from domain.declared.paths import each
from domain.signatures import SCHEMES, scheme
from schemas.meanings import MEANINGS
from schemas.values import MessageStatus

Found = Iterable[tuple[str, str]]
"""(key, what is wrong with it and what to write)."""


def did_you_mean(word: str, known: Iterable[object]) -> str:
    """The nearest of what is known, as the end of a sentence."""
    near = get_close_matches(word.lower(), [str(each_) for each_ in known], 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _when(when: When) -> Found:
    if not when.present and not when.equals and not when.begins:
        yield "", "would hold for anything; write present, equals or begins"


def _decode(decode: Decode) -> Found:
    if decode.always is None and not decode.by:
        yield "", "says no way; write always, or by and values"
    if bool(decode.by) != bool(decode.values):
        yield "", "needs by and values together: where it is said, and the way for each value"


def _media(media: Media) -> Found:
    if not media.items and not media.url:
        yield "", "says no place; write items, url or both"


def _kind(kind: Kind) -> Found:
    meaning = kind.meaning
    if meaning not in MEANINGS:
        return
    if not kind.id and not kind.event:
        yield (
            "id",
            "is missing; write where the provider's own id stands, without which the same thing sent again would count twice",
        )
    needs = {
        "message.status": ("status", "statuses"),
        "message.edited": ("about",),
        "message.deleted": ("about",),
        "message.reaction": ("about",),
        "identity.changed": ("sender", "successor"),
        "consent.changed": ("sender", "consent"),
    }
    for name in needs.get(meaning, ()):
        if not getattr(kind, name):
            yield name, f"is missing; {meaning} is nothing without it"
    inbound = kind.direction != "outbound" and meaning != "message.echoed"
    theirs = "sender" if inbound else "receiver"
    if meaning in WRITTEN and not getattr(kind, theirs):
        yield theirs, "is missing; write where the person's address stands"
    if kind.statuses and meaning not in REPORTS:
        yield "statuses", f"has no use, because {meaning} reports nothing about a message of ours; leave it out"
    elif kind.statuses and not kind.status and meaning in STATUSES:
        yield "status", "is missing; statuses says what its values mean"


def _signed(signed: Signed) -> Found:
    known = SCHEMES.get(signed.scheme)
    if not signed.scheme:
        return
    if known is None:
        near = did_you_mean(signed.scheme, SCHEMES)
        yield "scheme", f"is {signed.scheme!r}, which is none of {', '.join(sorted(SCHEMES))}{near}"
        return
    names = [each_.name for each_ in fields(known)]
    unknown = [name for name in signed.parameters if name not in names]
    for name in unknown:
        told = f"of {signed.scheme}, which has {', '.join(names) or 'none'}{did_you_mean(name, names)}"
        yield f"parameters.{name}", f"is no parameter {told}"
    if not unknown:
        try:
            scheme(signed.scheme, signed.parameters)
        except ValueError as error:
            yield "parameters", f"do not fit: {error}"
    if signed.mandatory == "header" and not signed.header:
        yield "header", "is missing; write which one every request must have"


def _shown(shown: Shown) -> Found:
    for outcome in each(shown.outcome):
        head, _, tail = outcome.partition(":")
        if head in ("rejected", "ignored"):
            if not tail:
                yield "outcome", f"has {outcome!r} without a reason; write it like {head}:missing_field"
        elif head not in MEANINGS:
            known = (*MEANINGS, "rejected:<reason>", "ignored:<why>")
            yield "outcome", f"has {head!r}, which is no meaning{did_you_mean(head, known)}"
        elif tail and tail not in set(MessageStatus):
            known_ = tuple(status.value for status in MessageStatus)
            yield "outcome", f"has {tail!r}, which is none of {', '.join(known_)}{did_you_mean(tail, known_)}"


def _description(description: Description) -> Found:
    from domain.channels.registry import channels  # it reads descriptions itself

    if description.channel and description.channel not in channels():
        near = did_you_mean(description.channel, channels())
        yield "channel", f"is {description.channel!r}, which is none of {', '.join(channels())}{near}"
    for page in each(description.source):
        if not page.startswith("https://"):
            yield "source", f"has {page!r}; write addresses of pages, each beginning with https://"
    if description.international and description.country:
        yield "country", "cannot be: numbers are international; keep one of the two"
    names = [shown.name for shown in description.examples]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield "examples", f"has two that are called {name}; give each a name of its own"
    yield from _bodies(description)


def _bodies(description: Description) -> Found:
    for at, shown in enumerate(description.examples):
        if description.form in ("form", "query") and not isinstance(shown.body, str | dict):
            yield f"examples.{at}.body", "is neither a text nor names with values, of which forms are made"


CHECKS: Mapping[Any, Callable[[Any], Found]] = {
    Decode: _decode,
    Description: _description,
    Kind: _kind,
    Media: _media,
    Shown: _shown,
    Signed: _signed,
    When: _when,
}
