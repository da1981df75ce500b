"""Bodies in Resend's format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = "2026-11-24T10:07:24.126Z"


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _event(number: int, type_: str, *outcome: str, **more: Any) -> Example:
    about: dict[str, Any] = {
        "email_id": f"56761188-0000-4000-8000-{number:012}",
        "created_at": "2026-11-24T10:07:20.000Z",
    }
    about |= {"from": "Acme News <news@acme.example>", "to": [DANA], "subject": "Autumn at Acme"}
    about["tags"] = {"campaign_id": "autumn", "lead_id": "4711"}
    return Example(_json({"type": type_, "created_at": TIME, "data": about | more}), outcome)


def _mail(number: int, *outcome: str, **more: Any) -> Example:
    about: dict[str, Any] = {"email_id": f"37e4414c-0000-4000-8000-{number:012}", "created_at": TIME}
    about |= {"from": f"Dana Doe <{DANA}>", "to": ["sales@in.acme.example"], "cc": [], "bcc": []}
    about |= {"message_id": f"<{number}.c0ffee@example.org>", "subject": "Is it free?", "attachments": []}
    return Example(_json({"type": "email.received", "created_at": TIME, "data": about | more}), outcome)


def _bounced(number: int, outcome: str, message: str, **more: Any) -> Example:
    return _event(number, "email.bounced", f"email.bounced:{outcome}", bounce={"message": message, **more})


_BROWSER = {"ipAddress": "192.0.2.44", "timestamp": TIME, "userAgent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}
_FILE = {"id": "2a0c9ce0-0000-4000-8000-000000000001", "filename": "plan.png", "content_type": "image/png"}
_FILE |= {"content_disposition": "inline", "content_id": "plan"}
_CONTACT = {"id": "e169aa45", "audience_id": "78261eea", "email": DANA, "first_name": "Dana", "last_name": "Doe"}
_CONTACT |= {"created_at": TIME, "updated_at": TIME}
_TWO = [DANA, "Robin <robin@example.com>"]

EXAMPLES: dict[str, Example] = {
    "scheduled": _event(1, "email.scheduled", "email.processed:queued"),
    "sent": _event(1, "email.sent", "email.processed:sent"),
    "delivered": _event(1, "email.delivered", "email.delivered:delivered"),
    "delivery_delayed": _event(2, "email.delivery_delayed", "email.deferred:sending"),
    "bounced": _bounced(
        3, "failed", f"{DANA} does not exist", type="Permanent", subType="General", diagnosticCode=["smtp; 550 5.1.1 no"]
    ),
    "bounced_for_now": _bounced(4, "undelivered", "The mailbox is full", type="Transient", subType="MailboxFull"),
    "bounced_suppressed": _bounced(5, "failed", "On a list", type="Permanent", subType="OnAccountSuppressionList"),
    "bounced_without_type": _bounced(6, "undelivered", "The server of the recipient said no"),
    "failed": _event(7, "email.failed", "email.rejected:failed", failed={"reason": "reached_daily_quota"}),
    "suppressed": _event(
        8, "email.suppressed", "email.rejected:failed", suppressed={"message": "On a list", "type": "OnAccountSuppressionList"}
    ),
    "complained": _event(1, "email.complained", "email.complained"),
    "opened": _event(1, "email.opened", "email.opened", open=_BROWSER),
    "opened_by_machine": _event(9, "email.opened", "email.opened", open={**_BROWSER, "userAgent": "Mozilla/5.0"}),
    "clicked": _event(
        1, "email.clicked", "email.clicked", click={**_BROWSER, "link": "https://acme.example/?b=Grüße"}
    ),
    "delivered_to_two": _event(
        10, "email.delivered", "email.delivered:delivered", "email.delivered:delivered", to=[*_TWO, DANA]
    ),
    "opened_by_one_of_two": _event(11, "email.opened", "unknown", "unknown", to=_TWO),
    "of_tomorrow": _event(12, "email.teleported", "unknown"),
    "tags_as_a_list": _event(
        13, "email.sent", "email.processed:sent", tags=[{"name": "lead_id", "value": "4711"}, {"name": "x"}, None]
    ),
    "tags_in_headers": _event(
        14, "email.sent", "email.processed:sent",
        headers=[{"name": "X-Tags", "value": '["news", "👋"]'}, {"name": "X-Metadata", "value": '{"lead_id": 4711}'}],
    ),
    "other_alphabet": _event(15, "email.sent", "email.processed:sent", to=["用户@例子.example"], subject="你好"),
    "event_has_an_id": _event(16, "email.sent", "email.processed:sent")._replace(
        headers={"svix-id": "msg_2Kx", "svix-timestamp": "1795514844"}
    ),
    "domain_updated": Example(
        _json({"type": "domain.updated", "created_at": TIME, "data": {"id": "d91cd9bd", "name": "acme.example", "status": "failed"}}),
        ("account.event",),
    ),
    "contact_updated": Example(
        _json({"type": "contact.updated", "created_at": TIME, "data": {**_CONTACT, "unsubscribed": True}}), ("account.event",)
    ),
    "received": _mail(21, "message.received"),
    "received_file": _mail(22, "message.received", attachments=[_FILE], cc=["robin@example.com"]),
    "received_by_two": _mail(
        23, "message.received", "message.received", to=["sales@in.acme.example", "help@in.acme.example"]
    ),
    "received_with_text": _mail(24, "message.received", text="The round table? 👋", headers={"In-Reply-To": "<1@acme.example>"}),
    "received_nobody": _mail(25, "rejected:missing_field", **{"from": ""}),
    "received_no_id": _mail(26, "rejected:missing_field", email_id=None),
    "no_type": Example(_json({"created_at": TIME, "data": {"to": [DANA]}}), ("rejected:missing_field",), url="https://hooks.acme.example/resend"),
    "nobody": Example(_json({"type": "email.sent", "data": {}}), ("rejected:missing_field",)),
    "no_address": _event(31, "email.sent", "rejected:invalid_email", to=["nobody"]),
}  # fmt: skip
