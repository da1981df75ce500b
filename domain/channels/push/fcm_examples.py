"""Answers of Firebase Cloud Messaging in our wrapping, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DEVICE = "dQw4w9WgXcQ:APA91bEexample{:02x}"


def _wrapped(number: int, status: Any, body: Any, outcome: str, **more: Any) -> Example:
    answer = {"provider": "fcm", "project": "acme-app", "token": DEVICE.format(number), "message_id": f"m-{number}"}
    answer |= {"time": "2026-11-24T10:07:24Z", "response": {"status": status, "headers": {}, "body": body}} | more
    return Example(msgspec.json.encode({n: v for n, v in answer.items() if v is not None}).decode(), (outcome,))


def _error(
    number: int, status: int, name: str, outcome: str, message: str = "", code: str = "", **more: Any
) -> Example:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}] if code else []
    error = {"code": status, "message": message, "status": name, "details": details}
    return _wrapped(number, status, {"error": error}, outcome, **more)


_TAKEN = {"name": "projects/acme-app/messages/0:1764000444123456%31bd1c9631bd1c96"}
_GONE, _FAILED, _LATER = "push.token_invalid:failed", "push.failed:failed", "push.failed:undelivered"
_NO_DEVICE = "The registration token is not a valid FCM registration token"

EXAMPLES: dict[str, Example] = {
    "accepted": _wrapped(1, 200, _TAKEN, "push.delivered:sent"),
    "accepted_again": _wrapped(1, 200, _TAKEN, "push.delivered:sent"),
    "accepted_without_an_id_of_ours": _wrapped(2, 200, _TAKEN, "push.delivered:sent", message_id=None),
    "accepted_for_a_topic": _wrapped(3, 200, _TAKEN, "push.delivered:sent", token=None, topic="news"),
    "accepted_with_the_request": _wrapped(
        4,
        200,
        _TAKEN,
        "push.delivered:sent",
        token=None,
        request={"message": {"token": DEVICE.format(4), "notification": {"title": "您的订单", "body": "已发货 📦"}}},
    ),
    "unregistered": _error(5, 404, "NOT_FOUND", _GONE, "Requested entity was not found.", "UNREGISTERED"),
    "invalid_token": _error(6, 400, "INVALID_ARGUMENT", _GONE, _NO_DEVICE, "INVALID_ARGUMENT"),
    "invalid_value": _error(7, 400, "INVALID_ARGUMENT", _FAILED, "Invalid value at 'message.data[0].value'"),
    "sender_id_mismatch": _error(8, 403, "PERMISSION_DENIED", _FAILED, "SenderId mismatch", "SENDER_ID_MISMATCH"),
    "quota_exceeded": _error(9, 429, "RESOURCE_EXHAUSTED", _LATER, "Quota exceeded", "QUOTA_EXCEEDED"),
    "unavailable": _error(10, 503, "UNAVAILABLE", _LATER, "The service is currently unavailable.", "UNAVAILABLE"),
    "internal": _error(11, 500, "INTERNAL", _LATER, "Internal error encountered.", "INTERNAL"),
    "third_party_auth_error": _error(12, 401, "UNAUTHENTICATED", _FAILED, "APNs key is bad", "THIRD_PARTY_AUTH_ERROR"),
    "code_of_tomorrow": _error(13, 400, "FAILED_PRECONDITION", _FAILED, "Not like this", "DEVICE_ON_HOLIDAY"),
    "not_json": _wrapped(14, 502, "<html>Bad gateway</html>", _LATER),
    "redirected": _wrapped(15, 302, None, "unknown"),
    "no_status": _wrapped(40, None, {}, "rejected:missing_field"),
    "no_id": _error(41, 404, "NOT_FOUND", "rejected:missing_field", "", "UNREGISTERED", message_id=None),
}
