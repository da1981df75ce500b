"""Mailtrap: events of mail that went out, in batches, and the news that a mail came in.

Sources, read 2026-11: docs.mailtrap.io/email-api-smtp/advanced/webhooks (events, signature) and the page on inbound webhooks (a
notification names inbox, message and sender; the mail itself is fetched), both by quotation, in django-anymail and others.

    {"events": [{"event": "bounce", "timestamp": 1795514844, "event_id": "bede..", "message_id": "1df3..", "email": "dana@example.org",
     "sending_stream": "transactional", "category": "news", "custom_variables": {"lead_id": "4711"}, "response_code": 550,
     "response": "550 5.1.1 no such user", "bounce_category": "bad-mailbox"}]}

    {"events": [{"event": "inbound.message_received", "event_id": "27c3..", "timestamp": 1795514844722, "inbox_id": 250,
     "message_id": "1870314786754420736", "from": "Dana Doe <dana@example.org>"}]}

Each recipient's mail has a `message_id` of its own.
"""

from collections.abc import Sequence
from typing import Any

from domain.channels.email.mailtrap_examples import EXAMPLES
from domain.channels.email.mime import told
from domain.channels.email.received import Arrival, received
from domain.channels.email.tracked import (
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    REJECTED,
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
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, listed, texts
from domain.provider_time import unix

WORDS: dict[str, Word] = {
    "delivery": DELIVERED,
    "soft bounce": DEFERRED._replace(category="other"),  # Mailtrap tries again
    "suspension": DEFERRED._replace(category="other"),
    "bounce": HARD_BOUNCED,
    "reject": REJECTED,
    "open": OPENED,
    "click": CLICKED,
    "spam": COMPLAINED,
    "unsubscribe": UNSUBSCRIBED,
}
INBOUND = ("inbound.message_received", "inbound_message_received")
"""As it is sent, and as the panel's test button spells it."""

FIELDS = {
    "response": "mta_response",
    "reason": "description",
    "event": "",
    "event_id": "",
    "message_id": "",
    "email": "",
}
FIELDS |= {"category": "", "custom_variables": ""}
PERSONAL = frozenset("email from ip user_agent url custom_variables response reason category".split())


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Every event of a batch. Raises Invalid or Nothing."""
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        raise Invalid("missing_field", "Email event missing required field: events")
    return each(data["events"], _event)


def _event(event: Any) -> Sequence[Item | Invalid]:
    kind = kind_of(event, "event")
    fields = texts(event)
    return _received(kind, fields) if kind in INBOUND else [_tracked(kind, event, fields)]


def _tracked(kind: str, event: dict[str, Any], fields: dict[str, str]) -> Item:
    return tracked(
        WORDS.get(kind, UNKNOWN),
        kind,
        provider="mailtrap",
        message_id=fields.get("message_id"),
        recipient=fields.get("email"),
        event=fields.get("event_id"),
        service=fields.get("sending_domain_name"),
        moment=fields.get("timestamp"),
        time=unix(fields.get("timestamp")),
        code=fields.get("response_code") or fields.get("bounce_category"),
        reason=fields.get("response") or fields.get("reason"),
        tags=words(event.get("category")),
        metadata=said(event.get("custom_variables")),
        fields=fields_of(event, FIELDS),
    )


def _received(kind: str, fields: dict[str, str]) -> Sequence[Item | Invalid]:
    """Only who wrote, and to which inbox. The event's id is not the same when it is sent again, the message's is."""
    inbox, message_id = fields.get("inbox_id") or fields.get("inbound_inbox_id"), fields.get("message_id")
    if not inbox or not message_id:
        raise Invalid("missing_field", f"Email event missing required field: {'message_id' if inbox else 'inbox_id'}")
    arrival = Arrival(
        provider="mailtrap",
        provider_id=message_id,
        account=inbox,
        kind=kind,
        time=unix(fields.get("timestamp")),
        required="from",
        fields={"inbox_id": inbox},
    )
    return received(told([("From", fields.get("from", ""))]), arrival)


def recognises(data: Any) -> bool:
    """A batch under `events`; each of them names its stream or its inbox."""
    return any(
        isinstance(event, dict)
        and "event" in event
        and ("sending_stream" in event or "inbox_id" in event or "inbound_inbox_id" in event)
        for event in listed(data, "events")
    )


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="mailtrap",
    source=(
        "https://docs.mailtrap.io/email-api-smtp/advanced/webhooks",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/mailtrap.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"mailtrap-signature"}),
    signatures=(Signature("MAILTRAP_SIGNATURE_SECRET", "mailtrap"),),
    not_covered=("the text and attachments of a mail that came in: they are only in the API",),
)
