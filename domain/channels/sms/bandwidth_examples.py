"""Bodies in Bandwidth's format, written by us."""

from typing import Any

import msgspec

from domain.channels.provider import Example

OURS, THEIRS, OTHERS = "+14155550100", "+14155550123", "+14155550124"


def _callback(number: int, type_: str, to: str | None, message: dict[str, Any], **more: object) -> dict[str, Any]:
    inside = {
        "id": f"17955148435{number:02x}xo7watq5px6rbe5d",
        "applicationId": "93de2206-9669-4e07-948d-329f4b722ee2",
        "time": "2026-11-24T10:07:23.876Z",
        "segmentCount": 1,
        **message,
    }
    outside = {"type": type_, "time": "2026-11-24T10:07:24.123Z", "to": to, "description": "ok", **more}
    kept = {name: value for name, value in outside.items() if value is not None}
    return kept | {"message": {name: value for name, value in inside.items() if value is not None}}


def _in(number: int, text: str, **more: object) -> dict[str, Any]:
    message = {"owner": OURS, "from": THEIRS, "to": [OURS], "direction": "in", "text": text}
    return _callback(number, "message-received", OURS, message | more)


def _out(
    number: int, type_: str, to: str | None = THEIRS, code: int | None = None, sender: str = OURS
) -> dict[str, Any]:
    message = {"owner": OURS, "from": sender, "to": [to], "direction": "out", "text": "", "tag": "autumn"}
    description = "ok" if code is None else f"no way to {to}"
    return _callback(number, type_, to, message, errorCode=code, description=description)


def _list(outcome: str | tuple[str, ...], *callbacks: object) -> Example:
    return Example(msgspec.json.encode(callbacks).decode(), (outcome,) if isinstance(outcome, str) else outcome)


_MEDIA = "https://messaging.bandwidth.com/api/v2/users/5000000/media/1795/"
_SENT = _out(0x40, "message-sending")

EXAMPLES: dict[str, Example] = {
    "received": _list("message.received", _in(1, "Is my table ready?")),
    "received_scripts_and_emoji": _list("message.received", _in(2, "Grüße 👩‍👩‍👧 مرحبا 漢字")),
    "received_stop": _list("message.received", _in(3, "STOP")),
    "received_picture": _list("message.received", _in(4, "", media=[f"{_MEDIA}0/a.smil", f"{_MEDIA}1/dent.jpg"])),
    "received_picture_with_text": _list("message.received", _in(5, "The dent", media=[f"{_MEDIA}0/dent.png"])),
    "received_in_a_group": _list("message.received", _in(6, "all of us", to=[OURS, OTHERS])),
    "received_by_short_code": _list("message.received", _in(7, "JOIN", owner="72345", to=["72345"])),
    "received_alone": Example(msgspec.json.encode(_in(8, "no list around it")).decode(), ("message.received",)),
    "received_two": _list(("message.received",) * 2, _in(9, "one"), _in(10, "two")),
    "sending": _list("message.status:sending", _SENT),
    "sending_twice_again": _list("message.status:sending", _SENT, _SENT),
    "delivered": _list("message.status:delivered", _out(0x40, "message-delivered")),
    "delivered_to_one_of_two": _list(
        ("message.status:delivered", "message.status:failed"),
        _callback(0x41, "message-delivered", THEIRS, {"from": OURS, "to": [THEIRS, OTHERS], "direction": "out"}),
        _callback(
            0x41, "message-failed", OTHERS, {"from": OURS, "to": [THEIRS, OTHERS], "direction": "out"}, errorCode=4432
        ),
    ),
    "failed_at_bandwidth": _list("message.status:failed", _out(0x42, "message-failed", code=4303)),
    "failed_at_bandwidth_for_now": _list("message.status:failed", _out(0x43, "message-failed", code=5101)),
    "failed_as_spam": _list("message.status:failed", _out(0x44, "message-failed", code=4470)),
    "refused_by_the_carrier": _list("message.status:undelivered", _out(0x45, "message-failed", code=4750)),
    "refused_by_the_recipient": _list("message.status:undelivered", _out(0x46, "message-failed", code=4775)),
    "carrier_busy": _list("message.status:undelivered", _out(0x47, "message-failed", code=5600)),
    "too_much": _list("message.status:undelivered", _out(0x48, "message-failed", code=4780)),
    "no_receipt": _list("message.status:undelivered", _out(0x49, "message-failed", code=9902)),
    "failed_for_no_reason": _list("message.status:failed", _out(0x4A, "message-failed")),
    "from_a_strange_sender": _list(
        "message.status:delivered", _out(0x4B, "message-delivered", sender="Acme & Sons, Ltd.")
    ),
    "callback_of_tomorrow": _list("unknown", _out(0x4C, "message-pondered")),
    "callback_of_tomorrow_about_nobody": _list("unknown", _out(0x4D, "message-pondered", to=None)),
    "delivered_to_nobody": _list("rejected:missing_field", _out(0x4E, "message-delivered", to=None)),
    "good_and_bad": _list(
        ("rejected:invalid_phone", "rejected:missing_field", "message.received"),
        _in(11, "hello", **{"from": "not-a-number"}),
        _in(12, "hello", id=None),
        _in(13, "hello"),
    ),
}
