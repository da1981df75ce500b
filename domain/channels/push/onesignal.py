"""OneSignal: Event Streams, whose body the customer writes, and web push webhooks.

Sources, read 2026-11: documentation.onesignal.com/docs/en/event-streams-data (kinds, fields and the page's own template) and
/docs/en/webhooks. For an Event Stream paste the page's template, with keys `event.kind`, `event.id`, `message.id` ..., or the same
nested; either may have more in it:

    {"event": {"kind": "{{ event.kind }}", "id": "{{ event.id }}", "datetime": "{{ event.datetime }}", "app_id": "{{ event.app_id }}",
     "subscription_id": "{{ event.subscription_id }}", "external_id": "{{ event.external_id }}",
     "data": {"failure_reason": "{{ event.data.failure_reason }}"}}, "message": {"id": "{{ message.id }}", "url": "{{ message.url }}"}}

A web push webhook, whose device is told only where CORS is on:

    {"event": "notification.clicked", "notificationId": "f3c9..", "heading": "..", "url": "https://acme.example/orders",
     "subscriptionId": "b2c3.."}

One message goes to many devices, so a push is told apart by message and device. Kinds of other channels are kept as unknown.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.channels.provider import Given, Invalid, Item, Provider, impersonal, inner, text_of, texts, without
from domain.channels.push import report
from domain.channels.push.onesignal_examples import EXAMPLES
from schemas.meanings import Meaning
from schemas.values import Content, StatusReport

KINDS: dict[str, Meaning] = {
    "message.push.sent": "push.delivered",
    "message.push.received": "push.delivered",
    "message.push.clicked": "push.opened",
    "message.push.failed": "push.failed",
    "message.push.unsubscribed": "consent.changed",
    "notification.willDisplay": "push.delivered",
    "notification.displayed": "push.delivered",
    "notification.clicked": "push.opened",
    "notification.dismissed": "push.dismissed",
}
STATUS = {"push.delivered": "delivered", "push.failed": "failed"}
SENT = "message.push.sent"
"""The vendor's service has it, not yet the device."""


ABOUT = ("external_id", "onesignal_id", "subscription_device_type")
PERSONAL = frozenset("external_id onesignal_id title contents name user additionalData heading content".split())
PERSONAL |= {"event.external_id", "event.onesignal_id", "message.title", "message.contents", "message.name"}


class _Event(NamedTuple):
    kind: str
    id: str
    account: str
    message: str
    subscription: str
    time: str | None
    about: dict[str, Any]
    reason: str | None
    rest: dict[str, Any]


def recognises(data: Any) -> bool:
    """An event whose kind is one of a message, or of a notification in a browser."""
    if not isinstance(data, dict):
        return False
    kind = _kind(data)
    return kind.startswith("message.") or (
        kind.startswith("notification.") and ("notificationId" in data or "id" in data)
    )


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event of a body."""
    event = _browser(data) if _kind(data).startswith("notification.") else _streamed(data)
    if not event.kind or not event.message:
        raise report.missing("message.id" if event.kind else "event.kind")
    contact = report.device("onesignal", event.subscription)
    meaning = KINDS.get(event.kind, "unknown")
    status = "sent" if event.kind == SENT else STATUS.get(meaning)
    reported = None
    if status is not None:
        failed = status == "failed"
        reported = StatusReport(
            status, event.kind, reason=impersonal(event.reason), time=event.time, category="other" if failed else None
        )
    return [
        Item(
            meaning=meaning,
            account=event.account,
            provider_id=event.message,
            event=event.id,
            kind=event.kind,
            moment="" if event.id else f"{event.subscription}@{event.rest.get('actionId', '')}",
            message=f"{event.message}|{contact.urn}" if contact else "",
            contact=contact,
            about=event.about,
            ours=f"onesignal:{event.account or 'unknown'}",
            direction="outbound",
            claims=(event.account,) if event.account else (),
            provider_time=event.time,
            status=reported,
            consent=("opted_out", "provider") if meaning == "consent.changed" else None,
            content=Content(kind="status" if reported else "event", fields=event.rest),
        )
    ]


def _kind(data: Any) -> str:
    """The event's kind, in any of the three forms; empty where there is none."""
    if not isinstance(data, dict):
        return ""
    named = data.get("event")
    return text_of(data.get("event.kind")) or text_of(named.get("kind") if isinstance(named, dict) else named) or ""


def _streamed(data: Any) -> _Event:
    """Of an Event Stream. Values come as text, and those that do not apply as empty ones."""
    event, message = _nested(data, "event"), _nested(data, "message")
    fields, more = texts(event), texts(inner(event, "data"))
    reason = more.get("failure_reason") or fields.get("data.failure_reason")
    rest = without(
        event, "kind", "id", "app_id", "subscription_id", "timestamp", "datetime", "external_id", "onesignal_id"
    )
    rest |= without(message, "id") if isinstance(message, dict) else {}
    time = report.time_of(fields.get("datetime")) or report.time_of(fields.get("timestamp"))
    about: dict[str, Any] = {name: fields[name] for name in ABOUT if name in fields}
    return _Event(
        fields.get("kind", ""), fields.get("id", ""), fields.get("app_id", ""), texts(message).get("id", ""),
        fields.get("subscription_id", ""), time, about, reason, rest,
    )  # fmt: skip


def _nested(data: Any, name: str) -> dict[str, Any]:
    """The object of this name, or the keys that begin with it and a dot."""
    if isinstance(found := inner({"data": data}, "data").get(name), dict):
        return found
    start = f"{name}."
    return {
        key.removeprefix(start): value for key, value in inner({"data": data}, "data").items() if key.startswith(start)
    }


def _browser(data: Any) -> _Event:
    """Of a web push webhook. Older ones say `id` and `userId`."""
    fields = texts(data)
    subscription = fields.get("subscriptionId") or fields.get("userId", "")
    rest = without(data, "event", "notificationId", "id", "subscriptionId", "userId")
    message = fields.get("notificationId") or fields.get("id", "")
    return _Event(fields.get("event", ""), "", "", message, subscription, None, {}, None, rest)


PROVIDER = Provider(
    channel="push",
    label="Push",
    name="onesignal",
    source=(
        "https://documentation.onesignal.com/docs/en/event-streams-data",
        "https://documentation.onesignal.com/docs/en/webhooks",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-onesignal-event"}),
    not_covered=("e-mail, SMS, in-app messages and Live Activities of an Event Stream: kept as unknown",),
)
