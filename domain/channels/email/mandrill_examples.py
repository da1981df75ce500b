"""Bodies in Mandrill's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = 1795514844
RAW = (
    "Return-Path: <dana@example.org>\r\nFrom: Dana Doe <dana@example.org>\r\nTo: sales@in.acme.example\r\nSubject: {subject}\r\n"
    "Date: Tue, 24 Nov 2026 10:07:20 +0000\r\nMessage-ID: <{number}.c0ffee@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
)
BOUNDARY = "c2f1e7"
_MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def _json(*events: Any) -> str:
    return msgspec.json.encode(list(events)).decode()


def _batch(*events: Any, outcome: tuple[str, ...]) -> Example:
    return Example(urlencode({"mandrill_events": _json(*events)}), outcome)


def _event(number: int, event: str, message: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    id_ = f"1f3a5c7e9b{number:022x}"
    always: dict[str, Any] = {
        "_id": id_,
        "_version": "1a2b",
        "ts": TIME - 60,
        "subject": "Autumn at Acme",
        "email": DANA,
    }
    always |= {"sender": "news@acme.example", "tags": ["news"], "state": "sent", "opens": [], "clicks": []}
    always["metadata"] = {"campaign_id": "autumn", "lead_id": 4711}
    return {"event": event, "_id": id_, "ts": TIME, "msg": always | (message or {})} | more


def _one(number: int, event: str, *outcome: str, message: dict[str, Any] | None = None, **more: Any) -> Example:
    return _batch(_event(number, event, message, **more), outcome=outcome)


def _sync(type_: str, action: str, outcome: str, **entry: Any) -> Example:
    told = {"reason": "unsub", "detail": None, "email": DANA, "created_at": "2026-11-24 10:07:24", "expired": False}
    told |= {"subaccount": None, "sender": None}
    return _batch({"type": type_, "action": action, "reject": told | entry, "ts": TIME}, outcome=(outcome,))


def _mail(number: int, subject: str, text: str, **more: Any) -> dict[str, Any]:
    raw = RAW.format(number=number, subject=subject, text=text)
    message: dict[str, Any] = {
        "raw_msg": raw,
        "email": "sales@in.acme.example",
        "from_email": DANA,
        "from_name": "Dana Doe",
    }
    message |= {"subject": subject, "text": text, "spam_report": {"score": 0.4, "matched_rules": []}}
    message |= {"headers": {"Message-Id": f"<{number}.c0ffee@example.org>", "Received": ["by mx1", "by mx2"]}}
    return {"event": "inbound", "ts": TIME, "msg": message | more}


_FILES = {
    "notes.txt": {"name": "notes.txt", "type": "text/plain", "content": "seven seats", "base64": False},
    "plan.pdf": {
        "name": "plan.pdf",
        "type": "application/pdf",
        "content": b64encode(b"%PDF").decode(),
        "base64": True,
    },
}
_IMAGES = {"plan": {"name": "plan", "type": "image/png", "content": b64encode(b"\x89PNG").decode()}}
_BROWSER: dict[str, Any] = {"ip": "192.0.2.44", "user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}
_BROWSER_PARSED = {"user_agent_parsed": {"type": "Email Client", "os_name": "Linux"}, "location": {"city": "Oslo"}}
_BOUNCED = {"state": "bounced", "bounce_description": "bad_mailbox", "bgtools_code": 10}
_PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="mandrill_events"\r\n\r\n'

EXAMPLES: dict[str, Example] = {
    "send": _one(1, "send", "email.processed:sent"),
    "deferral": _one(
        2, "deferral", "email.deferred:sending", message={"state": "deferred", "smtp_events": [{"diag": "451 4.3.5 later"}]}
    ),
    "delivered": _one(1, "delivered", "email.delivered:delivered"),
    "hard_bounce": _one(
        3, "hard_bounce", "email.bounced:failed", message={**_BOUNCED, "diag": f"smtp;550 5.1.1 <{DANA}> unknown"}
    ),
    "soft_bounce": _one(
        4, "soft_bounce", "email.bounced:undelivered", message={"bounce_description": "mailbox_full", "diag": "552 full"}
    ),
    "open": _one(1, "open", "email.opened", **_BROWSER, **_BROWSER_PARSED),
    "open_by_machine": _one(5, "open", "email.opened", user_agent_parsed={"type": "Robot"}),
    "click": _one(1, "click", "email.clicked", url="https://acme.example/?a=1&b=Grüße", **_BROWSER),
    "spam": _one(1, "spam", "email.complained"),
    "unsub": _one(1, "unsub", "email.unsubscribed"),
    "reject": _one(6, "reject", "email.rejected:failed", message={"state": "rejected"}),
    "reject_unsubscribed": _one(7, "reject", "email.rejected:failed", reject={"reason": "unsub", "detail": None}),
    "of_tomorrow": _one(8, "teleport", "unknown"),
    "several": _batch(
        _event(9, "send"), _event(9, "open"), _event(9, "send"), _event(10, "send", {"email": "用户@例子.example"}),
        outcome=("email.processed:sent", "email.opened", "email.processed:sent"),
    ),
    "one_of_several_is_wrong": _batch(
        _event(11, "send", {"email": "nobody"}), None, _event(12, "send"),
        outcome=("rejected:invalid_email", "rejected:missing_field", "email.processed:sent"),
    ),
    "empty": _batch(outcome=("ignored:empty",)),
    "multipart": Example(
        f"{_PART}{_json(_event(13, 'send'))}\r\n--{BOUNDARY}--\r\n", ("email.processed:sent",), headers=_MULTIPART
    ),
    "blacklist_add": _sync("blacklist", "add", "consent.changed"),
    "denylist_add": _sync("denylist", "add", "consent.changed"),
    "blacklist_add_for_now": _sync("blacklist", "add", "unknown", reason="soft-bounce", email="robin@example.com"),
    "blacklist_change_expired": _sync("blacklist", "change", "unknown", expired=True),
    "blacklist_remove": _sync("blacklist", "remove", "unknown"),
    "whitelist_add": _batch(
        {"type": "whitelist", "action": "add", "reject": {"email": DANA, "detail": "a colleague"}, "ts": TIME},
        outcome=("unknown",),
    ),
    "inbound": _batch(_mail(21, "Is it free?", "The round table? 👋"), outcome=("message.received",)),
    "inbound_several": _batch(
        _mail(22, "one", "1"), _mail(23, "two", "2"), outcome=("message.received", "message.received")
    ),
    "inbound_without_raw": _batch(
        _mail(24, "See here", "مرحبا", raw_msg=None, attachments=_FILES, images=_IMAGES, html="<p>See</p>"),
        outcome=("message.received",),
    ),
    "inbound_nobody": _batch(
        _mail(25, "who?", "?", raw_msg=None, from_email="", headers={}), outcome=("rejected:missing_field",)
    ),
    "no_json": Example("mandrill_events=%5B%7B", ("rejected:bad_json",)),
    "no_event": _batch({"_id": "1f3a", "ts": TIME}, outcome=("rejected:missing_field",)),
    "nobody": _batch({"event": "open", "ts": TIME, "msg": {}}, outcome=("rejected:missing_field",)),
}  # fmt: skip
