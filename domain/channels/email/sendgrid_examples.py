"""Bodies in SendGrid's format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
OURS = "sales@in.acme.example"
TIMESTAMP = 1795514844
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_DROPPED = object()


def event(number: int, name: str, **more: Any) -> dict[str, Any]:
    """One event as SendGrid writes it; `smtp_id` stands for `smtp-id`."""
    always: dict[str, Any] = {
        "email": DANA,
        "timestamp": TIMESTAMP,
        "smtp_id": f"<14c5d75ce93.dfd.{number:06x}@ismtpd-555>",
        "event": name,
        "category": ["news", "autumn"],
        "sg_event_id": f"c2ctZXZlbnQt{number:06}",
        "sg_message_id": f"14c5d75ce93.dfd.{number:06x}.recvd-5f54b5d587-pczjm-1-67BADEEA-6.0",
        "campaign_id": "autumn-news",
        "lead_id": 4711,
    }
    whole = {name: value for name, value in (always | more).items() if value is not _DROPPED}
    if "smtp_id" in whole:
        whole["smtp-id"] = whole.pop("smtp_id")
    return whole


def _json(*events: Any) -> str:
    return msgspec.json.encode(events).decode()


def _event(number: int, name: str, *outcome: str, **more: Any) -> Example:
    return Example(_json(event(number, name, **more)), outcome)


BOUNDARY = "xYzZY-acme"


def form(*fields: tuple[str, str], files: tuple[tuple[str, str, str, str], ...] = (), outcome: str = "") -> Example:
    """A multipart form of these fields and files (name, file name, type, content)."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {type_}\r\n\r\n{content}'
        for name, file, type_, content in files
    ]
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return Example(body, (outcome or "message.received",), headers, "https://hooks.acme.example/sendgrid")


def _headers(number: int, **more: str) -> str:
    always = {
        "Received": "by mx0047p1mdw1.sendgrid.net with SMTP id 6WCVv7KAWn Tue, 24 Nov 2026 10:07:24 +0000 (UTC)",
        "From": f"=?utf-8?q?Dana_=C3=96z?= <{DANA}>",
        "To": f'"Sales, Acme" <{OURS}>, kim@example.org',
        "Subject": "=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
        "Date": "Tue, 24 Nov 2026 10:07:20 +0000",
        "Message-ID": f"<{number}.c0ffee@example.org>",
    }
    return "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in (always | more).items())


def _mail(number: int, text: str, *more: tuple[str, str], headers: str = "", files: Any = (), **named: str) -> Example:
    envelope = msgspec.json.encode({"to": [named.pop("to", OURS)], "from": DANA}).decode()
    fields = [
        ("headers", headers or _headers(number, **named)),
        ("from", f"Dana Öz <{DANA}>"),
        ("to", OURS),
        ("subject", "Grüße"),
        ("text", text),
        ("envelope", envelope),
        ("charsets", '{"to":"UTF-8","subject":"UTF-8","from":"UTF-8","text":"UTF-8"}'),
        ("sender_ip", "192.0.2.7"),
        ("SPF", "pass"),
        ("spam_score", "0.012"),
    ]
    return form(*fields, *more, files=files)


_RAW = (
    f"From: Dana <{DANA}>\r\nTo: {OURS}\r\nSubject: raw\r\nMessage-ID: <raw@example.org>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nas it was sent ✓\r\n"
)
_REPORT = (
    f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {DANA}\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
)
_ATTACHED = (
    '{"attachment1": {"filename": "Fotö.png", "name": "Fotö.png", "type": "image/png", "content-id": "photo"},'
    ' "attachment2": {"filename": "visit.ics", "type": "text/calendar; method=REQUEST"}}'
)

EXAMPLES: dict[str, Example] = {
    "processed": _event(1, "processed", "email.processed:queued", send_at=TIMESTAMP, pool={"name": "main", "id": 210}),
    "deferred": _event(1, "deferred", "email.deferred:sending", response="451 4.7.1 try again later", attempt="5", sg_event_id="d1"),
    "delivered": _event(1, "delivered", "email.delivered:delivered", response="250 OK", ip="192.0.2.9", tls=1, sg_event_id="d2"),
    "bounce": _event(
        2, "bounce", "email.bounced:failed", type="bounce", status="5.1.1", reason=f"550 5.1.1 <{DANA}>: unknown",
        bounce_classification="Invalid Address",
    ),
    "bounce_blocked": _event(
        3, "bounce", "email.bounced:undelivered", type="blocked", status="5.7.1", reason="550 5.7.1 listed",
        bounce_classification="Reputation",
    ),
    "bounce_expired": _event(4, "bounce", "email.bounced:undelivered", type="expired", reason="unable to get mx info"),
    "bounce_late": _event(5, "bounce", "email.bounced:failed", type="bounce", status="5.0.0", sg_message_id=_DROPPED),
    "bounce_without_type": _event(6, "bounce", "email.bounced:failed", reason="500 no such user", status="5.0.0"),
    "dropped_bounced": _event(7, "dropped", "email.rejected:failed", reason="Bounced Address", status="5.0.0"),
    "dropped_unsubscribed": _event(8, "dropped", "email.rejected:failed", reason="Unsubscribed Address"),
    "dropped_spam": _event(9, "dropped", "email.rejected:failed", reason="Spam Content"),
    "dropped_why": _event(10, "dropped", "email.rejected:failed", reason="The moon is full"),
    "open": _event(11, "open", "email.opened", useragent=_BROWSER, ip="192.0.2.7", sg_machine_open=False),
    "open_by_machine": _event(12, "open", "email.opened", useragent="Mozilla/5.0", ip="192.0.2.7", sg_machine_open=True),
    "click": _event(
        13, "click", "email.clicked", useragent=_BROWSER, ip="192.0.2.7", url="https://acme.example/autumn?x=1&y=ä",
        url_offset={"index": 0, "type": "html"},
    ),
    "spamreport": _event(14, "spamreport", "email.complained"),
    "unsubscribe": _event(15, "unsubscribe", "email.unsubscribed"),
    "group_unsubscribe": _event(16, "group_unsubscribe", "email.unsubscribed", asm_group_id=10, useragent=_BROWSER),
    "group_resubscribe": _event(17, "group_resubscribe", "email.resubscribed", asm_group_id=10, useragent=_BROWSER),
    "account": Example(
        _json({"event": "account_status_change", "sg_event_id": "a1", "timestamp": TIMESTAMP, "type": "compliance_suspend"}),
        ("account.event",),
    ),
    "event_of_tomorrow": _event(18, "forwarded", "unknown"),
    "named_by_the_sender": _event(19, "delivered", "email.delivered:delivered", anymail_id="3d5f4a0e-0000-4000-8000-000000000019"),
    "one_category": _event(20, "delivered", "email.delivered:delivered", category="Grüße 漢字", unique_args={"order": "7"}),
    "batch": Example(
        _json(
            event(21, "delivered", response="250 OK"),
            event(22, "open", useragent=_BROWSER, email="kim@example.org"),
            event(23, "bounce", email="no address", type="bounce"),
            event(21, "delivered", response="250 OK"),
        ),
        ("rejected:invalid_email", "email.delivered:delivered", "email.opened"),
    ),
    "no_ids": Example(_json({"event": "open", "timestamp": TIMESTAMP}), ("rejected:missing_field",)),
    "no_event": Example(_json({"email": DANA, "sg_event_id": "n1"}), ("rejected:missing_field",)),
    "no_mail": Example(
        "envelope=%7B%7D&from=dana%40example.org", ("rejected:missing_field",), url="https://hooks.acme.example/sendgrid"
    ),
    "received": _mail(31, "Is the round table free?"),
    "received_reply": _mail(
        32, "Yes, at eight.\r\n\r\nOn Mon, 23 Nov 2026 at 18:02, Acme <sales@in.acme.example> wrote:\r\n> When do you come?",
        In_Reply_To="<1@acme.example>", References="<0@acme.example> <1@acme.example>", to="sales+t-4711@in.acme.example",
    ),
    "received_by_machine": _mail(33, "I am away until Monday.", Auto_Submitted="auto-replied"),
    "received_with_files": _mail(
        34, "Anbei 📷", ("attachments", "2"), ("attachment-info", _ATTACHED), ("html", "<p>Anbei <img src='cid:photo'></p>"),
        files=(
            ("attachment1", "Fotö.png", "image/png", "not really a picture"),
            ("attachment2", "visit.ics", "text/calendar", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"),
        ),
    ),
    "received_raw": form(("email", _RAW), ("envelope", f'{{"to":["{OURS}"],"from":"{DANA}"}}'), ("SPF", "pass")),
    "received_bounce": form(
        ("headers", "From: mailer-daemon@example.org\nTo: news@in.acme.example\nSubject: failed\nMessage-ID: <r9@example.org>\n"),
        ("envelope", '{"to":["news@in.acme.example"],"from":""}'),
        ("text", "Your mail could not be delivered."),
        files=(
            ("attachment1", "details.txt", "message/delivery-status", _REPORT),
            ("attachment2", "mail.txt", "text/rfc822-headers", "Message-ID: <1@acme.example>\nSubject: Autumn at Acme\n"),
        ),
        outcome="email.bounced:failed",
    ),
}  # fmt: skip
