"""Bodies in Postmark's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
OURS = "sales@in.acme.example"
TIME = "2026-11-24T10:07:24.9070259Z"
ID = "2c1b63fe-43f2-4db5-91b0-{:012}"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_DROPPED = object()


def _json(data: dict[str, Any]) -> str:
    return msgspec.json.encode({name: value for name, value in data.items() if value is not _DROPPED}).decode()


def _record(number: int, record: str, *outcome: str, **more: Any) -> Example:
    always: dict[str, Any] = {
        "RecordType": record,
        "MessageID": ID.format(number),
        "ServerID": 23,
        "MessageStream": "outbound",
        "Tag": "news",
        "Metadata": {"campaign_id": "autumn-news", "lead_id": "4711"},
    }
    return Example(_json(always | more), outcome)


def _bounce(number: int, type_: str, code: int, *outcome: str, **more: Any) -> Example:
    always = {
        "ID": 692560000 + number, "Type": type_, "TypeCode": code, "Name": type_, "Email": DANA, "From": "news@acme.example",
        "Description": "What became of it.", "Details": f"smtp;550 5.1.1 <{DANA}>: unknown", "BouncedAt": TIME, "DumpAvailable": True,
        "Inactive": True, "CanActivate": True, "Subject": "Autumn at Acme",
    }  # fmt: skip
    return _record(number, "Bounce", *outcome, **always | more)


def _opened(agent: str) -> dict[str, Any]:
    return {
        "Recipient": DANA, "ReceivedAt": TIME, "UserAgent": agent, "Platform": "Desktop",
        "Client": {"Name": "Firefox", "Company": "Mozilla", "Family": "Firefox"}, "OS": {"Name": "Linux", "Family": "Linux"},
        "Geo": {"CountryISOCode": "DE", "City": "Berlin", "IP": "192.0.2.7"},
    }  # fmt: skip


def _changed(number: int, reason: str | None, *outcome: str, **more: Any) -> Example:
    always = {"ChangedAt": TIME, "Recipient": DANA, "Origin": "Recipient", "SuppressSending": reason is not None}
    return _record(number, "SubscriptionChange", *outcome, **always | {"SuppressionReason": reason} | more)


def _mail(number: int, text: str, *outcome: str, headers: dict[str, str] | None = None, **more: Any) -> Example:
    dana = {"Email": DANA, "Name": "Dana Öz", "MailboxHash": ""}
    given = {
        "Message-ID": f"<{number}.c0ffee@example.org>", "X-Spam-Status": "No", "X-Spam-Score": "-0.1", "MIME-Version": "1.0",
        "Received-SPF": f"Pass (sender SPF authorized) identity=mailfrom; envelope-from={DANA}",
    } | (headers or {})  # fmt: skip
    always: dict[str, Any] = {
        "FromName": "Dana Öz",
        "MessageStream": "inbound",
        "From": DANA,
        "FromFull": dana,
        "To": f'"Sales, Acme" <{OURS}>',
        "ToFull": [{"Email": OURS, "Name": "Sales, Acme", "MailboxHash": ""}],
        "Cc": "kim@example.org",
        "CcFull": [{"Email": "kim@example.org", "Name": "", "MailboxHash": ""}],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": OURS,
        "Subject": "Grüße",
        "MessageID": ID.format(number),
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Tue, 24 Nov 2026 10:07:20 +0000",
        "TextBody": text,
        "HtmlBody": "",
        "StrippedTextReply": "",
        "Tag": "",
        "Headers": [{"Name": name, "Value": value} for name, value in given.items()],
        "Attachments": [],
    }
    return Example(_json(always | more), outcome or ("message.received",))


def _file(name: str, type_: str, content: str, **more: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Content": b64encode(content.encode()).decode(),
        "ContentType": type_,
        "ContentLength": len(content),
    } | more


_RAW = (
    f"From: Dana <{DANA}>\r\nTo: {OURS}\r\nSubject: raw\r\nMessage-ID: <raw@example.org>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nas it was sent ✓\r\n"
)
_REPORT = (
    f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {DANA}\nAction: delayed\nStatus: 4.4.1\n"
    "Diagnostic-Code: smtp; 451 4.4.1 no answer\n"
)

EXAMPLES: dict[str, Example] = {
    "delivery": _record(
        1, "Delivery", "email.delivered:delivered", Recipient=DANA, DeliveredAt=TIME, Details="smtp;250 2.0.0 OK",
    ),
    "hard_bounce": _bounce(2, "HardBounce", 1, "email.bounced:failed"),
    "soft_bounce": _bounce(3, "SoftBounce", 4096, "email.bounced:undelivered"),
    "transient": _bounce(4, "Transient", 2, "email.deferred:sending"),
    "spam_notification": _bounce(5, "SpamNotification", 512, "email.bounced:undelivered"),
    "bad_address": _bounce(6, "BadEmailAddress", 100000, "email.rejected:failed"),
    "blocked": _bounce(7, "Blocked", 100006, "email.rejected:failed"),
    "rendering_failed": _bounce(8, "TemplateRenderingFailed", 100010, "email.rendering_failed:failed"),
    "auto_responder": _bounce(9, "AutoResponder", 64, "unknown"),
    "bounce_that_complains": _bounce(10, "SpamComplaint", 100001, "email.complained"),
    "bounce_of_tomorrow": _bounce(11, "MailboxOnTheMoon", 7, "email.bounced:undelivered"),
    "bounce_without_record_type": _bounce(12, "HardBounce", 1, "email.bounced:failed", RecordType=_DROPPED),
    "open": _record(13, "Open", "email.opened", FirstOpen=True, ReadSeconds=5, **_opened(_BROWSER)),
    "open_by_machine": _record(14, "Open", "email.opened", FirstOpen=False, **_opened("Mozilla/5.0")),
    "click": _record(
        15, "Click", "email.clicked", ClickLocation="HTML", OriginalLink="https://acme.example/autumn?x=1&y=ä", **_opened(_BROWSER)
    ),
    "complaint": _bounce(16, "SpamComplaint", 100001, "email.complained", RecordType="SpamComplaint"),
    "unsubscribed": _changed(17, "ManualSuppression", "email.unsubscribed"),
    "suppressed_after_bounce": _changed(18, "HardBounce", "email.bounced:failed"),
    "suppressed_after_complaint": _changed(19, "SpamComplaint", "email.complained"),
    "suppressed_for_tomorrows_reason": _changed(20, "Moon", "email.unsubscribed"),
    "reactivated": _changed(21, None, "email.resubscribed", Tag=None, Metadata={}),
    "reactivated_by_us": _changed(22, None, "email.resubscribed", Origin="Customer", MessageID=None),
    "record_of_tomorrow": _record(23, "Forward", "unknown", Recipient=DANA),
    "no_address": _record(24, "Delivery", "rejected:invalid_email", Recipient="nobody"),
    "no_ids": Example('{"RecordType": "Open", "ServerID": 23}', ("rejected:missing_field",)),
    "no_record": Example('{"ServerID": 23, "Recipient": "dana@example.org"}', ("rejected:missing_field",)),
    "received": _mail(31, "Is the round table free?"),
    "received_reply": _mail(
        32, "Yes, at eight.\r\n\r\nAm 23.11.2026 um 18:02 schrieb Acme:\r\n> Wann kommen Sie?", StrippedTextReply="Yes, at eight.",
        OriginalRecipient="sales+T-4711@in.acme.example", MailboxHash="T-4711", headers={"In-Reply-To": "<1@acme.example>"},
    ),
    "received_by_machine": _mail(33, "I am away until Monday.", headers={"Auto-Submitted": "auto-replied"}),
    "received_with_files": _mail(
        34, "Anbei 📷", HtmlBody="<p>Anbei <img src='cid:photo'></p>",
        Attachments=[
            _file("Fotö.png", "image/png", "not really a picture", ContentID="photo"),
            _file("visit.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ],
    ),
    "received_raw": _mail(35, "as it was sent ✓", RawEmail=_RAW, TextBody=_DROPPED),
    "received_from_nobody": Example('{"FromFull": {"Email": "", "Name": ""}, "MessageStream": "inbound"}', ("message.received",)),
    "received_delay": _mail(
        36, "Your mail is late.", "email.deferred:sending",
        Attachments=[
            _file("details.txt", "message/delivery-status", _REPORT),
            _file("mail.eml", "text/rfc822-headers", "Message-ID: <1@acme.example>\nSubject: Autumn at Acme\n"),
        ],
    ),
}  # fmt: skip
