"""Bodies in Telnyx's format, written by us."""

from typing import Any

import msgspec

from domain.channels.provider import Example

OURS, THEIRS, OTHERS = "+14155550100", "+14155550123", "+14155550124"


def _party(number: str | None, status: str | None = None) -> dict[str, object]:
    party = {"phone_number": number, "status": status, "carrier": "Example Wireless", "line_type": "Wireless"}
    return {name: value for name, value in party.items() if value is not None}


def _event(number: int, type_: str, outcome: tuple[str, ...], **more: object) -> Example:
    payload: dict[str, Any] = {
        "record_type": "message",
        "id": f"ac012cbf-5e09-46af-a69a-7c0e2d9099{number:02x}",
        "type": "SMS",
        "organization_id": "9d76d591-1b7d-405d-8c64-1320ee070245",
        "messaging_profile_id": "83d2343b-553f-4c5f-b8c8-fd27004f94bf",
        "encoding": "GSM-7",
        "parts": 1,
        "media": [],
        "tags": [],
        "cost": None,
        "errors": [],
        **more,
    }
    event = {
        "record_type": "event",
        "id": f"{number:02x}f58db9-0fe3-4adc-9d1f-{len(type_):04x}6e6e93{len(str(more.get('to'))) % 256:02x}",
        "event_type": type_,
        "occurred_at": "2026-11-24T10:07:29.148+00:00",
        "payload": {name: value for name, value in payload.items() if value is not ...},
    }
    body = {"data": event, "meta": {"attempt": 1, "delivered_to": "https://hooks.acme.example/sms"}}
    return Example(msgspec.json.encode(body).decode(), outcome)


def _received(number: int, text: str, outcome: str = "message.received", **more: object) -> Example:
    parties = {"from": _party(THEIRS), "to": [_party(OURS, "webhook_delivered")], "cc": []}
    return _event(number, "message.received", (outcome,), **{"direction": "inbound", "text": text, **parties, **more})


def _status(
    number: int, status: str, outcome: str, type_: str = "message.finalized", sender: str = OURS, **more: object
) -> Example:
    parties = {"from": _party(sender), "to": [_party(THEIRS, status)]}
    return _event(
        number, type_, (outcome,), **{"direction": "outbound", "text": "Your table is ready", **parties, **more}
    )


def _errors(code: str, title: str, detail: str) -> list[dict[str, str]]:
    return [{"code": code, "title": title, "detail": detail}]


def _media(url: str, type_: str | None, size: int | None) -> dict[str, object]:
    return {"url": url, "content_type": type_, "sha256": None, "size": size}


EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?"),
    "received_scripts_and_emoji": _received(2, "Grüße 👩‍👩‍👧 مرحبا 漢字", encoding="UCS-2"),
    "received_stop_answered": _received(3, "STOP", autoresponse_type="STOP"),
    "received_help_answered": _received(4, "help", autoresponse_type="HELP"),
    "received_pictures": _received(
        5,
        "",
        type="MMS",
        subject="The dent",
        media=[
            _media("https://media.telnyx.example.org/a.smil", "application/smil", 300),
            _media("https://media.telnyx.example.org/b.jpg", "image/jpeg", 30_000),
        ],
    ),
    "received_picture_of_no_type": _received(
        6, "", type="MMS", media=[_media("https://media.telnyx.example.org/c.png", None, None)]
    ),
    "received_in_a_group": _received(
        7, "all of us", type="MMS", to=[_party(OURS), _party(OTHERS)], cc=[_party("+14155550125")]
    ),
    "received_by_short_code": _received(8, "JOIN", to=[_party("72345")]),
    "sent": _status(0x20, "sent", "message.status:sent", "message.sent", tags=["autumn"]),
    "sent_but_queued": _status(0x21, "queued", "message.status:queued", "message.sent"),
    "sending": _status(0x21, "sending", "message.status:sending", "message.sent"),
    "delivered": _status(0x20, "delivered", "message.status:delivered", tags=["autumn"]),
    "delivered_from_a_name": _status(0x22, "delivered", "message.status:delivered", sender="AcmeShop"),
    "unconfirmed": _status(0x23, "delivery_unconfirmed", "message.status:sent"),
    "undelivered": _status(
        0x24,
        "delivery_failed",
        "message.status:undelivered",
        errors=_errors("40001", "Not routable", f"{THEIRS} is a landline"),
    ),
    "not_sent_opted_out": _status(
        0x25,
        "sending_failed",
        "message.status:failed",
        errors=_errors("40300", "Blocked due to STOP message", "by the recipient"),
    ),
    "expired": _status(0x26, "expired", "message.status:undelivered"),
    "canceled": _status(0x27, "cancelled", "message.status:canceled"),
    "to_several": _event(
        0x28,
        "message.finalized",
        ("message.status:delivered", "message.status:undelivered"),
        type="MMS",
        **{"from": _party(OURS), "to": [_party(THEIRS, "delivered"), _party(OTHERS, "delivery_failed")]},
    ),
    "to_somebody_and_nobody": _event(
        0x29,
        "message.finalized",
        ("rejected:missing_field", "message.status:delivered"),
        **{"from": _party(OURS), "to": [_party(None, "delivered"), _party(THEIRS, "delivered")]},
    ),
    "status_of_tomorrow": _status(0x2A, "pondered", "unknown"),
    "event_of_tomorrow": _status(0x2B, "sent", "unknown", "message.pondered"),
    "to_nobody": _status(0x2C, "sent", "rejected:missing_field", to=[]),
    "received_without_id": _received(9, "hello", "rejected:missing_field", id=...),
    "received_from_nobody": _received(10, "hello", "rejected:missing_field", **{"from": _party(None)}),
    "received_from_nowhere": _received(11, "hello", "rejected:invalid_phone", **{"from": _party("not-a-number")}),
}
