"""Resend: events of mail that went out, the news that a mail came in, and changes of domains and contacts.

Sources, read 2026-11: resend.com/docs/webhooks/event-types, /dashboard/webhooks/body-parameters, /dashboard/emails/email-bounces (types of
bounces), django-anymail (tags in headers, the older texts of bounces), and public tests of several for the mail that came in.

    {"type": "email.bounced", "created_at": "2026-11-24T10:07:24.126Z", "data": {"email_id": "56761188-..", "created_at": "..", "from":
     "Acme <news@acme.example>", "to": ["dana@example.org"], "subject": "Autumn", "tags": {"lead_id": "4711"}, "bounce": {"type":
     "Permanent", "subType": "General", "message": "The recipient's server said no"}}}

`to` are the recipients concerned. The header `svix-id` names the event, also when it is sent again. Of a mail that came in the text and
the files are fetched.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.channels.email.mime import Piece, bracketed, told
from domain.channels.email.read_out import headers_of, size_of
from domain.channels.email.received import Arrival, received
from domain.channels.email.resend_examples import EXAMPLES
from domain.channels.email.tracked import (
    BOUNCED,
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    QUEUED,
    REJECTED,
    SENT,
    SOFT_BOUNCED,
    UNKNOWN,
    Word,
    about_us,
    each,
    fields_of,
    kind_of,
    said,
    tracked,
    words,
)
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, texts
from domain.peeling import Unreadable, json_of
from domain.provider_time import iso

WORDS: dict[str, Word] = {
    "email.scheduled": QUEUED,
    "email.sent": SENT,
    "email.delivered": DELIVERED,
    "email.delivery_delayed": DEFERRED,
    "email.bounced": BOUNCED,
    "email.failed": REJECTED._replace(category="other"),
    "email.suppressed": REJECTED._replace(held=True),
    "email.complained": COMPLAINED,
    "email.opened": OPENED,
    "email.clicked": CLICKED,
}
BOUNCES: dict[str, Word] = {"Permanent": HARD_BOUNCED, "Transient": SOFT_BOUNCED, "Undetermined": BOUNCED}
SUPPRESSED = "suppress"
"""Part of the subtype, or of the message, of a bounce for which Resend did not even try."""
ONE_PERSON = frozenset({"email.opened", "email.clicked", "email.complained"})
"""What one recipient did. Where several are named Resend does not say which: then it is recorded and nothing is concluded."""
MOST = 100
"""Recipients of one event; Resend itself takes 50."""
ABOUT_US = ("domain.", "contact.")

_SAID = dict.fromkeys(
    "email_id from to subject tags headers click open bounce failed suppressed attachments".split(), ""
)
_DETAILS = ("click", "open", "bounce", "failed", "suppressed")
DETAIL = {
    "link": "url",
    "userAgent": "user_agent",
    "ipAddress": "ip",
    "message": "description",
    "reason": "description",
}
DETAIL |= {"diagnosticCode": ""}
PERSONAL = frozenset(
    "from to cc bcc reply_to received_for subject headers click open bounce failed suppressed text html attachments email first_name "
    "last_name tags properties".split()
)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event, per recipient concerned. Raises Invalid."""
    kind = kind_of(data, "type")
    about = inner(data, "data")
    event = given.headers.get("svix-id") or given.headers.get("webhook-id") or ""
    if kind == "email.received":
        return _received(kind, data, about, event)
    if kind.startswith(ABOUT_US):
        return [_about_us(kind, data, about, event)]
    recipients = words(about.get("to"))
    if len(recipients) > MOST:
        raise Invalid(
            "too_many_recipients", f"Email event has more than {MOST} recipients", words(about.get("email_id"))
        )
    word = _word(kind, about)
    if word.meaning in ONE_PERSON and len(recipients) > 1:
        word = UNKNOWN
    return each(recipients or ("",), lambda recipient: [_tracked(word, kind, data, about, recipient, event)])


def _word(kind: str, about: Mapping[str, Any]) -> Word:
    word = WORDS.get(kind, UNKNOWN)
    if word is not BOUNCED:
        return word
    bounce = texts(about.get("bounce"))
    message = bounce.get("message", "").lower()
    word = BOUNCES.get(bounce.get("type", ""), HARD_BOUNCED if "hard bounce" in message else BOUNCED)
    if SUPPRESSED in f"{bounce.get('subType', '')} {message}".lower():
        return word._replace(category="blocked", held=True)
    return word


def _tracked(
    word: Word, kind: str, data: Mapping[str, Any], about: Mapping[str, Any], recipient: str, event: str
) -> Item:  # fmt: skip
    fields, metadata = texts(about), _pairs(about.get("tags"))
    tags: tuple[str, ...] = ()
    for name, value in _headers(about):
        if name.lower() == "x-tags":
            tags = _tags(value)
        elif name.lower() == "x-metadata":
            metadata |= said(value)
    detail: dict[str, Any] = {}
    for name in _DETAILS:
        detail |= inner(about, name)
    told, answers = texts(detail), words(detail.get("diagnosticCode"))
    kept = fields_of(about, _SAID) | fields_of(detail, DETAIL) | {"mta_response": "\n".join(answers)}
    if message_id := fields.get("message_id"):
        kept["message_id"] = bracketed(message_id)
    time = texts(data).get("created_at")
    return tracked(
        word,
        kind,
        provider="resend",
        message_id=fields.get("email_id"),
        recipient=recipient,
        shared=True,
        event=event,
        sender=fields.get("from"),
        moment=time,
        time=iso(time or ""),
        code="/".join(filter(None, (told.get("type"), told.get("subType")))) or None,
        reason="\n".join(answers) or told.get("message") or told.get("reason"),
        subject=fields.get("subject"),
        tags=tags,
        metadata=metadata,
        campaign=fields.get("broadcast_id"),
        fields=kept,
    )


def _pairs(tags: Any) -> dict[str, Any]:
    """Tags are names with values: an object, or a list of them."""
    if not isinstance(tags, list):
        return said(tags)
    pairs = map(texts, tags)
    return {pair["name"]: pair.get("value", "") for pair in pairs if "name" in pair}


def _headers(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As they were given with the mail: a list of names and values, or an object."""
    for header in listed(about, "headers"):
        pair = texts(header)
        if "name" in pair and "value" in pair:
            yield pair["name"], pair["value"]
    yield from headers_of(inner(about, "headers"))


def _tags(value: str) -> tuple[str, ...]:
    try:
        return words(json_of(value))
    except Unreadable:
        return ()


def _about_us(kind: str, data: Mapping[str, Any], about: Mapping[str, Any], event: str) -> Item:
    time = texts(data).get("created_at")
    name = texts(about).get("id")
    return about_us(
        kind, provider="resend", fields=dict(about), event=event, name=name, moment=time, time=iso(time or "")
    )  # fmt: skip


def _received(kind: str, data: Mapping[str, Any], about: Mapping[str, Any], event: str) -> Sequence[Item | Invalid]:
    fields = texts(about)
    email_id = fields.get("email_id")
    if not email_id:
        raise Invalid("missing_field", "Email event missing required field: data.email_id")
    headers = {
        "From": fields.get("from", ""),
        "To": ", ".join(words(about.get("to"))),
        "Cc": ", ".join(words(about.get("cc"))),
        "Reply-To": ", ".join(words(about.get("reply_to"))),
        "Message-ID": bracketed(fields["message_id"]) if "message_id" in fields else "",
    }
    mime = told(
        [*headers.items(), *_headers(about)],
        subject=fields.get("subject"),
        text=fields.get("text"),
        html=fields.get("html"),
        pieces=[_piece(texts(one)) for one in listed(about, "attachments")],
    )
    arrival = Arrival(
        provider="resend",
        provider_id=email_id,
        event=event,
        kind=kind,
        time=iso(texts(data).get("created_at", "")),
        recipients=words(about.get("received_for")) or words(about.get("to")),
        required="data.from",
    )
    return received(mime, arrival)


def _piece(file: Mapping[str, str]) -> Piece:
    return Piece(
        reference=file.get("download_url") or file.get("id", ""),
        content_type=file.get("content_type", ""),
        name=file.get("filename"),
        size=size_of(file.get("size")),
        inline_id=file.get("content_id"),
    )


def recognises(data: Any) -> bool:
    """The type says what it is about and what happened; the rest is beside it."""
    type_ = data.get("type") if isinstance(data, dict) else None
    return isinstance(type_, str) and type_.startswith(("email.", *ABOUT_US)) and isinstance(data.get("data"), dict)


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="resend",
    source=(
        "https://resend.com/docs/webhooks/event-types",
        "https://resend.com/docs/dashboard/webhooks/body-parameters",
        "https://resend.com/docs/dashboard/emails/email-bounces",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/resend.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("RESEND_SIGNING_SECRET", "resend"),),
    not_covered=("the text and the files of a mail that came in: they are only in the API",),
)
