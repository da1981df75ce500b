"""Answers of the Apple Push Notification service in our wrapping, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DEVICE = "8a3f0c1d2e4b5a69788796a5b4c3d2e18a3f0c1d2e4b5a69788796a5b4c3d2{:02x}"


def _wrapped(number: int, status: int | None, body: Any, outcome: str, **more: Any) -> Example:
    headers = {"apns-id": f"EABAC1D2-1E44-4F3B-8B3C-5A1D3C2B10{number:02X}"}
    answer = {"provider": "apns", "topic": "com.acme.app", "token": DEVICE.format(number), "message_id": f"m-{number}"}
    answer |= {"time": "2026-11-24T10:07:24Z", "response": {"status": status, "headers": headers, "body": body}} | more
    return Example(msgspec.json.encode({n: v for n, v in answer.items() if v is not None}).decode(), (outcome,))


def _refused(number: int, status: int, reason: str, outcome: str = "push.failed:failed", **more: Any) -> Example:
    return _wrapped(number, status, {"reason": reason} | more, outcome)


_GONE, _LATER = "push.token_invalid:failed", "push.failed:undelivered"

EXAMPLES: dict[str, Example] = {
    "accepted": _wrapped(1, 200, "", "push.delivered:sent"),
    "accepted_again": _wrapped(1, 200, "", "push.delivered:sent"),
    "accepted_without_an_id_of_ours": _wrapped(2, 200, None, "push.delivered:sent", message_id=None),
    "accepted_in_the_sandbox": _wrapped(3, 200, None, "push.delivered:sent", environment="sandbox"),
    "bad_device_token": _refused(4, 400, "BadDeviceToken", _GONE),
    "unregistered": _refused(5, 410, "Unregistered", _GONE, timestamp=1764000444123),
    "expired_token": _refused(6, 410, "ExpiredToken", _GONE, timestamp=1764000444123),
    "not_for_topic": _refused(7, 400, "DeviceTokenNotForTopic"),
    "topic_disallowed": _refused(8, 400, "TopicDisallowed"),
    "expired_provider_token": _refused(9, 403, "ExpiredProviderToken"),
    "payload_too_large": _refused(10, 413, "PayloadTooLarge"),
    "bad_priority": _refused(11, 400, "BadPriority"),
    "too_many_requests": _refused(12, 429, "TooManyRequests", _LATER),
    "internal_server_error": _refused(13, 500, "InternalServerError", _LATER),
    "shutdown": _refused(14, 503, "Shutdown", _LATER),
    "reason_of_tomorrow": _refused(15, 400, "DeviceOnHoliday"),
    "reason_of_tomorrow_for_later": _refused(16, 503, "Moving", _LATER),
    "neither_yes_nor_no": _wrapped(17, 302, None, "unknown"),
    "no_status": _wrapped(40, None, None, "rejected:missing_field"),
    "no_id": Example(
        '{"provider": "apns", "token": "8a3f", "response": {"status": 400, "body": {"reason": "BadDeviceToken"}}}',
        ("rejected:missing_field",),
    ),
}
