"""Bodies in Brevo's format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
EPOCH = 1795514844000
_DROPPED = object()


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _event(number: int, event: str, *outcome: str, **more: Any) -> Example:
    always: dict[str, Any] = {
        "event": event,
        "email": DANA,
        "id": 26224,
        "date": "2026-11-24 11:07:24",
        "ts": EPOCH // 1000,
        "message-id": f"<202611241007.{number:08}@smtp-relay.mailin.fr>",
        "ts_event": EPOCH // 1000,
        "subject": "Autumn at Acme",
        "X-Mailin-custom": '{"campaign_id": "autumn", "lead_id": 4711}',
        "sending_ip": "192.0.2.7",
        "ts_epoch": EPOCH + number,
        "tags": ["news", "autumn"],
    }
    whole = {name: value for name, value in (always | more).items() if value is not _DROPPED}
    return Example(_json(whole), outcome)


def _mail(number: int, text: str, **more: Any) -> dict[str, Any]:
    message_id = f"<{number}.c0ffee@example.org>"
    return {
        "Uuid": [f"5e9ab41d-0000-4000-8000-{number:012}"],
        "MessageId": message_id,
        "InReplyTo": None,
        "From": {"Name": "Dana Doe", "Address": DANA},
        "To": [{"Name": "Acme Sales", "Address": "sales@in.acme.example"}],
        "Cc": [],
        "ReplyTo": None,
        "Date": "Tue, 24 Nov 2026 10:07:24 +0000",
        "Subject": "Is the round table free?",
        "Attachments": [],
        "Headers": {
            "Received": ["by mx1.example.org", "by mx2.example.org"],
            "Delivered-To": "sales@in.acme.example",
            "Return-Path": f"<{DANA}>",
            "From": f"Dana Doe <{DANA}>",
            "To": "Acme Sales <sales@in.acme.example>",
            "Message-ID": message_id,
            "Date": "Tue, 24 Nov 2026 10:07:24 +0000",
        },
        "SpamScore": 0.4,
        "ExtractedMarkdownMessage": text,
        "ExtractedMarkdownSignature": "",
        "RawHtmlBody": f"<p>{text}</p>",
        "RawTextBody": f"{text}\r\n",
    } | more


_FILE = {
    "Name": "plan.pdf",
    "ContentType": "application/pdf",
    "ContentLength": 61234,
    "ContentID": "ii_1",
    "DownloadToken": "eyJmb2xkZXIiOiIyMDI2MTEyNCJ9",
}

EXAMPLES: dict[str, Example] = {
    "sent": _event(1, "request", "email.processed:queued"),
    "delivered": _event(1, "delivered", "email.delivered:delivered"),
    "deferred": _event(2, "deferred", "email.deferred:sending", reason="451 4.7.1 try again later"),
    "soft_bounce": _event(3, "soft_bounce", "email.bounced:undelivered", reason=f"452 4.2.2 {DANA} is over quota"),
    "hard_bounce": _event(4, "hard_bounce", "email.bounced:failed", reason="550 5.1.1 no such user"),
    "invalid_email": _event(5, "invalid_email", "email.bounced:failed", email="dana@example.invalid"),
    "blocked": _event(6, "blocked", "email.rejected:failed", reason="blocked : due to blacklist user"),
    "error": _event(7, "error", "email.rejected:failed", reason="Error details"),
    "spam": _event(8, "spam", "email.complained"),
    "opened": _event(9, "opened", "email.opened", user_agent="Mozilla/5.0 (X11; Linux) Thunderbird/140.0"),
    "first_opening": _event(9, "unique_opened", "email.opened"),
    "proxy_open": _event(9, "proxy_open", "email.opened"),
    "first_proxy_open": _event(9, "unique_proxy_open", "email.opened"),
    "clicked": _event(10, "click", "email.clicked", link="https://acme.example/?a=1&b=Grüße"),
    "unsubscribed": _event(11, "unsubscribe", "email.unsubscribed"),
    "list_addition": _event(
        12, "list_addition", "email.subscription_changed", list_id=[3, 21], **{"message-id": _DROPPED}
    ),
    "of_tomorrow": _event(13, "teleported", "unknown"),
    "one_tag_and_no_json": _event(
        14, "delivered", "email.delivered:delivered", tags=_DROPPED, tag="news", **{"X-Mailin-custom": "order 4711"}
    ),
    "other_alphabet": _event(15, "delivered", "email.delivered:delivered", email="用户@例子.example", subject="你好 👋"),
    "nothing_but_the_message": _event(16, "delivered", "email.delivered:delivered", email=_DROPPED),
    "inbound": Example(_json({"items": [_mail(21, "Is the round table free?")]}), ("message.received",)),
    "inbound_attachment": Example(_json({"items": [_mail(22, "See here 📎", Attachments=[_FILE])]}), ("message.received",)),
    "inbound_several": Example(
        _json({"items": [_mail(23, "one"), _mail(24, "two"), _mail(23, "one")]}), ("message.received", "message.received")
    ),
    "inbound_answer": Example(
        _json({"items": [_mail(25, "Yes", InReplyTo="<1@acme.example>", Subject="Re: مرحبا")]}), ("message.received",)
    ),
    "inbound_nobody": Example(
        _json({"items": [_mail(26, "who?", From=None, Headers={})]}), ("rejected:missing_field",)
    ),
    "inbound_empty": Example('{"items": []}', ("ignored:empty",), url="https://hooks.acme.example/brevo"),
    "no_event": Example(_json({"email": DANA, "message-id": "<1@acme.example>"}), ("rejected:missing_field",)),
    "nobody": _event(31, "opened", "rejected:missing_field", email=_DROPPED, **{"message-id": _DROPPED}),
    "no_address": _event(32, "opened", "rejected:invalid_email", email="not an address"),
}  # fmt: skip
