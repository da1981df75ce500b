"""docs/channels.md from domain.channels and schemas: the vocabulary, the plain form, and who says what."""

import inspect
from collections import defaultdict
from typing import get_args

from domain.channels.provider import Provider
from domain.channels.registry import channels, providers
from domain.door import WEBHOOK_SECRET
from schemas.inbound import InboundEvent, Verification
from schemas.meanings import MEANINGS
from schemas.values import (
    Answer,
    Attachment,
    Call,
    Content,
    ContentKind,
    FailureCategory,
    Location,
    Person,
    StatusReport,
)
from trunkline.reference.markdown import code, table

PATH = "docs/channels.md"

INTRODUCTION = """# Channels

One vocabulary for all providers. A file per provider (`domain/channels/<channel>/<provider>.py`) turns what it sends into the form
below; a provider that nobody wrote a file for is [described by data](declared-providers.md); a new channel is
[one folder](adding-a-channel.md).

`trunkline normalize FILE` shows what a payload becomes, `trunkline explain payload FILE` says why.
"""

PLAIN = (
    ("kind", "what happened, one of the identifiers above"),
    ("channel, provider", "whose payload it is"),
    ("provider_message_id", "what the provider calls the message, call or push; Message-IDs of mails with their angle brackets"),
    ("provider_event_id", "the provider's own id of this event, where it has one"),
    ("contact", "URN of the person; null where nobody is named"),
    ("business", "URN of our address; `<provider>:<account>` where none is told"),
    ("direction", "inbound or outbound: which way the message goes that this is about"),
    ("content_kind", "what the content is"),
    ("text, html, subject", "what was said; all of it"),
    ("reply", "of a mail, the sender's own words without what they quote"),
    ("status", "of a message: queued, sending, sent, delivered, read, played, undelivered, failed, canceled; of a call its own"),
    ("error", "code and text of the provider, a category in our words, whether it is permanent"),
    ("attachments", "content_type, filename, size, reference (never fetched), inline_id, voice"),
    ("location", "latitude, longitude, name, address"),
    ("answer", "what was chosen, keyed or spoken"),
    ("call", "status, sequence, duration, answered_by, parent"),
    ("in_reply_to", "what the provider calls the message that this one answers"),
    ("about", "what tells the message apart where provider_message_id does not: the target of a reaction, an edit, a deletion"),
    ("contact_name", "what the person is called there"),
    ("aliases, successor", "other addresses of the same person; the one from now on"),
    ("occurred_at", "the provider's time, RFC 3339 in UTC; null where none is told"),
    ("until", "a watermark: everything of the thread up to that time"),
    ("recipients", "everybody whom a mail names, as it names them; of a mail of ours the one that this is about"),
    ("tags, metadata", "what we had sent along with a message of ours"),
    ("machine", "done or written by no person"),
    ("keyword", "a reserved word that the provider has answered already"),
    ("consent", "opted_out or opted_in, and the way it came about"),
    ("provider_kind", "the provider's own name of what happened"),
    ("extra", "the remaining fields under the provider's own names; a click's `url`, an opening's `user_agent` and `ip`, the other "
     "server's `mta_response`, a `description`"),
)  # fmt: skip

SCHEMES = (
    ("tel:", "a number with its plus, or a short code of 3 to 6 digits"),
    ("sender:", "an alphanumeric sender, in capitals; nobody can reply to it"),
    ("mailto:", "a mail address in lower case, its domain in ASCII; plus tags stay"),
    (
        "whatsapp:",
        "the digits as WhatsApp has them, or a business-scoped user id (`US.1234`) of who has no number there",
    ),
    ("facebook:, instagram:, telegram:, viber:, line:", "what the provider calls the person"),
    ("sip:, client:", "who calls over the internet, without a number"),
    ("web:, zendesk:, push:", "a visitor, a user, a device's token"),
    ("account:", "an account of ours, for what concerns nobody else"),
)


STRUCTS = (InboundEvent, Content, Attachment, Location, Answer, Person, StatusReport, Call)


def render() -> str:
    known = [each for channel in channels() for each in providers(channel)]
    parts = [INTRODUCTION, "## What can happen\n"]
    parts.append(table(("kind", "decided as", "says"), [(code(m), code(t), says) for m, (t, says) in MEANINGS.items()]))
    parts.append(
        "\n## Addresses\n\nOne spelling for each address (a URN), because a contact's id is derived from it.\n"
    )
    parts.append(table(("scheme", "holds"), [(code(scheme), holds) for scheme, holds in SCHEMES]))
    parts.append("\n## The plain form\n\nWhat `trunkline normalize` prints of each event.\n")
    parts.append(table(("field", "holds"), [(code(name), holds) for name, holds in PLAIN]))
    parts.append(
        "\n## The record\n\nWhat stands on `comms.inbound.v1` (every field: [Records and events](reference/events.md)).\n"
    )
    parts += [f"- **{each.__name__}**: {' '.join((inspect.getdoc(each) or '').split())}" for each in STRUCTS]
    parts.append(f"\nKinds of content: {', '.join(map(code, get_args(ContentKind)))}.")
    parts.append(f"Categories of failure: {', '.join(map(code, get_args(FailureCategory)))}.")
    parts.append(f"Verification: {', '.join(map(code, get_args(Verification)))}; what fails becomes a dead letter.\n")
    parts.append("## Who says what\n\nFrom the examples of each provider, which are tests.\n")
    for channel in channels():
        rows = [(code(each.name), _kinds(each), _proof(each)) for each in providers(channel)]
        parts.append(f"### {channel}\n\n" + table(("provider", "kinds", "proves itself by"), rows))
    parts.append("## Not covered\n\nForms for which no source was found. They are kept as `unknown`, never guessed.\n")
    missing = [(code(f"{each.channel}/{each.name}"), form) for each in known for form in each.not_covered]
    parts.append(table(("provider", "form"), missing))
    parts.append("## Sources\n")
    pages: dict[str, list[str]] = defaultdict(list)
    for each in known:
        pages[f"{each.channel}/{each.name}"] += each.source
    parts += [f"- {code(name)}: {', '.join(f'<{url}>' for url in urls)}" for name, urls in pages.items()]
    return "\n".join(parts)


def _kinds(provider: Provider) -> str:
    shown = {outcome.partition(":")[0] for each in provider.examples.values() for outcome in each.outcome}
    return ", ".join(code(meaning) for meaning in MEANINGS if meaning in shown)


def _proof(provider: Provider) -> str:
    """Schemes, by the secret that each needs; basic authentication is everybody's."""
    own = [
        f"{code(each.scheme)} with {code(each.secret)}" + (", always" if each.mandatory else "")
        for each in provider.signatures
    ]
    return "; ".join(own) if own else f"basic authentication ({code(WEBHOOK_SECRET)}) only"
