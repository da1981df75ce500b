"""Bodies in Mailtrap's format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = 1795514844


def _batch(*events: Any) -> str:
    return msgspec.json.encode({"events": list(events)}).decode()


def _event(number: int, event: str, **more: Any) -> dict[str, Any]:
    always: dict[str, Any] = {
        "event": event,
        "timestamp": TIME,
        "sending_stream": "transactional",
        "sending_domain_name": "acme.example",
    }
    always |= {"email": DANA, "message_id": f"1df37d17-0000-4000-8000-{number:012}"}
    always["event_id"] = f"bede7236-0000-4000-8000-{number:04}{len(event):08}"
    return always | {"category": "news", "custom_variables": {"campaign_id": "autumn", "lead_id": 4711}} | more


def _one(number: int, event: str, *outcome: str, **more: Any) -> Example:
    return Example(_batch(_event(number, event, **more)), outcome)


def _inbound(number: int, **more: Any) -> dict[str, Any]:
    always: dict[str, Any] = {"event": "inbound.message_received", "event_id": f"27c34797-0000-4000-8000-{number:012}"}
    always |= {"timestamp": TIME * 1000 + 722, "inbox_id": 250, "message_id": f"{1870314786754420000 + number}"}
    return always | {"from": f"Dana Doe <{DANA}>"} | more


_BROWSER = {"ip": "192.0.2.44", "user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}

EXAMPLES: dict[str, Example] = {
    "delivery": _one(1, "delivery", "email.delivered:delivered"),
    "open": _one(1, "open", "email.opened", **_BROWSER),
    "open_by_machine": _one(2, "open", "email.opened", user_agent="Mozilla/5.0"),
    "click": _one(1, "click", "email.clicked", url="https://acme.example/?a=1&b=Grüße", **_BROWSER),
    "unsubscribe": _one(1, "unsubscribe", "email.unsubscribed", **_BROWSER),
    "spam": _one(1, "spam", "email.complained"),
    "soft_bounce": _one(
        3, "soft bounce", "email.deferred:sending", response=f"450 4.2.0 {DANA} try later", response_code=450
    ),
    "bounce": _one(
        4, "bounce", "email.bounced:failed", response="550 5.1.1 no such user", response_code=550, bounce_category="bad_mailbox"
    ),
    "suspension": _one(5, "suspension", "email.deferred:sending", reason="The sending of this account is suspended"),
    "reject": _one(6, "reject", "email.rejected:failed", reason="Recipient in suppression list. Reason: unsubscription"),
    "of_tomorrow": _one(7, "teleport", "unknown"),
    "several": Example(
        _batch(_event(8, "delivery"), _event(8, "open"), _event(9, "delivery"), _event(8, "delivery")),
        ("email.delivered:delivered", "email.opened", "email.delivered:delivered"),
    ),
    "one_of_several_is_wrong": Example(
        _batch(_event(10, "delivery", email="nobody"), None, _event(11, "delivery", email="用户@例子.example")),
        ("rejected:invalid_email", "rejected:missing_field", "email.delivered:delivered"),
    ),
    "empty": Example('{"events": []}', ("ignored:empty",), url="https://hooks.acme.example/mailtrap"),
    "inbound": Example(_batch(_inbound(21)), ("message.received",)),
    "inbound_other_alphabet": Example(_batch(_inbound(22, **{"from": "Дана 👋 <dana@example.org>"})), ("message.received",)),
    "inbound_as_the_panel_tests": Example(
        _batch(
            {"event": "inbound_message_received", "timestamp": TIME, "inbound_inbox_id": 250, "message_id": "1", "from": DANA}
        ),
        ("message.received",),
    ),
    "inbound_nobody": Example(_batch(_inbound(23, **{"from": None})), ("rejected:missing_field",)),
    "inbound_no_message": Example(_batch(_inbound(24, message_id=None)), ("rejected:missing_field",)),
    "no_event": Example(
        _batch({"email": DANA, "sending_stream": "bulk"}),
        ("rejected:missing_field",),
        url="https://hooks.acme.example/mailtrap",
    ),
    "no_batch": Example("{}", ("rejected:missing_field",), url="https://hooks.acme.example/mailtrap"),
}  # fmt: skip
