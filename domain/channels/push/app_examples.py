"""Reports of an app in our own form: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DEVICE = "8a3f0c1d2e4b5a69788796a5b4c3d2e18a3f0c1d2e4b5a69788796a5b4c3d2{:02x}"
ID = "0c1f2e3d-4b5a-4697-8879-6a5b4c3d2e{:02x}"


def body(event: str, **fields: Any) -> str:
    """One report: the given fields, and those that stand in every one."""
    return msgspec.json.encode({"push": {"event": event, "app": "acme-ios", "provider": "apns"} | fields}).decode()


def _fields(number: int, **more: Any) -> dict[str, Any]:
    always = {"id": ID.format(number), "message_id": f"m-{number}", "token": DEVICE.format(number)}
    always |= {"time": "2026-11-24T10:07:24.123Z"} | more
    return {name: value for name, value in always.items() if value is not None}


def _report(number: int, event: str, outcome: str, **more: Any) -> Example:
    return Example(body(event, **_fields(number, **more)), (outcome,))


def _several(*reports: dict[str, Any]) -> str:
    return msgspec.json.encode({"push": reports}).decode()


EXAMPLES: dict[str, Example] = {
    "delivered": _report(1, "delivered", "push.delivered:delivered"),
    "delivered_again": _report(1, "delivered", "push.delivered:delivered"),
    "opened": _report(1, "opened", "push.opened", id=ID.format(2), url="acme://orders/42", action="track"),
    "opened_elsewhere": _report(3, "opened", "push.opened", provider="fcm", app="acme-android"),
    "opened_without_a_service": _report(4, "opened", "push.opened", provider=None, time=1795514844123),
    "opened_without_an_id": _report(5, "opened", "push.opened", id=None),
    "dismissed": _report(6, "dismissed", "push.dismissed"),
    "failed": _report(7, "failed", "push.failed:failed", code="decrypt", reason=f"no key for {DEVICE.format(7)} 🔑"),
    "token_invalid": _report(8, "token_invalid", "push.token_invalid:failed", reason="permission withdrawn"),
    "token_invalid_of_no_push": _report(9, "token_invalid", "push.token_invalid:failed", message_id=None),
    "several": Example(
        _several(
            {"event": "delivered", **_fields(10)},
            {"event": "opened", **_fields(11)},
            {"event": "opened", "token": DEVICE.format(12)},
        ),
        ("rejected:missing_field", "push.delivered:delivered", "push.opened"),
    ),
    "event_of_tomorrow": _report(13, "snoozed", "unknown", until="tomorrow"),
    "none": Example('{"push": []}', ("ignored:empty",)),
    "no_event": Example('{"push": {"message_id": "m-1", "token": "8a3f"}}', ("rejected:missing_field",)),
    "no_token": _report(14, "opened", "rejected:missing_field", token=None),
    "no_message_id": _report(15, "opened", "rejected:missing_field", message_id=None),
}
