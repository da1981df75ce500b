"""Bodies in Mailgun's format, written by us: every kind, and the odd ones."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
OURS = "sales@in.acme.example"
TIMESTAMP = 1795514844
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_DROPPED = object()


def _signature(number: int) -> dict[str, str]:
    return {
        "timestamp": str(TIMESTAMP),
        "token": f"{number:050x}",
        "signature": sha256(str(number).encode()).hexdigest(),
    }


def _event(number: int, name: str, *outcome: str, message: str | None = "", **more: Any) -> Example:
    headers = {"from": "Acme News <news@acme.example>", "to": DANA, "subject": "Autumn at Acme"}
    if message is not None:
        headers["message-id"] = message or f"20261124100724.{number:016x}@acme.example"
    always: dict[str, Any] = {
        "event": name,
        "id": f"G9Bn5sl1TC6nu79C8C0b{number:02}",
        "timestamp": TIMESTAMP + 0.153,
        "log_level": "info",
        "recipient": DANA,
        "recipient_domain": "example.org",
        "account": {"id": "5c3e5f5f5f5f5f5f5f5f5f5f"},
        "domain": {"name": "acme.example"},
        "message": {"headers": headers, "attachments": [], "size": 809},
        "tags": ["news", "autumn"],
        "user_variables": {"campaign_id": "autumn-news", "lead_id": "4711"},
        "flags": {"is-test-mode": False, "is-routed": False},
    }
    whole = {name.replace("_", "-"): value for name, value in (always | more).items() if value is not _DROPPED}
    body = {"signature": _signature(number), "event-data": whole}
    return Example(msgspec.json.encode(body).decode(), outcome)


def _answer(code: int, message: str, description: str = "", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "description": description,
        "attempt-no": 1,
        "mx-host": "mx.example.org",
    } | more


def _opened(agent: str, bot: str = "") -> dict[str, Any]:
    client = {"client-type": "browser", "client-os": "Linux", "device-type": "desktop", "user-agent": agent, "bot": bot}
    where = {"country": "DE", "region": "BE", "city": "Berlin"}
    return {"client_info": client, "geolocation": where, "ip": "192.0.2.7"}


def _form(number: int, *fields: tuple[str, str], outcome: str) -> Example:
    return Example(urlencode([*fields, *_signature(number).items()]), (outcome,))


def _old(number: int, event: str, outcome: str, *fields: tuple[str, str]) -> Example:
    always = (("event", event), ("recipient", DANA), ("domain", "acme.example"))
    return _form(number, *always, ("Message-Id", f"<{number}.old@acme.example>"), *fields, outcome=outcome)


def _headers(number: int, **more: str) -> str:
    always = {
        "X-Mailgun-Incoming": "Yes",
        "X-Mailgun-Sflag": "No",
        "X-Mailgun-Sscore": "0.2",
        "X-Mailgun-Spf": "Pass",
        "From": f"Dana Öz <{DANA}>",
        "To": f'"Sales, Acme" <{OURS}>, kim@example.org',
        "Subject": "Grüße",
        "Date": "Tue, 24 Nov 2026 10:07:20 +0000",
        "Message-Id": f"<{number}.c0ffee@example.org>",
    }
    return msgspec.json.encode([[name.replace("_", "-"), value] for name, value in (always | more).items()]).decode()


def _mail(
    number: int, text: str, *more: tuple[str, str], to: str = OURS, outcome: str = "message.received", **headers: str
) -> Example:
    fields = (
        ("recipient", to), ("sender", DANA), ("from", f"Dana Öz <{DANA}>"), ("subject", "Grüße"), ("body-plain", text),
        ("message-headers", _headers(number, **headers)),
    )  # fmt: skip
    return _form(number, *fields, *more, outcome=outcome)


BOUNDARY = "acme-4e2a"


def _multipart(*fields: tuple[str, str], files: tuple[tuple[str, str, str, str], ...] = (), outcome: str) -> Example:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields]
    parts += [
        f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {type_}\r\n\r\n{content}'
        for name, file, type_, content in files
    ]
    body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return Example(body, (outcome,), headers, "https://hooks.acme.example/mailgun")


_RAW = (
    f"From: Dana <{DANA}>\r\nTo: {OURS}\r\nSubject: raw\r\nMessage-ID: <raw@example.org>\r\nIn-Reply-To: <1@acme.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nas it was sent ✓\r\n"
)
_STORED = msgspec.json.encode(
    [{"url": "https://storage.eu.mailgun.net/v3/domains/acme.example/messages/AgEF/attachments/0", "name": "plan.pdf",
      "content-type": "application/pdf", "size": 20202}]
).decode()  # fmt: skip

_SENT_HEADERS = _headers(21, From="news@acme.example", To=DANA, X_Mailgun_Variables='{"lead_id": "4711"}')

EXAMPLES: dict[str, Example] = {
    "accepted": _event(1, "accepted", "email.processed:queued", method="HTTP"),
    "delivered": _event(
        2, "delivered", "email.delivered:delivered", delivery_status=_answer(250, "OK", tls=True),
        envelope={"sender": "bounce+1@acme.example", "sending-ip": "192.0.2.9", "targets": DANA, "transport": "smtp"},
    ),
    "failed_for_good": _event(
        3, "failed", "email.bounced:failed", severity="permanent", reason="bounce", log_level="error",
        delivery_status=_answer(550, f"5.1.1 <{DANA}>: no such user", **{"enhanced-code": "5.1.1"}),
    ),
    "failed_suppressed": _event(
        4, "failed", "email.bounced:failed", severity="permanent", reason="suppress-bounce",
        delivery_status=_answer(605, "", "Not delivering to previously bounced address"),
    ),
    "failed_unsubscribed": _event(
        5, "failed", "email.rejected:failed", severity="permanent", reason="suppress-unsubscribe",
        delivery_status=_answer(606, "", "Not delivering to unsubscribed address"),
    ),
    "failed_too_old": _event(
        6, "failed", "email.bounced:failed", severity="permanent", reason="old",
        delivery_status=_answer(602, "", "Too old"),
    ),
    "failed_for_now": _event(
        7, "failed", "email.deferred:sending", severity="temporary", reason="generic",
        delivery_status=_answer(498, "No MX for example.org", "No MX for example.org", **{"retry-seconds": 1800}),
    ),
    "rejected": _event(
        8, "rejected", "email.rejected:failed", recipient=_DROPPED, reject={"reason": "Sandbox: tests only", "description": ""},
    ),
    "opened": _event(9, "opened", "email.opened", **_opened(_BROWSER)),
    "opened_by_machine": _event(10, "opened", "email.opened", **_opened(_BROWSER, "apple")),
    "clicked": _event(11, "clicked", "email.clicked", url="https://acme.example/autumn?x=1&y=ä", **_opened(_BROWSER)),
    "unsubscribed": _event(12, "unsubscribed", "email.unsubscribed", **_opened(_BROWSER)),
    "complained": _event(13, "complained", "email.complained", message="<20261124.13@acme.example>"),
    "event_of_tomorrow": _event(14, "forwarded", "unknown"),
    "no_message_id": _event(15, "delivered", "email.delivered:delivered", message=None, tags="Grüße 漢字"),
    "no_address": _event(16, "delivered", "rejected:invalid_email", recipient="nobody"),
    "no_event": Example('{"signature": {}, "event-data": {"recipient": "dana@example.org"}}', ("rejected:missing_field",)),
    "form_delivered": _old(21, "delivered", "email.delivered:delivered", ("message-headers", _SENT_HEADERS)),
    "form_dropped": _old(
        22, "dropped", "email.rejected:failed", ("code", "605"), ("reason", "hardfail"),
        ("description", "Not delivering to previously bounced address"),
    ),
    "form_bounced": _old(
        23, "bounced", "email.bounced:failed", ("code", "550"), ("error", "5.1.1 no such user"), ("notification", ""),
    ),
    "form_bounced_for_now": _old(24, "bounced", "email.bounced:undelivered", ("code", "4.4.1"), ("error", "no answer")),
    "form_clicked": _old(
        25, "clicked", "email.clicked", ("url", "https://acme.example/autumn"), ("tag", "news"), ("tag", "autumn"), ("ip", "192.0.2.7"),
        ("user-agent", _BROWSER), ("lead_id", "4711"), ("event", "a variable of ours"),
    ),
    "form_opened": _old(26, "opened", "email.opened", ("X-Mailgun-Tag", "news"), ("user-agent", "Mozilla/5.0")),
    "form_unsubscribed": _old(27, "unsubscribed", "email.unsubscribed", ("mailing-list", "")),
    "form_complained": _old(28, "complained", "email.complained"),
    "form_of_tomorrow": _old(29, "forwarded", "unknown"),
    "form_of_nothing": _form(30, ("domain", "acme.example"), ("recipient", DANA), outcome="rejected:missing_field"),
    "received": _mail(41, "Is the round table free?"),
    "received_reply": _mail(
        42, "Yes, at eight.\r\n\r\nOn Mon, Acme wrote:\r\n> When do you come?", ("stripped-text", "Yes, at eight."),
        ("stripped-signature", "Dana"), to="sales+t-4711@in.acme.example", In_Reply_To="<1@acme.example>",
    ),
    "received_by_machine": _mail(43, "I am away until Monday.", Auto_Submitted="auto-replied"),
    "received_at_two_addresses": Example(
        _mail(44, "Hello", to=f"{OURS}, help@in.acme.example").body, ("message.received",) * 2
    ),
    "received_stored": _mail(
        45, "The plan", ("attachments", _STORED), ("message-url", "https://storage.eu.mailgun.net/v3/domains/acme.example/messages/AgEF"),
        ("domain", "in.acme.example"),
    ),
    "received_with_files": _multipart(
        ("recipient", OURS), ("sender", DANA), ("body-plain", "Anbei 📷"), ("body-html", "<p>Anbei <img src='cid:photo'></p>"),
        ("message-headers", _headers(46)), ("attachment-count", "2"), ("content-id-map", '{"<photo>": "attachment-1"}'),
        *_signature(46).items(),
        files=(
            ("attachment-1", "Fotö.png", "image/png", "not really a picture"),
            ("attachment-2", "visit.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ),
        outcome="message.received",
    ),
    "received_raw": _form(47, ("recipient", OURS), ("sender", DANA), ("body-mime", _RAW), outcome="message.received"),
    "received_from_nobody": _form(48, ("message-headers", "[]"), ("body-plain", "Who am I?"), outcome="message.received"),
}  # fmt: skip
