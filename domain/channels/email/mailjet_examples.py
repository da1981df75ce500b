"""Bodies in Mailjet's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = 1795514844
URL = "https://hooks.acme.example/mailjet"


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _event(number: int, event: str, **more: Any) -> dict[str, Any]:
    always = {"event": event, "time": TIME, "MessageID": 1152921530000000 + number, "Message_GUID": f"1ab2-{number}"}
    always |= {"email": DANA, "mj_campaign_id": 7257, "mj_contact_id": 4, "customcampaign": "autumn"}
    return always | {"CustomID": "order-4711", "Payload": '{"campaign_id": "autumn", "lead_id": 4711}'} | more


def _one(number: int, event: str, *outcome: str, **more: Any) -> Example:
    return Example(_json(_event(number, event, **more)), outcome)


def _wrong(number: int, event: str, to: str, error: str, *outcome: str, **more: Any) -> Example:
    return _one(number, event, *outcome, error_related_to=to, error=error, **more)


def _mail(number: int, text: str, **more: Any) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "Return-Path": [f"<{DANA}>"],
        "Received": ["by mx1.example.org", "by mx2.example.org"],
        "From": f"Dana Doe <{DANA}>",
        "To": "Acme Sales <sales@in.acme.example>",
        "Date": "Tue, 24 Nov 2026 10:07:24 +0000",
        "Message-ID": f"<{number}.c0ffee@example.org>",
        "Subject": "Is the round table free?",
    }
    return {
        "Sender": DANA,
        "Recipient": "sales@in.acme.example",
        "Date": "20261124T100724",
        "From": f"Dana Doe <{DANA}>",
        "Subject": "Is the round table free?",
        "Headers": headers,
        "Parts": [{"Headers": {"Content-Type": "text/plain; charset=UTF-8"}, "ContentRef": "Text-part"}],
        "Text-part": text,
        "SpamAssassinScore": "0.6",
    } | more


def _part(reference: str, type_: str, disposition: str, **more: str) -> dict[str, Any]:
    return {"ContentRef": reference, "Headers": {"Content-Type": type_, "Content-Disposition": disposition, **more}}


_WITH_FILES = {
    "Html-part": '<p>See <img src="cid:plan"></p>',
    "Parts": [
        _part("Attachment1", "text/plain; charset=utf-8", 'attachment; filename="notes.txt"'),
        _part("InlineAttachment1", "image/png", 'inline; filename="plan.png"', **{"Content-ID": "<plan>"}),
    ],
    "Attachment1": b64encode(b"seven seats").decode(),
    "InlineAttachment1": b64encode(b"\x89PNG\r\n\x1a\n").decode(),
}
_BROWSER = {"ip": "192.0.2.44", "geo": "US", "agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}

EXAMPLES: dict[str, Example] = {
    "sent": _one(1, "sent", "email.delivered:delivered", smtp_reply="sent (250 2.0.0 OK)", mj_message_id="1152921530000001"),
    "open": _one(1, "open", "email.opened", **_BROWSER),
    "open_by_machine": _one(2, "open", "email.opened", agent="Mozilla/5.0"),
    "click": _one(1, "click", "email.clicked", url="https://acme.example/?a=1&b=Grüße", **_BROWSER),
    "bounce_hard": _wrong(3, "bounce", "recipient", "user unknown", "email.bounced:failed", hard_bounce=True, blocked=True),
    "bounce_soft": _wrong(4, "bounce", "recipient", "quota exceeded", "email.bounced:undelivered", hard_bounce=False),
    "bounce_of_content": _wrong(5, "bounce", "spam", "content blocked", "email.bounced:failed", hard_bounce=True),
    "bounce_greylisted": _wrong(6, "bounce", "domain", "greylisted", "email.deferred:sending", hard_bounce=False),
    "bounce_without_more": _one(7, "bounce", "email.bounced:undelivered"),
    "blocked": _wrong(8, "blocked", "mailjet", "preblocked", "email.rejected:failed"),
    "blocked_for_a_reason_of_tomorrow": _wrong(9, "blocked", "system", "no more electrons", "email.rejected:failed"),
    "spam": _one(10, "spam", "email.complained", source="JMRPP"),
    "unsub": _one(11, "unsub", "email.unsubscribed", mj_list_id=1, **_BROWSER),
    "of_tomorrow": _one(12, "teleported", "unknown"),
    "grouped": Example(
        _json([_event(13, "sent"), _event(13, "open"), _event(13, "sent"), _event(14, "sent", email="用户@例子.example")]),
        ("email.delivered:delivered", "email.opened", "email.delivered:delivered"),
    ),
    "grouped_with_a_wrong_one": Example(
        _json([_event(15, "sent"), _event(15, "open", email="nobody"), 7]),
        ("rejected:invalid_email", "rejected:missing_field", "email.delivered:delivered"),
    ),
    "grouped_empty": Example("[]", ("ignored:empty",), url=URL),
    "payload_is_no_json": _one(16, "sent", "email.delivered:delivered", Payload="order 4711 👋"),
    "old_message_id": _one(17, "sent", "email.delivered:delivered", MessageID=None, mj_message_id="1152921530000017"),
    "inbound": Example(_json(_mail(21, "Is it? 漢字 👋\n")), ("message.received",)),
    "inbound_files": Example(_json(_mail(22, "See here", **_WITH_FILES)), ("message.received",)),
    "inbound_broken_file": Example(
        _json(_mail(23, "See here", Parts=[_part("Attachment1", "?", "??")], Attachment1="%")), ("message.received",)
    ),
    "inbound_nobody": Example(
        _json(_mail(24, "who?", Sender="", From="", Headers={})), ("rejected:missing_field",)
    ),
    "no_event": Example(_json({"email": DANA, "MessageID": 1}), ("rejected:missing_field",), url=URL),
    "nobody": _one(31, "open", "rejected:missing_field", email="", MessageID=None),
}  # fmt: skip
