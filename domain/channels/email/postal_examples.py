"""Bodies in Postal's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = 1795514844.961181
RAW = (
    "Return-Path: <dana@example.org>\r\nFrom: Dana Doe <dana@example.org>\r\nTo: sales@in.acme.example\r\nSubject: Is it free?\r\n"
    "Date: Tue, 24 Nov 2026 10:07:20 +0000\r\nMessage-ID: <{number}.c0ffee@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nThe round table? 👋\r\n"
)
_SERVER = {
    "uuid": "54529725-0000-4000-8000-000000000001",
    "name": "Acme mail",
    "permalink": "acme",
    "organization": "acme",
}


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _message(number: int, **more: Any) -> dict[str, Any]:
    always: dict[str, Any] = {"id": 1500 + number, "token": f"Kmo8CRdju{number:03}", "direction": "outgoing"}
    always |= {"message_id": f"7b095c0e-{number}@rp.acme.example", "to": DANA, "from": "news@acme.example"}
    return (
        always
        | {"subject": "Autumn at Acme", "timestamp": TIME - 60, "spam_status": "NotChecked", "tag": "news"}
        | more
    )


def _event(number: int, event: str, *outcome: str, **payload: Any) -> Example:
    uuid = f"0fcc831f-0000-4000-8000-{number:012}"
    return Example(_json({"event": event, "timestamp": TIME, "payload": payload, "uuid": uuid}), outcome)


def _status(number: int, event: str, status: str, output: str, *outcome: str, **message: Any) -> Example:
    told = {
        "status": status,
        "details": "Message was handed over",
        "output": output,
        "sent_with_ssl": True,
        "time": 0.22,
    }
    return _event(number, event, *outcome, **told, timestamp=TIME, message=_message(number, **message))


def _raw(number: int, message: str | None = None, **more: Any) -> dict[str, Any]:
    raw = b64encode(RAW.format(number=number).encode()).decode() if message is None else message
    always = {"id": 233900 + number, "rcpt_to": "sales@in.acme.example", "mail_from": DANA, "message": raw}
    return always | {"base64": True, "size": 859} | more


def _read_out(number: int, **more: Any) -> dict[str, Any]:
    always: dict[str, Any] = {
        "id": 233900 + number,
        "rcpt_to": "sales@in.acme.example",
        "mail_from": DANA,
        "token": "rtmuz",
    }
    always |= {"subject": "Is it free?", "message_id": f"{number}.c0ffee@example.org", "timestamp": TIME, "size": "822"}
    always |= {"spam_status": "NotSpam", "bounce": False, "received_with_ssl": False, "to": "sales@in.acme.example"}
    always |= {"cc": None, "from": f"Dana Doe <{DANA}>", "date": "Tue, 24 Nov 2026 10:07:20 +0000", "in_reply_to": None}
    always |= {"references": None, "reply_to": [f"Dana Doe <{DANA}>"], "auto_submitted": None}
    return always | {"plain_body": "The round table?", "html_body": "<p>The round table?</p>", "attachments": []} | more


_BROWSER = {"ip_address": "192.0.2.44", "user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}
_FILE = {"filename": "notes.txt", "content_type": "text/plain", "size": 11, "data": "c2V2ZW4gc2VhdHM=\n"}
_FORM = {name: str(value) for name, value in _read_out(27).items() if isinstance(value, str | int | float)}
_FORM |= {f"attachments[0][{name}]": str(value) for name, value in _FILE.items()}
_BOUNCE = {
    "id": 12347,
    "token": "abcdef124",
    "direction": "incoming",
    "to": "psrp@acme.example",
    "subject": "Undeliverable",
}

EXAMPLES: dict[str, Example] = {
    "sent": _status(1, "MessageSent", "Sent", "250 2.0.0 OK", "email.delivered:delivered"),
    "delayed": _status(2, "MessageDelayed", "SoftFail", "450 4.2.0 later", "email.deferred:sending"),
    "failed": _status(3, "MessageDeliveryFailed", "HardFail", f"550 5.1.1 <{DANA}> unknown", "email.bounced:failed"),
    "failed_after_many_tries": _status(4, "MessageDeliveryFailed", "HardFail", "", "email.bounced:failed"),
    "held": _status(5, "MessageHeld", "Held", "", "email.processed:queued"),
    "bounced": _event(
        6, "MessageBounced", "email.bounced:undelivered", original_message=_message(6), bounce=_BOUNCE
    ),
    "clicked": _event(
        7, "MessageLinkClicked", "email.clicked", message=_message(1), url="https://acme.example/?b=Grüße", **_BROWSER
    ),
    "loaded": _event(8, "MessageLoaded", "email.opened", message=_message(1), **_BROWSER),
    "loaded_by_machine": _event(9, "MessageLoaded", "email.opened", message=_message(1), user_agent="Mozilla/5.0"),
    "dns_error": _event(10, "DomainDNSError", "account.event", domain="acme.example", spf_status="Missing", server=_SERVER),
    "send_limit_approaching": _event(11, "SendLimitApproaching", "account.event", server=_SERVER, volume=950, limit=1000),
    "send_limit_exceeded": _event(12, "SendLimitExceeded", "account.event", server=_SERVER, volume=1000, limit=1000),
    "of_tomorrow": _event(13, "MessageTeleported", "unknown", message=_message(13)),
    "incoming": _status(14, "MessageSent", "Sent", "", "ignored:incoming_message", direction="incoming"),
    "other_alphabet": _status(15, "MessageSent", "Sent", "250 OK", "email.delivered:delivered", to="用户@例子.example"),
    "no_tag": _status(16, "MessageSent", "Sent", "250 OK", "email.delivered:delivered", tag=None),
    "nobody_named": _status(17, "MessageSent", "Sent", "250 OK", "email.delivered:delivered", to=None),
    "inbound_raw": Example(_json(_raw(21)), ("message.received",)),
    "inbound_raw_text": Example(_json(_raw(22, RAW.format(number=22), base64=False)), ("message.received",)),
    "inbound_read_out": Example(_json(_read_out(23)), ("message.received",)),
    "inbound_read_out_file": Example(_json(_read_out(24, attachments=[_FILE], cc="robin@example.com")), ("message.received",)),
    "inbound_stripped": Example(
        _json(_read_out(25, plain_body="Yes!", replies_from_plain_body="> free?", in_reply_to="7b0@rp.acme.example")),
        ("message.received",),
    ),
    "inbound_form": Example(urlencode(_FORM), ("message.received",)),
    "inbound_no_base64": Example(_json(_raw(28, "%%%")), ("rejected:bad_base64",)),
    "inbound_nobody": Example(_json(_read_out(29, **{"from": None, "mail_from": ""})), ("rejected:missing_field",)),
    "no_event": Example(_json({"payload": {}, "uuid": "0fcc831f"}), ("rejected:missing_field",)),
    "nobody": _event(31, "MessageLoaded", "rejected:missing_field", message={}),
    "no_address": _event(32, "MessageLoaded", "rejected:invalid_email", message=_message(32, to="nobody")),
}  # fmt: skip
