"""Bodies in Unisender Go's format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = "2026-11-24 10:07:24"
AUTH = "0123456789abcdef0123456789abcdef"
URL = "https://hooks.acme.example/unisender_go"


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _event(number: int, status: str, error: str = "", response: str = "", **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"job_id": f"1smi9f-{number:06}-86zr", "email": DANA, "status": status, "event_time": TIME}
    data["metadata"] = {"campaign_id": "autumn", "lead_id": "4711", "note": "Привет 👋"}
    if error:
        data["delivery_info"] = {"delivery_status": error, "destination_response": response}
    return {"event_name": "transactional_email_status", "event_data": data | more}


def _grouped(*events: Any, outcome: tuple[str, ...]) -> Example:
    by_user = [{"user_id": 456, "project_id": "6432890213745872", "project_name": "Acme", "events": list(events)}]
    return Example(_json({"auth": AUTH, "events_by_user": by_user}), outcome)


def _one(number: int, status: str, *outcome: str, **more: Any) -> Example:
    return _grouped(_event(number, status, **more), outcome=outcome)


def _alone(outcome: str, **fields: Any) -> Example:
    always = {"auth": AUTH, "event_name": "transactional_email_status", "user_id": 456, "email": DANA}
    return Example(_json(always | fields), (outcome,))


_BLOCK = {"block_time": TIME, "block_type": "one_smtp", "domain": "example.org", "SMTP_blocks_count": 8}
_BROWSER = {"delivery_info": {"user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0", "ip": "192.0.2.44"}}

EXAMPLES: dict[str, Example] = {
    "sent": _one(1, "sent", "email.processed:sent"),
    "delivered": _one(1, "delivered", "email.delivered:delivered", error="ok_delivered", response="250 2.0.0 OK"),
    "opened": _one(1, "opened", "email.opened", **_BROWSER),
    "clicked": _one(1, "clicked", "email.clicked", url="https://acme.example/?b=Grüße", **_BROWSER),
    "unsubscribed": _one(1, "unsubscribed", "email.unsubscribed", comment="too many mails"),
    "subscribed": _one(1, "subscribed", "email.resubscribed"),
    "spam": _one(1, "spam", "email.complained"),
    "soft_bounced": _one(
        2, "soft_bounced", "email.bounced:undelivered", error="err_mailbox_full", response=f"452 4.2.2 {DANA} is full"
    ),
    "hard_bounced": _one(
        3, "hard_bounced", "email.bounced:failed", error="err_user_unknown", response="550 5.1.1 no such user"
    ),
    "hard_bounced_as_spam": _one(4, "hard_bounced", "email.bounced:failed", error="err_spam_rejected"),
    "hard_bounced_unsubscribed": _one(5, "hard_bounced", "email.bounced:failed", error="err_unsubscribed"),
    "hard_bounced_for_a_reason_of_tomorrow": _one(6, "hard_bounced", "email.bounced:failed", error="err_teleported"),
    "of_tomorrow": _one(7, "teleported", "unknown"),
    "spam_block": _grouped(
        {"event_name": "transactional_spam_block", "event_data": {**_BLOCK, "domain_status": "blocked"}},
        outcome=("account.event",),
    ),
    "several": _grouped(
        _event(8, "sent"),
        _event(8, "delivered"),
        _event(8, "delivered", email="用户@例子.example"),
        _event(8, "sent"),
        {"event_name": "transactional_spam_block", "event_data": {**_BLOCK, "domain_status": "not_blocked"}},
        outcome=("email.processed:sent", "email.delivered:delivered", "email.delivered:delivered", "account.event"),
    ),
    "one_of_several_is_wrong": _grouped(
        _event(9, "sent", email="nobody"),
        "nothing",
        _event(10, "sent"),
        outcome=("rejected:invalid_email", "rejected:missing_field", "email.processed:sent"),
    ),
    "empty": Example(_json({"auth": AUTH, "events_by_user": []}), ("ignored:empty",)),
    "alone": _alone("email.delivered:delivered", job_id="1smi9f-000021-86zr", status="delivered", event_time=TIME),
    "alone_without_job": _alone("email.unsubscribed", status="unsubscribed", comment="no more", event_time=TIME),
    "alone_without_status": _alone("rejected:missing_field", job_id="1smi9f-000022-86zr"),
    "alone_without_anybody": _alone("rejected:missing_field", status="opened", email=None),
    "no_event": Example(_json({"auth": AUTH, "email": DANA}), ("rejected:missing_field",), url=URL),
}  # fmt: skip
