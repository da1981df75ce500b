"""Brevo (Sendinblue): events of transactional mail, one per request, and mails that come in, several per request.

Sources, read 2026-11: developers.brevo.com/docs/transactional-webhooks, /docs/inbound-parse-webhooks, and django-anymail for
what the pages leave open (which of the times is UTC, tags and metadata).

    {"event": "delivered", "email": "dana@example.org", "message-id": "<202611241007.1@smtp-relay.mailin.fr>", "ts_epoch": 1795514844000,
     "ts_event": 1795514844, "date": "2026-11-24 11:07:24", "subject": "Autumn at Acme", "tags": ["news"], "X-Mailin-custom": "{}"}

    {"items": [{"Uuid": ["b3.."], "MessageId": "<c0@example.org>", "From": {"Name": "Dana", "Address": "dana@example.org"},
     "To": [{"Address": "sales@acme.example"}], "Subject": "Hello", "RawTextBody": "Hi!", "Headers": {..}, "Attachments": [..]}]}

`date` and `ts` are in the time zone of the account, so they are kept and not read.
"""

from collections.abc import Sequence
from typing import Any

from domain.channels.email.brevo_examples import EXAMPLES
from domain.channels.email.headers import mailbox
from domain.channels.email.mime import Mime, Piece, told
from domain.channels.email.read_out import headers_of, size_of
from domain.channels.email.received import Arrival, received
from domain.channels.email.tracked import (
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    OPENED_BY_MACHINE,
    QUEUED,
    REJECTED,
    SOFT_BOUNCED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    each,
    fields_of,
    kind_of,
    said,
    tracked,
    words,
)
from domain.channels.provider import Given, Invalid, Item, Provider, inner, listed, texts
from domain.provider_time import rfc2822, unix

WORDS: dict[str, Word] = {
    "request": QUEUED,
    "delivered": DELIVERED,
    "deferred": DEFERRED,
    "soft_bounce": SOFT_BOUNCED,
    "hard_bounce": HARD_BOUNCED,
    "invalid_email": HARD_BOUNCED._replace(category="invalid"),
    "blocked": REJECTED,
    "error": REJECTED._replace(category="other"),
    "spam": COMPLAINED,
    "opened": OPENED,
    "unique_opened": OPENED,
    "proxy_open": OPENED_BY_MACHINE,
    "unique_proxy_open": OPENED_BY_MACHINE,
    "click": CLICKED,
    "unsubscribe": UNSUBSCRIBED,
    # Somebody was put on a list, which is no consent of theirs.
    "list_addition": Word("email.subscription_changed"),
}
FIELDS = {"link": "url", "reason": "mta_response", "event": "", "email": "", "message-id": "", "tags": ""}
FIELDS |= {"X-Mailin-custom": "", "subject": ""}

PERSONAL = frozenset(
    "email subject X-Mailin-custom link reason user_agent sender_email mirror_link tags tag From To Cc ReplyTo Subject RawHtmlBody "
    "RawTextBody ExtractedMarkdownMessage ExtractedMarkdownSignature Headers Recipients Attachments ip contact_id".split()
)
_ATTACHMENT = "https://api.brevo.com/v3/inbound/attachments/"


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event, or the mails. Raises Invalid or Nothing."""
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        return each(data["items"], _received)
    return [_tracked(data)]


def _tracked(data: Any) -> Item:
    kind = kind_of(data, "event")
    fields = texts(data)
    metadata = said(data.get("X-Mailin-custom"))
    about = fields_of(data, FIELDS)
    if not metadata:
        about["X-Mailin-custom"] = data.get("X-Mailin-custom")
    return tracked(
        WORDS.get(kind, UNKNOWN),
        kind,
        provider="brevo",
        message_id=fields.get("message-id"),
        recipient=fields.get("email"),
        shared=True,
        sender=fields.get("sender_email"),
        moment=fields.get("ts_epoch") or fields.get("ts_event"),
        time=unix(fields.get("ts_epoch") or fields.get("ts_event")),
        reason=fields.get("reason"),
        subject=fields.get("subject"),
        tags=words(data.get("tags")) or words(data.get("tag")),
        metadata=metadata,
        fields=about,
    )


def _received(mail: Any) -> Sequence[Item | Invalid]:
    if not isinstance(mail, dict):
        raise Invalid("missing_field", "Email event missing required field: From")
    fields, headers = texts(mail), list(headers_of(inner(mail, "Headers")))
    envelope = {name.lower(): value for name, value in headers}
    named = [_mailbox(one) for one in listed(mail, "To")]
    recipients = words(mail.get("Recipients")) or words(envelope.get("delivered-to")) or tuple(named[:1])
    arrival = Arrival(
        provider="brevo",
        event=next(iter(words(mail.get("Uuid"))), ""),
        time=rfc2822(fields.get("SentAtDate") or fields.get("Date", "")),
        senders=(_mailbox(mail.get("From")), envelope.get("return-path", "")),
        recipients=tuple(filter(None, recipients)),
        required="From",
        reply=fields.get("ExtractedMarkdownMessage"),
        fields={
            name: value
            for name in ("SpamScore", "ExtractedMarkdownSignature", "EMLDownloadToken")
            if (value := fields.get(name))
        },
    )
    return received(_mime(mail, headers, named), arrival)


def _mime(mail: dict[str, Any], headers: list[tuple[str, str]], named: list[str]) -> Mime:
    """Brevo names the most important headers beside all of them."""
    fields = texts(mail)
    more = {
        "From": _mailbox(mail.get("From")),
        "To": ", ".join(filter(None, named)),
        "Cc": ", ".join(filter(None, map(_mailbox, listed(mail, "Cc")))),
        "Reply-To": _mailbox(mail.get("ReplyTo")),
        "Message-ID": fields.get("MessageId", ""),
        "In-Reply-To": fields.get("InReplyTo", ""),
        "Date": fields.get("Date", ""),
    }
    return told(
        [*headers, *more.items()],
        subject=fields.get("Subject"),
        text=fields.get("RawTextBody"),
        html=fields.get("RawHtmlBody"),
        pieces=[_piece(texts(one)) for one in listed(mail, "Attachments")],
    )


def _mailbox(value: Any) -> str:
    named = texts(value)
    address = named.get("Address", "")
    return mailbox(named.get("Name", ""), address) if address else ""


def _piece(fields: dict[str, str]) -> Piece:
    return Piece(
        reference=_ATTACHMENT + fields.get("DownloadToken", ""),
        content_type=fields.get("ContentType", ""),
        name=fields.get("Name"),
        size=size_of(fields.get("ContentLength")),
        inline_id=fields.get("ContentID"),
    )


def recognises(data: Any) -> bool:
    """Events name a message by `message-id` or their time by `ts_epoch`; of mails that came in each has a `Uuid`."""
    if not isinstance(data, dict):
        return False
    mails = data.get("items")
    if isinstance(mails, list):
        return any(isinstance(one, dict) and ("Uuid" in one or "RawTextBody" in one) for one in mails)
    return "event" in data and ("message-id" in data or "ts_epoch" in data or "ts_event" in data)


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="brevo",
    source=(
        "https://developers.brevo.com/docs/transactional-webhooks",
        "https://developers.brevo.com/docs/inbound-parse-webhooks",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/brevo.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    not_covered=("events of marketing campaigns (camp_id)", "events of SMS and WhatsApp", "the SMS replies"),
)
