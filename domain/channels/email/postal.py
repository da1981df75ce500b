"""Postal: events of one's own mail server, and mails that came in, as they were sent or read out, as JSON or as a form.

Sources, read 2026-11: docs.postalserver.io/developer/webhooks and /developer/http-payloads, and django-anymail.

    {"event": "MessageSent", "timestamp": 1795514844.96, "uuid": "0fcc831f-..", "payload": {"status": "Sent", "details": "Message sent by
     SMTP", "output": "250 2.0.0 OK", "message": {"id": 1564, "token": "Kmo8CRdjuM7B", "direction": "outgoing", "message_id":
     "7b095c0e@rp.acme.example", "to": "dana@example.org", "from": "news@acme.example", "subject": "Autumn", "tag": "news"}}}

    {"id": 233980, "rcpt_to": "sales@in.acme.example", "mail_from": "dana@example.org", "message": "RnJvbTog..", "base64": true}

Each recipient's mail has an `id` of its own. Events about mails that came in say how they got to us, and so nothing that we do not know.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.mime import bracketed
from domain.channels.email.postal_examples import EXAMPLES
from domain.channels.email.postal_inbound import received
from domain.channels.email.tracked import (
    BOUNCED,
    CLICKED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    QUEUED,
    UNKNOWN,
    Word,
    about_us,
    fields_of,
    kind_of,
    tracked,
    words,
)
from domain.channels.provider import Given, Invalid, Item, Nothing, Provider, Signature, inner, texts
from domain.provider_time import unix
from schemas.values import MessageStatus

WORDS: dict[str, Word] = {
    "MessageSent": DELIVERED,
    "MessageDelayed": DEFERRED,
    "MessageDeliveryFailed": BOUNCED._replace(status=MessageStatus.FAILED),
    "MessageHeld": QUEUED,
    "MessageBounced": BOUNCED,
    "MessageLinkClicked": CLICKED,
    "MessageLoaded": OPENED,
}
ABOUT_US = frozenset({"DomainDNSError", "SendLimitApproaching", "SendLimitExceeded"})
REFUSED = "5"
"""How an answer begins that the other server will always give (RFC 5321)."""

FIELDS = {"output": "mta_response", "details": "description", "ip_address": "ip", "message": "", "original_message": ""}
FIELDS |= {"bounce": ""}
PERSONAL = frozenset(
    "to from subject details output url ip_address user_agent rcpt_to mail_from message cc reply_to plain_body html_body "
    "replies_from_plain_body attachments references tag".split()
)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event, or the one mail. Raises Invalid or Nothing."""
    if isinstance(data, dict) and "event" not in data and "rcpt_to" in data:
        return received(data)
    kind = kind_of(data, "event")
    payload = inner(data, "payload")
    return [_about_us(kind, data, payload) if kind in ABOUT_US else _tracked(kind, data, payload)]


def _tracked(kind: str, data: Mapping[str, Any], payload: Mapping[str, Any]) -> Item:
    message = texts(payload.get("message")) or texts(payload.get("original_message"))
    if message.get("direction") == "incoming":
        raise Nothing("incoming_message")
    fields, told = texts(data), texts(payload)
    word, answer = WORDS.get(kind, UNKNOWN), told.get("output", "")
    if kind == "MessageDeliveryFailed" and answer.startswith(REFUSED):
        word = HARD_BOUNCED
    about = fields_of(payload, FIELDS) | {"token": message.get("token"), "spam_status": message.get("spam_status")}
    if message_id := message.get("message_id"):
        about["message_id"] = bracketed(message_id)
    if bounce := texts(payload.get("bounce")):
        about["bounce"] = bounce
    return tracked(
        word,
        kind,
        provider="postal",
        message_id=message.get("id"),
        recipient=message.get("to"),
        event=fields.get("uuid"),
        sender=message.get("from"),
        moment=fields.get("timestamp"),
        time=unix(data.get("timestamp")),
        code=told.get("status"),
        reason=answer or told.get("details"),
        subject=message.get("subject"),
        tags=words(message.get("tag")),
        fields=about,
    )


def _about_us(kind: str, data: Mapping[str, Any], payload: Mapping[str, Any]) -> Item:
    fields = texts(data)
    return about_us(
        kind,
        provider="postal",
        fields=dict(payload),
        account=texts(payload.get("server")).get("uuid"),
        event=fields.get("uuid"),
        name=texts(payload).get("domain"),
        moment=fields.get("timestamp"),
        time=unix(data.get("timestamp")),
    )


def recognises(data: Any) -> bool:
    """Events have a payload, and a `uuid` or a name of Postal's own; a mail that came in names its envelope."""
    if not isinstance(data, dict):
        return False
    event = data.get("event")
    named = isinstance(event, str) and (event in WORDS or event in ABOUT_US)
    return ("payload" in data and (named or (event is not None and "uuid" in data))) or (
        "rcpt_to" in data and "mail_from" in data
    )


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="postal",
    source=(
        "https://docs.postalserver.io/developer/webhooks",
        "https://docs.postalserver.io/developer/http-payloads",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/postal.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-postal-signature", "x-postal-signature-256", "x-postal-signature-kid"}),
    signatures=(Signature("POSTAL_WEBHOOK_KEY", "postal"),),
)
