"""Bodies in OneSignal's formats, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

APP = "0d6c2c1e-5a31-4f0b-8b7e-2a1d3c4e5f60"
EVENT = "a1b2c3d4-e5f6-4890-abcd-ef12345678{:02x}"
MESSAGE = "f3c9cd09-10d7-4f59-b9bc-66e16607f1{:02x}"
DEVICE = "b2c3d4e5-f6a7-4901-bcde-f123456789{:02x}"


def _event(number: int, kind: str, **data: Any) -> dict[str, Any]:
    always = {
        "kind": kind,
        "id": EVENT.format(number),
        "timestamp": "1795514844",
        "datetime": "2026-11-24T10:07:24.123Z",
    }
    always |= {"app_id": APP, "subscription_device_type": "iOS", "subscription_id": DEVICE.format(number)}
    return {**always, "onesignal_id": "c3d4", "external_id": "customer-42", "data": {"failure_reason": "", **data}}


def _message(number: int) -> dict[str, Any]:
    title = {"en": "Your order", "ja": "ご注文について"}
    return {
        "id": MESSAGE.format(number),
        "name": "order-update",
        "title": title,
        "url": "https://acme.example/orders/42",
    }


def _streamed(number: int, kind: str, outcome: str, **data: Any) -> Example:
    body = {"event": _event(number, kind, **data), "message": _message(number)}
    return Example(msgspec.json.encode(body).decode(), (outcome,))


def _flat(number: int, kind: str, outcome: str, **more: Any) -> Example:
    event, message = _event(number, kind), _message(number) | {"title": "{'en':'Your order'}"}
    body = {f"event.{name}": value for name, value in event.items() if name != "data"} | {
        "event.data.failure_reason": ""
    }
    body |= {f"message.{name}": value for name, value in message.items()} | more
    return Example(msgspec.json.encode(body).decode(), (outcome,))


def _browser(number: int, event: str, outcome: str, **more: Any) -> Example:
    body = {
        "event": event,
        "notificationId": MESSAGE.format(number),
        "heading": "Your order",
        "content": "It is on its way 📦",
    }
    body |= {"url": "https://acme.example/orders/42", "additionalData": {"order": "42"}} | more
    return Example(msgspec.json.encode({n: v for n, v in body.items() if v is not None}).decode(), (outcome,))


EXAMPLES: dict[str, Example] = {
    "sent": _streamed(1, "message.push.sent", "push.delivered:sent"),
    "sent_again": _streamed(1, "message.push.sent", "push.delivered:sent"),
    "received": _streamed(2, "message.push.received", "push.delivered:delivered"),
    "clicked": _streamed(3, "message.push.clicked", "push.opened"),
    "failed": _streamed(4, "message.push.failed", "push.failed:failed", failure_reason="Invalid APNs credentials"),
    "unsubscribed": _streamed(5, "message.push.unsubscribed", "consent.changed"),
    "clicked_flat": _flat(6, "message.push.clicked", "push.opened"),
    "failed_flat": _flat(
        7, "message.push.failed", "push.failed:failed", **{"event.data.failure_reason": "Unregistered"}
    ),
    "email_clicked": _streamed(8, "message.email.clicked", "unknown"),
    "in_app_impression": _streamed(9, "message.iam.impression", "unknown", page_name="Welcome"),
    "kind_of_tomorrow": _streamed(10, "message.push.snoozed", "unknown"),
    "displayed": _browser(11, "notification.willDisplay", "push.delivered:delivered"),
    "displayed_in_the_older_form": _browser(
        12,
        "notification.displayed",
        "push.delivered:delivered",
        notificationId=None,
        id=MESSAGE.format(12),
        userId=DEVICE.format(12),
    ),
    "browser_clicked": _browser(
        13, "notification.clicked", "push.opened", actionId="", subscriptionId=DEVICE.format(13)
    ),
    "browser_button_clicked": _browser(
        13, "notification.clicked", "push.opened", actionId="track", subscriptionId=DEVICE.format(13)
    ),
    "browser_dismissed": _browser(14, "notification.dismissed", "push.dismissed", subscriptionId=DEVICE.format(14)),
    "no_message_id": Example(
        '{"event": {"kind": "message.push.sent", "id": "e1"}, "message": {"id": ""}}', ("rejected:missing_field",)
    ),
    "no_kind": Example('{"event": {"id": "e1"}, "message": {"id": "m1"}}', ("rejected:missing_field",)),
}
