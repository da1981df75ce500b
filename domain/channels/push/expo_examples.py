"""Tickets and receipts of Expo in our wrapping, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DEVICE = "ExponentPushToken[aB3xY7exampleQ{:02x}]"
ID = "0c2e6f1a-7d3b-4c1e-9f55-3b1d0a6e77{:02x}"
_GONE, _FAILED, _LATER = "push.token_invalid:failed", "push.failed:failed", "push.failed:undelivered"


def _wrapped(body: Any, *outcome: str, status: int | None = 200, **more: Any) -> Example:
    answer = {"provider": "expo", "project": "@acme/app", "time": "2026-11-24T10:07:24Z", **more}
    return Example(msgspec.json.encode(answer | {"response": {"status": status, "body": body}}).decode(), outcome)


def _refused(code: str, **details: str) -> dict[str, Any]:
    return {"status": "error", "message": f"{code}: {DEVICE.format(3)}", "details": {"error": code, **details}}


def _ticket(number: int, code: str, outcome: str) -> Example:
    return _wrapped({"data": [_refused(code)]}, outcome, tokens=[DEVICE.format(number)], message_ids=[f"m-{number}"])


def _receipt(number: int, receipt: Any, outcome: str) -> Example:
    return _wrapped({"data": {ID.format(number): receipt}}, outcome, tokens={ID.format(number): DEVICE.format(number)})


_BATCH = [{"status": "ok", "id": ID.format(2)}, _refused("DeviceNotRegistered", expoPushToken=DEVICE.format(3))]
_ALL = {"errors": [{"code": "PUSH_TOO_MANY_EXPERIENCE_IDS", "message": "All messages must be of one project"}]}

EXAMPLES: dict[str, Example] = {
    "ticket": _wrapped(
        {"data": [{"status": "ok", "id": ID.format(1)}]}, "message.status:queued", tokens=[DEVICE.format(1)]
    ),
    "ticket_again": _wrapped(
        {"data": [{"status": "ok", "id": ID.format(1)}]}, "message.status:queued", tokens=[DEVICE.format(1)]
    ),
    "tickets": _wrapped({"data": _BATCH}, "message.status:queued", _GONE, message_ids=["m-2", "m-3"]),
    "ticket_too_big": _ticket(4, "MessageTooBig", _FAILED),
    "ticket_rate_exceeded": _ticket(5, "MessageRateExceeded", _LATER),
    "ticket_of_tomorrow": _ticket(6, "DeviceOnHoliday", _FAILED),
    "ticket_unnamed_error": _wrapped(
        {"data": [{"status": "error", "message": "nobody knows"}]},
        _FAILED,
        tokens=[DEVICE.format(7)],
        message_ids=["m-7"],
    ),
    "receipt": _receipt(1, {"status": "ok"}, "push.delivered:sent"),
    "receipt_without_a_device": _wrapped({"data": {ID.format(8): {"status": "ok"}}}, "push.delivered:sent"),
    "receipt_device_gone": _receipt(9, _refused("DeviceNotRegistered"), _GONE),
    "receipt_mismatch": _receipt(10, _refused("MismatchSenderId"), _FAILED),
    "receipt_credentials": _receipt(11, _refused("InvalidCredentials"), _FAILED),
    "receipt_of_tomorrow": _receipt(12, {"status": "pondering"}, "unknown"),
    "receipt_and_one_without_an_id": _wrapped(
        {"data": {"": {"status": "ok"}, ID.format(13): {"status": "ok"}}},
        "rejected:missing_field",
        "push.delivered:sent",
    ),
    "whole_request_failed": _wrapped(
        _ALL, _FAILED, _FAILED, status=400, tokens=[DEVICE.format(14), DEVICE.format(15)], message_ids=["m-14", "m-15"]
    ),
    "whole_request_too_much": _wrapped(
        {"errors": [{"code": "TOO_MANY_REQUESTS", "message": "slow down"}]}, _LATER, status=429, message_ids=["m-16"]
    ),
    "gateway_down": _wrapped("<html>", _LATER, status=504, tokens=[DEVICE.format(17)], message_ids=["m-17"]),
    "no_receipts_yet": _wrapped({"data": {}}, "ignored:empty"),
    "no_status": _wrapped({"data": []}, "rejected:missing_field", status=None),
    "failed_and_nobody_knows_which": _wrapped({"errors": []}, "rejected:missing_field", status=500),
    "ticket_without_an_id": _wrapped({"data": [{"status": "ok"}]}, "rejected:missing_field"),
}
