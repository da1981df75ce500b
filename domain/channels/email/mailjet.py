"""Mailjet: events one per request or grouped in an array (version 2 of the Event API), and mails that come in (Parse API).

Sources, read 2026-11: github.com/mailjet/api-documentation, guides/_event-api.md (kinds, table of errors) and guides/_parse-api.md,
documentation.mailjet.com article 360043578154, and django-anymail for errors that are not in the table.

    [{"event": "bounce", "time": 1795514844, "MessageID": 13792286917004336, "email": "dana@example.org", "mj_campaign_id": 7257,
      "customcampaign": "autumn", "Payload": "{}", "hard_bounce": true, "error_related_to": "recipient", "error": "user unknown"}]

    {"Sender": "dana@example.org", "Recipient": "sales@in.acme.example", "From": "Dana <dana@example.org>", "Subject": "Hello",
     "Headers": {"Message-ID": "<1@example.org>", "Received": ["..", ".."]}, "Parts": [{"Headers": {..}, "ContentRef": "Text-part"}],
     "Text-part": "Hi!", "SpamAssassinScore": "0.6"}

Each recipient's mail has a `MessageID` of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from typing import Any

from domain.channels.email.headers import decoded
from domain.channels.email.mailjet_examples import EXAMPLES
from domain.channels.email.mime import Piece, told
from domain.channels.email.parsing import sensible
from domain.channels.email.read_out import headers_of, octets
from domain.channels.email.received import Arrival, received
from domain.channels.email.tracked import (
    BOUNCED,
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
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
from domain.channels.provider import Given, Invalid, Item, Provider, inner, listed, text_of, texts
from domain.mail_text import FAILURES
from domain.provider_time import unix
from schemas.values import FailureCategory

WORDS: dict[str, Word] = {
    "sent": DELIVERED,  # dispatched when the receiving server has taken it
    "open": OPENED,
    "click": CLICKED,
    "bounce": BOUNCED,
    "blocked": REJECTED,
    "spam": COMPLAINED,
    "unsub": UNSUBSCRIBED,
}
BOUNCES = {True: HARD_BOUNCED, False: SOFT_BOUNCED}
"""By `hard_bounce`: whether the error is permanent."""
ERRORS: dict[str, FailureCategory] = {
    "user unknown": "invalid",
    "mailbox inactive": "invalid",
    "quota exceeded": "bounced",
    "blacklisted": "blocked",
    "spam reporter": "spam",
    "invalid domain": "invalid",
    "no mail host": "bounced",
    "relay/access denied": "bounced",
    "greylisted": "other",
    "typofix": "invalid",
    "sender blocked": "blocked",
    "content blocked": "blocked",
    "policy issue": "blocked",
    "preblocked": "blocked",
}
"""By `error`; those of Mailjet's own servers and what is new are none of these."""
GREYLISTED = "greylisted"
"""An error after which Mailjet tries again by itself."""

FIELDS = {"agent": "user_agent", "smtp_reply": "mta_response", "event": "", "email": "", "MessageID": "", "Payload": ""}
PERSONAL = frozenset(
    "email ip agent url Payload CustomID smtp_reply Sender Recipient From Subject Headers Parts Text-part Html-part geo".split()
)
PERSONAL |= {f"{prefix}{n}" for prefix in ("Attachment", "InlineAttachment") for n in range(1, 51)}


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Every event, or the one mail. Raises Invalid or Nothing."""
    if isinstance(data, list):
        return each(data, lambda event: [_tracked(event)])
    if isinstance(data, dict) and "event" not in data and ("Sender" in data or "Parts" in data):
        return _received(data)
    return [_tracked(data)]


def _tracked(event: Any) -> Item:
    kind = kind_of(event, "event")
    fields = texts(event)
    metadata = said(event.get("Payload"))
    about = fields_of(event, FIELDS)
    if not metadata:
        about["Payload"] = event.get("Payload")
    return tracked(
        _word(kind, event, fields),
        kind,
        provider="mailjet",
        message_id=fields.get("MessageID") or fields.get("mj_message_id"),
        recipient=fields.get("email"),
        moment=fields.get("time"),
        time=unix(fields.get("time")),
        code=fields.get("error_related_to"),
        reason=fields.get("error"),
        tags=words(event.get("customcampaign")),
        metadata=metadata,
        fields=about,
    )


def _word(kind: str, event: Mapping[str, Any], fields: Mapping[str, str]) -> Word:
    word, error = WORDS.get(kind, UNKNOWN), fields.get("error", "")
    if word.status is None or word is DELIVERED:
        return word
    hard = event.get("hard_bounce")
    if error == GREYLISTED and hard is not True:
        return DEFERRED._replace(category=ERRORS[error])
    if word is BOUNCED and type(hard) is bool:
        word = BOUNCES[hard]
    return word._replace(category=ERRORS.get(error, "other")) if error else word


def _received(data: dict[str, Any]) -> Sequence[Item | Invalid]:
    fields, headers = texts(data), list(headers_of(inner(data, "Headers")))
    mime = told(
        [*headers, ("From", fields.get("From", ""))],
        subject=fields.get("Subject"),
        text=fields.get("Text-part"),
        html=fields.get("Html-part"),
        pieces=list(_pieces(data)),
    )
    arrival = Arrival(
        provider="mailjet",
        senders=(fields.get("Sender", ""),),
        recipients=words(fields.get("Recipient")),
        required="Sender",
        fields=fields_of({name: fields.get(name) for name in ("SpamAssassinScore", "CustomID", "Sender")}, {}),
        metadata=said(data.get("Payload")),
    )
    return received(mime, arrival)


def _pieces(data: Mapping[str, Any]) -> Iterator[Piece]:
    """What the parts refer to besides the text; always in base64, whatever the part's own headers say."""
    for part in listed(data, "Parts"):
        reference = text_of(part.get("ContentRef")) if isinstance(part, dict) else None
        if reference is not None and "Attachment" in reference:
            yield _piece(reference, inner(part, "Headers"), data.get(reference))


def _piece(reference: str, headers: Mapping[str, Any], content: Any) -> Piece:
    part = Message()
    name = inline = None
    type_ = "application/octet-stream"
    try:
        for header, value in headers_of(headers):
            part[header] = sensible(" ".join(value.split()))
        type_, name, inline = part.get_content_type(), decoded("", part.get_filename() or ""), part["Content-ID"]
    except FAILURES:
        pass  # the part is kept under the name that it has
    return Piece(f"json:{reference}", type_, name or None, octets(content), inline_id=str(inline) if inline else None)


def recognises(data: Any) -> bool:
    """Events name the message by `MessageID` or `mj_message_id`; a mail that came in has its parts beside its headers."""
    if isinstance(data, list):
        return any(isinstance(event, dict) and _is_event(event) for event in data)
    return isinstance(data, dict) and (_is_event(data) or ("Parts" in data and "Headers" in data and "Sender" in data))


def _is_event(event: Mapping[str, Any]) -> bool:
    return "event" in event and ("mj_campaign_id" in event or "MessageID" in event or "mj_message_id" in event)


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="mailjet",
    source=(
        "https://documentation.mailjet.com/hc/en-us/articles/360043578154-Event-Tracking-API",
        "https://github.com/mailjet/api-documentation/blob/master/guides/_event-api.md",
        "https://github.com/mailjet/api-documentation/blob/master/guides/_parse-api.md",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
)
