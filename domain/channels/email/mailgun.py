"""Mailgun: events of mails that went out, as JSON and as the forms of before 2018; inbound mail is in mailgun_inbound.py.

Sources, read 2026-11: documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads, /webhooks, /events/event-types; for
the forms of before 2018 and for what tells events apart, anymail/django-anymail (anymail/webhooks/mailgun.py).

    {"signature": {"token": "5f2e..", "timestamp": "1795514844", "signature": "ab12.."},
     "event-data": {"event": "failed", "severity": "permanent", "reason": "bounce", "id": "G9Bn..", "timestamp": 1795514844.04,
      "recipient": "dana@example.org", "message": {"headers": {"message-id": "7.c0ffee@acme.example", "from": "news@acme.example"}},
      "delivery-status": {"code": 550, "message": "5.1.1 no such user"}, "tags": ["news"], "user-variables": {"lead_id": "4711"}}}

An event is told apart by its `id`, which is unique within a day only, so its time belongs to it. The token is no id: a post that is sent
again may be signed anew (law 1). Message-IDs come without their angle brackets.
"""

from collections.abc import Sequence
from typing import Any

from domain.channels.email.mailgun_examples import EXAMPLES
from domain.channels.email.mailgun_form import reported
from domain.channels.email.mailgun_inbound import received
from domain.channels.email.mime import bracketed
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
    RESUBSCRIBED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    kind_of,
    tracked,
    words,
)  # fmt: skip
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, text_of, texts
from domain.provider_time import unix

EVENTS: dict[str, Word] = {
    "accepted": QUEUED,
    "rejected": REJECTED._replace(category="other"),
    "delivered": DELIVERED,
    "failed": BOUNCED,
    "opened": OPENED,
    "clicked": CLICKED,
    "unsubscribed": UNSUBSCRIBED,
    "resubscribed": RESUBSCRIBED,
    "complained": COMPLAINED,
}
FAILED: dict[str, Word] = {
    "bounce": HARD_BOUNCED,
    "hardfail": HARD_BOUNCED,
    "suppress-bounce": HARD_BOUNCED,
    "suppress-unsubscribe": REJECTED._replace(category="unsubscribed"),
    "suppress-complaint": REJECTED._replace(category="spam"),
    "espblock": BOUNCED._replace(category="blocked"),
    "old": BOUNCED._replace(category="timed_out"),
}
"""By `reason` of a failure for good; what Mailgun says no more about is `other`."""
_OTHER = BOUNCED._replace(category="other")
_ELSEWHERE = frozenset(
    {"event", "timestamp", "recipient", "message", "tags", "user-variables", "url", "ip", "client-info"}
)

PERSONAL = frozenset(
    "recipient from From sender to To cc Cc subject Subject headers message-headers body-plain body-html body-mime stripped-text "
    "stripped-html stripped-signature ip client-info geolocation envelope url description message error notification targets "
    "recipients Reply-To user-agent city attachments content-id-map routes".split()
) | {f"attachment-{n}" for n in range(1, 51)}


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event or mail of a body. Raises Invalid."""
    if not isinstance(data, dict):
        raise Invalid("missing_field", "Email event missing required field: event-data")
    if "event-data" in data:
        return [_read(inner(data, "event-data"), texts(inner(data, "signature")).get("token"))]
    return [reported(data)] if "event" in data and data["event"] != "inbound" else received(data)


def _read(event: dict[str, Any], token: str | None) -> Item:
    name = kind_of(event, "event")
    word = _word(name, event)
    headers, client = texts(inner(event, "message", "headers")), inner(event, "client-info")
    delivery, reject = texts(inner(event, "delivery-status")), texts(inner(event, "reject"))
    fields = {name: value for name, value in event.items() if name not in _ELSEWHERE}
    fields |= {
        "url": event.get("url"),
        "ip": event.get("ip"),
        "user_agent": client.get("user-agent"),
        "client": {key: value for key, value in client.items() if key != "user-agent"},
        "mta_response": delivery.get("message"),
        "description": delivery.get("description") or reject.get("description") or reject.get("reason"),
    }
    event_id = text_of(event.get("id")) or token
    message_id = headers.get("message-id")
    time = event.get("timestamp")
    failed = name in ("failed", "rejected")
    return tracked(
        word,
        ":".join(filter(None, (name, text_of(event.get("severity")), text_of(event.get("reason"))))),
        provider="mailgun",
        message_id=bracketed(message_id) if message_id else event_id,
        recipient=text_of(event.get("recipient")) or (headers.get("to") if name == "rejected" else None),
        shared=message_id is not None,
        event=event_id,
        account=text_of(inner(event, "account").get("id")),
        service=text_of(inner(event, "domain").get("name")),
        sender=headers.get("from") or texts(inner(event, "envelope")).get("sender"),
        moment=time,
        time=unix(time),
        code=delivery.get("enhanced-code") or delivery.get("code") if failed else None,
        reason=(delivery.get("description") or delivery.get("message") or reject.get("reason")) if failed else None,
        subject=headers.get("subject"),
        tags=words(event.get("tags")),
        metadata=inner(event, "user-variables"),
        fields=fields,
    )


def _word(name: str, event: dict[str, Any]) -> Word:
    """A failure for now is tried again; one for good is a bounce, save where Mailgun did not even try."""
    word = EVENTS.get(name, UNKNOWN)
    if name == "failed":
        word = FAILED.get(text_of(event.get("reason")) or "", _OTHER)
        if event.get("severity") == "temporary":
            return DEFERRED._replace(category=word.category)
        if word.permanent is None and event.get("severity") == "permanent" and word.meaning == "email.bounced":
            word = word._replace(status=HARD_BOUNCED.status, permanent=True)
    elif name in ("opened", "clicked") and text_of(inner(event, "client-info").get("bot")):
        word = word._replace(machine=True)
    return word


def recognises(data: Any) -> bool:
    """JSON with the event in it; a form that Mailgun has signed, or a mail in its fields."""
    if not isinstance(data, dict):
        return False
    event = data.get("event-data")
    return (isinstance(event, dict) and "event" in event) or (
        "signature" in data and "token" in data and "timestamp" in data and not _FORM.isdisjoint(data)
    )


_FORM = frozenset(
    {"event", "message-headers", "Message-Id", "message-id", "body-plain", "body-mime", "recipient", "X-Mailgun-Sid"}
)

PROVIDER = Provider(
    channel="email",
    label="Email",
    name="mailgun",
    source=(
        "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/mailgun.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("MAILGUN_WEBHOOK_SIGNING_KEY", "mailgun"),),
    not_covered=(
        "events of list members and of validations",
        "`stored` as an event of its own: only its notification form",
    ),
)
