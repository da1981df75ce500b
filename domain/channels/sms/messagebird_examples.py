"""Requests in MessageBird's and Bird's formats, written by us: every kind, and the odd ones."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

OURS = "14155550100"
THEIRS = "14155550123"
AT = "2026-11-24T10:07:24+00:00"
HOOK = "https://hooks.acme.example/messagebird"
ID = "e8077d803532c0b5937c639b602169{:02x}"
CHANNEL = "614208aa-b153-4d5d-9989-2fddfc0ce4c3"


def _received(number: int, body: str | None, outcome: str = "message.received", **more: str | None) -> Example:
    always = {"id": ID.format(number), "recipient": OURS, "originator": THEIRS, "body": body, "createdDatetime": AT}
    return Example(_form(always | more), (outcome,))


def _short(number: int, text: str) -> Example:
    fields = {"shortcode": "51515", "mid": ID.format(number), "originator": THEIRS, "message": text, "id": "9"}
    return Example(_form(fields | {"receive_datetime": "20261124100724"}), ("message.received",))


def _status(number: int, status: str | None, outcome: str, **more: str | None) -> Example:
    """As a GET: all of it stands in the address."""
    always = {"id": ID.format(number), "reference": f"m-{number}", "recipient": THEIRS, "status": status}
    always |= {"statusDatetime": AT, "mccmnc": "310410", "ported": "0", "messageLength": "18"}
    return Example("", (outcome,), url=f"{HOOK}?{_form(always | more)}", method="GET")


def _form(fields: Mapping[str, str | None]) -> str:
    return urlencode({name: value for name, value in fields.items() if value is not None})


def _bird(number: int, event: str, payload: dict[str, Any], *outcome: str) -> Example:
    id_ = f"96a0b5fa-a986-453d-be5c-3117f989f0{number:02x}"
    body = {"service": "channels", "event": event, "payload": {"id": id_, "channelId": CHANNEL} | payload}
    return Example(msgspec.json.encode(body).decode(), outcome)


def _person(number: str = f"+{THEIRS}", **more: Any) -> dict[str, Any]:
    return {
        "id": "32cf5eee-f940-422c-ab8c-5f753aad5efd",
        "identifierKey": "phonenumber",
        "identifierValue": number,
    } | more


def _bird_in(number: int, body: dict[str, Any], outcome: str = "message.received", **sender: Any) -> Example:
    payload: dict[str, Any] = {"sender": {"contact": _person(**sender)}, "receiver": {"connector": {"id": "86cc4dc0"}}}
    payload |= {"body": body, "status": "delivered", "direction": "incoming", "createdAt": "2026-11-24T10:07:24.123Z"}
    return _bird(number, "sms.inbound", payload, outcome)


def _bird_out(
    number: int, status: str, *outcome: str, to: tuple[dict[str, Any], ...] = (_person(),), **more: Any
) -> Example:
    payload: dict[str, Any] = {"sender": {"connector": {"id": "86cc4dc0"}}, "receiver": {"contacts": list(to)}}
    payload |= {"status": status, "direction": "outgoing", "lastStatusAt": "2026-11-24T10:07:25.123Z"}
    return _bird(number, "sms.outbound", payload | more, *outcome)


_FAILED: dict[str, Any] = {
    "reason": f"details: unknown subscriber {THEIRS}; reason: unknown_subscriber; code: 1",
    "failure": {"code": 15005, "source": {"name": "sms-messagebird", "code": "1"}},
}
_TWO = (_person(), _person("+447700900123"))

EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?", reference="1"),
    "received_emoji_and_scripts": _received(2, "Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽ before\0after"),
    "received_empty": _received(3, ""),
    "received_stop": _received(4, "STOP", recipient="12345"),
    "received_other_names": _received(
        5, "again", recipient=None, receiver=OURS, createdDatetime=None, CreatedDatetime=AT
    ),
    "received_repeated_fields": Example(
        f"{_received(6, 'first').body}&{_received(7, 'last').body}", ("message.received",)
    ),
    "received_media": Example(
        f"{_received(8, 'Photos of the damage').body}&mediaUrls=https%3A%2F%2Fmms.example.org%2F1.jpg"
        "&mediaUrls=https%3A%2F%2Fmms.example.org%2F2.jpg",
        ("message.received",),
    ),
    "received_media_alone": _received(9, None, mediaURLs="https://mms.example.org/3.jpg"),
    "received_on_short_code": _short(10, "MENU"),
    "received_by_get": Example("", ("message.received",), url=f"{HOOK}?{_received(11, 'by GET').body}", method="GET"),
    "scheduled": _status(20, "scheduled", "message.status:queued"),
    "buffered": _status(20, "buffered", "message.status:sent"),
    "sent": _status(20, "sent", "message.status:sent"),
    "delivered": _status(20, "delivered", "message.status:delivered", statusReason="successfully delivered"),
    "delivered_to_another": _status(20, "delivered", "message.status:delivered", recipient="447700900123"),
    "expired": _status(21, "expired", "message.status:undelivered", statusErrorCode="27"),
    "failed": _status(
        22, "delivery_failed", "message.status:failed", statusErrorCode="1", statusReason="unknown subscriber"
    ),
    "failed_after_stop": _status(23, "delivery_failed", "message.status:failed", statusErrorCode="103"),
    "delivered_without_id": _status(24, "delivered", "message.status:delivered", id=None),
    "delivered_bad_time": _status(25, "delivered", "message.status:delivered", statusDatetime="noon"),
    "status_of_tomorrow": _status(26, "teleported", "unknown"),
    "address_tried": _status(27, None, "ignored:no_status"),
    "bird_received": _bird_in(40, {"type": "text", "text": {"text": "Two for tonight, please"}}),
    "bird_received_with_name": _bird_in(
        41, {"type": "text", "text": {"text": "It is me"}}, annotations={"name": "Ann Example"}
    ),
    "bird_received_image": _bird_in(
        42, {"type": "image", "image": {"images": [{"mediaUrl": "https://media.example.org/4.jpg"}]}}
    ),
    "bird_received_of_tomorrow": _bird_in(43, {"type": "hologram", "hologram": {"frames": 3}}),
    "bird_accepted": _bird_out(50, "accepted", "message.status:queued"),
    "bird_processing": _bird_out(50, "processing", "message.status:sending"),
    "bird_sent": _bird_out(50, "sent", "message.status:sent"),
    "bird_delivered": _bird_out(50, "delivered", "message.status:delivered"),
    "bird_delivery_failed": _bird_out(51, "delivery_failed", "message.status:failed", **_FAILED),
    "bird_sending_failed": _bird_out(52, "sending_failed", "message.status:failed", reason="no credit"),
    "bird_two_receivers": _bird_out(53, "delivered", "message.status:delivered", "message.status:delivered", to=_TWO),
    "bird_status_of_tomorrow": _bird_out(54, "teleported", "unknown"),
    "bird_interaction": _bird(55, "sms.interaction", {"type": "clicked", "createdAt": AT}, "unknown"),
    "bird_no_sender": _bird_in(56, {"type": "text"}, "rejected:missing_field", identifierValue=""),
    "bird_no_number": _bird_in(57, {"type": "text"}, "rejected:invalid_phone", identifierValue="nobody at all"),
    "no_id": _received(60, "?", "rejected:missing_field", id=None),
    "no_body": _received(61, None, "rejected:missing_field"),
    "no_number": _received(62, "?", "rejected:invalid_phone", originator="nobody at all"),
    "no_originator": _received(63, "?", "rejected:missing_field", originator=None),
    "status_without_any_id": _status(64, "sent", "rejected:missing_field", id=None, reference=None),
}
