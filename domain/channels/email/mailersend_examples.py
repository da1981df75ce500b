"""Bodies in MailerSend's format, written by us: every kind in the newer form, some in the older one, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = "2026-11-24T10:07:24.520507Z"
RAW = (
    "From: Dana Doe <dana@example.org>\r\nTo: sales@in.acme.example\r\nSubject: {subject}\r\nDate: Tue, 24 Nov 2026 10:07:20 +0000\r\n"
    "Message-ID: <{number}.c0ffee@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
)


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode().replace("/", "\\/")


def _hook(type_: str, data: Any, *outcome: str, **more: Any) -> Example:
    always = {"type": type_, "domain_id": "yv69oxl5kl785kw2", "created_at": TIME, "webhook_id": "2351ndgwr4zqx8ko"}
    return Example(_json(always | {"url": "https://hooks.acme.example/mailersend", "data": data} | more), outcome)


def _event(number: int, type_: str, *outcome: str, meta: Any = (), **more: Any) -> Example:
    data = {"object": "activity", "id": f"62f114f8165fe0d8{number:04}{len(type_):04}", "type": type_}
    data |= {"message_id": f"62fb66bef54a112e{number:08}", "recipient": DANA, "subject": "Autumn at Acme"}
    return _hook(f"activity.{type_}", data | {"tags": ["news"], "meta": meta} | more, *outcome)


def _older(number: int, type_: str, *outcome: str, morph: Any = None, **more: Any) -> Example:
    mail: dict[str, Any] = {
        "object": "email",
        "id": "63fd1c1d",
        "from": "news@acme.example",
        "subject": "Autumn at Acme",
    }
    mail |= {"status": "sent", "tags": ["news"], "message": {"object": "message", "id": f"63fd1c1d5f010335{number:08}"}}
    mail |= {"recipient": {"object": "recipient", "email": DANA}}
    data = {"object": "activity", "id": f"63fd1c1d31b9c750{number:08}", "type": type_, "created_at": TIME}
    return _hook(f"activity.{type_}", data | {"email": mail | more, "morph": morph, "template_id": ""}, *outcome)


def _mail(number: int, *outcome: str, **more: Any) -> Example:
    raw = RAW.format(number=number, subject="Is it free?", text="The round table? 👋")
    data: dict[str, Any] = {
        "object": "message",
        "id": f"61e01d5e36ee4000{number:08}",
        "subject": "Is it free?",
        "created_at": TIME,
    }
    data |= {"recipients": {"rcptTo": [{"email": "sales@in.acme.example"}], "to": {"raw": "sales@in.acme.example"}}}
    data |= {"from": {"email": DANA, "name": "Dana Doe", "raw": f"Dana Doe <{DANA}>"}, "sender": {"email": DANA}}
    data |= {"headers": {"Message-ID": f"<{number}.c0ffee@example.org>", "Received": ["by mx1", "by mx2"]}}
    data |= {"text": "The round table?", "html": "<p>The round table?</p>", "raw": raw, "attachments": []}
    return _hook("inbound.message", data | {"spf_check": {"code": "+"}, "dkim_check": False} | more, *outcome)


_BROWSER = {"ip": "192.0.2.44", "user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}
_FILE = {
    "content": "JVBERg==",
    "file_name": "plan.pdf",
    "content_type": "application/pdf",
    "content_id": "plan",
    "size": 4,
}
_TWO = {"rcptTo": [{"email": "sales@in.acme.example"}, {"email": "help@in.acme.example"}]}

EXAMPLES: dict[str, Example] = {
    "sent": _event(1, "sent", "email.processed:sent"),
    "delivered": _event(1, "delivered", "email.delivered:delivered"),
    "deferred": _event(2, "deferred", "email.deferred:sending"),
    "soft_bounced": _event(
        3, "soft_bounced", "email.bounced:undelivered", meta={"bounce_reason": f"{DANA} is full", "bounce_code": 452}
    ),
    "hard_bounced": _event(
        4, "hard_bounced", "email.bounced:failed", meta={"bounce_reason": "no such user", "bounce_code": 550}
    ),
    "suppressed": _event(5, "suppressed", "email.rejected:failed", meta={"suppression_reason": "unsubscribed before"}),
    "opened": _event(1, "opened", "email.opened", meta=_BROWSER),
    "opened_unique": _event(1, "opened_unique", "email.opened", meta=_BROWSER),
    "opened_by_machine": _event(6, "opened", "email.opened", meta={"user_agent": "Mozilla/5.0"}),
    "clicked": _event(1, "clicked", "email.clicked", meta={**_BROWSER, "url": "https://acme.example/?b=Grüße"}),
    "clicked_unique": _event(1, "clicked_unique", "email.clicked", meta={**_BROWSER, "url": "https://acme.example"}),
    "unsubscribed": _event(1, "unsubscribed", "email.unsubscribed", meta={"unsubscribe_reason": "too many mails"}),
    "spam_complaints": _event(1, "spam_complaints", "email.complained"),
    "survey_opened": _event(7, "survey_opened", "unknown"),
    "of_tomorrow": _event(8, "teleported", "unknown"),
    "other_alphabet": _event(9, "delivered", "email.delivered:delivered", recipient="用户@例子.example"),
    "nobody_named": _event(10, "delivered", "email.delivered:delivered", recipient=None),
    "older_sent": _older(11, "sent", "email.processed:sent"),
    "older_hard_bounced": _older(
        12, "hard_bounced", "email.bounced:failed", morph={"object": "recipient_bounce", "reason": "no such host"}
    ),
    "older_clicked": _older(
        13, "clicked", "email.clicked", morph={"object": "click", "id": "1", "ip": "192.0.2.44", "url": "https://acme.example/"}
    ),
    "older_unsubscribed": _older(
        14, "unsubscribed", "email.unsubscribed",
        morph={"object": "recipient_unsubscribe", "reason": "option_3", "readable_reason": "too many mails"},
    ),
    "older_spam_complaint": _older(15, "spam_complaint", "email.complained", morph={"object": "spam_complaint"}),
    "identity_verified": _hook("sender_identity.verified", {"id": "1", "email": "news@acme.example"}, "account.event"),
    "maintenance": _hook("maintenance.start", {"id": "2", "description": "tonight"}, "account.event"),
    "test": Example('{"type": "webhook.test", "message": "ping"}', ("ignored:test",)),
    "inbound": _mail(21, "message.received"),
    "inbound_by_two": _mail(22, "message.received", "message.received", recipients=_TWO),
    "inbound_without_raw": _mail(23, "message.received", raw=None, attachments=[_FILE]),
    "inbound_nobody": _mail(
        24, "rejected:missing_field", raw=None, sender=None, headers={}, **{"from": None}
    ),
    "no_type": Example(
        _json({"data": {"recipient": DANA}}), ("rejected:missing_field",), url="https://hooks.acme.example/mailersend"
    ),
    "nobody": _hook("activity.sent", {"type": "sent"}, "rejected:missing_field"),
    "no_address": _event(31, "sent", "rejected:invalid_email", recipient="nobody"),
}  # fmt: skip
