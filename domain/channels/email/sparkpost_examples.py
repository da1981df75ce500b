"""Bodies in SparkPost's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = "dana@example.org"
TIME = 1795514844
RAW = (
    "Return-Path: <dana@example.org>\r\nFrom: Dana Doe <dana@example.org>\r\nTo: sales@in.acme.example\r\nSubject: {subject}\r\n"
    "Date: Tue, 24 Nov 2026 10:07:20 +0000\r\nMessage-ID: <{number}.c0ffee@example.org>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
)
URL = "https://hooks.acme.example/sparkpost"


def _batch(*events: Any, outcome: tuple[str, ...], url: str = "") -> Example:
    return Example(msgspec.json.encode(list(events)).decode(), outcome, url=url)


def _event(number: int, type_: str, class_: str = "message_event", **more: Any) -> dict[str, Any]:
    always: dict[str, Any] = {"type": type_, "event_id": f"9235692769381{number:04}", "timestamp": str(TIME)}
    always |= {"customer_id": "1337", "subaccount_id": "101", "campaign_id": "autumn", "subject": "Autumn at Acme"}
    always |= {"transmission_id": f"6583215092190{number:04}", "message_id": f"000443ee14578172{number:04}"}
    always |= {
        "rcpt_to": DANA,
        "raw_rcpt_to": "Dana@example.org",
        "rcpt_meta": {"lead_id": "4711"},
        "rcpt_tags": ["vip"],
    }
    return {"msys": {class_: always | {"friendly_from": "news@acme.example", "msg_from": "b@acme.example"} | more}}


def _one(number: int, type_: str, *outcome: str, **more: Any) -> Example:
    return _batch(_event(number, type_, **more), outcome=outcome)


def _track(number: int, type_: str, *outcome: str, **more: Any) -> Example:
    browser = {"ip_address": "192.0.2.44", "user_agent": "Mozilla/5.0 (X11; Linux) Thunderbird/140.0"}
    return _one(number, type_, *outcome, class_="track_event", **browser | {"geo_ip": {"country": "NO"}} | more)


def _bounced(number: int, class_: str, reason: str, *outcome: str, type_: str = "bounce") -> Example:
    return _one(number, type_, *outcome, bounce_class=class_, error_code=reason[:3], raw_reason=reason, reason=reason)


def _mail(number: int, subject: str, raw: str | None = None, base64: bool = False, **more: Any) -> dict[str, Any]:
    raw = RAW.format(number=number, subject=subject, text="Is it? 👋", charset="utf-8") if raw is None else raw
    content: dict[str, Any] = {
        "email_rfc822": raw,
        "email_rfc822_is_base64": base64,
        "subject": subject,
        "text": "Is it?",
    }
    content |= {"headers": [{"From": f"Dana Doe <{DANA}>"}, {"Message-ID": f"<{number}.c0ffee@example.org>"}]}
    always = {"customer_id": "1337", "friendly_from": DANA, "msg_from": DANA, "rcpt_to": "sales@in.acme.example"}
    always |= {"webhook_id": "4839201967643219", "protocol": "smtp"}
    return {"msys": {"relay_message": {"content": content | more.pop("content", {}), **always, **more}}}


_LATIN = RAW.format(number=23, subject="Latin", text="Grüße", charset="iso-8859-1").encode("latin-1")

EXAMPLES: dict[str, Example] = {
    "injection": _one(1, "injection", "email.processed:queued"),
    "delivery": _one(2, "delivery", "email.delivered:delivered", raw_reason="250 2.0.0 OK"),
    "delay": _bounced(3, "21", "454 4.4.4 no MX", "email.deferred:sending", type_="delay"),
    "bounce_invalid": _bounced(4, "10", f"550 5.1.1 <{DANA}> unknown", "email.bounced:failed"),
    "bounce_no_recipient": _bounced(5, "30", "550 no", "email.bounced:failed"),
    "bounce_full": _bounced(6, "22", "552 mailbox full", "email.bounced:undelivered"),
    "bounce_timeout": _bounced(7, "24", "500 timeout", "email.bounced:undelivered"),
    "bounce_spam_block": _bounced(8, "51", "554 blocked", "email.bounced:undelivered"),
    "bounce_of_tomorrow": _bounced(9, "777", "599 ?", "email.bounced:undelivered"),
    "bounce_without_class": _one(10, "bounce", "email.bounced:undelivered"),
    "out_of_band": _bounced(11, "10", "550 gone", "email.bounced:failed", type_="out_of_band"),
    "out_of_band_answering_machine": _bounced(12, "60", "away until Monday", "unknown", type_="out_of_band"),
    "out_of_band_unsubscribe": _bounced(13, "90", "remove me", "email.unsubscribed", type_="out_of_band"),
    "out_of_band_subscribe": _bounced(14, "80", "add me", "email.resubscribed", type_="out_of_band"),
    "policy_rejection": _bounced(15, "25", "550 blocked", "email.rejected:failed", type_="policy_rejection"),
    "generation_failure": _one(16, "generation_failure", "email.rendering_failed:failed", class_="gen_event"),
    "generation_rejection": _one(17, "generation_rejection", "email.rejected:failed", class_="gen_event"),
    "spam_complaint": _one(18, "spam_complaint", "email.complained", fbtype="abuse", report_by="fbl.example.org"),
    "open": _track(19, "open", "email.opened"),
    "open_prefetched": _track(20, "open", "email.opened", is_prefetched=True),
    "initial_open": _track(21, "initial_open", "unknown"),
    "click": _track(22, "click", "email.clicked", target_link_url="https://acme.example/?b=Grüße"),
    "amp_open": _track(23, "amp_open", "email.opened"),
    "list_unsubscribe": _one(24, "list_unsubscribe", "email.unsubscribed", class_="unsubscribe_event"),
    "link_unsubscribe": _one(25, "link_unsubscribe", "email.unsubscribed", class_="unsubscribe_event"),
    "of_tomorrow": _one(26, "teleport", "unknown"),
    "relay_event": _one(27, "relay_delivery", "account.event", class_="relay_event", relay_id="r1"),
    "class_of_tomorrow": _batch({"msys": {"teleport_event": {"type": "done", "customer_id": "1337"}}}, outcome=("account.event",)),
    "nothing_but_the_recipient": _batch(
        {"msys": {"track_event": {"type": "click", "raw_rcpt_to": DANA}}}, outcome=("email.clicked",)
    ),
    "iso_time": _one(28, "delivery", "email.delivered:delivered", timestamp="2026-11-24T10:07:24Z"),
    "ping": _batch({"msys": {}}, outcome=("ignored:empty",), url=URL),
    "empty": _batch(outcome=("ignored:empty",), url=URL),
    "several": _batch(
        _event(29, "delivery"), {"msys": {}}, _event(30, "open", "track_event"), _event(29, "delivery"),
        _event(29, "delivery", raw_rcpt_to="用户@例子.example", event_id="92356927693819999"),
        outcome=("email.delivered:delivered", "email.opened", "email.delivered:delivered"),
    ),
    "one_of_several_is_wrong": _batch(
        _event(31, "delivery", raw_rcpt_to="nobody"), 7, _event(32, "delivery"),
        outcome=("rejected:invalid_email", "rejected:missing_field", "email.delivered:delivered"),
    ),
    "inbound": _batch(_mail(21, "Hello"), outcome=("message.received",)),
    "inbound_several": _batch(_mail(22, "one"), _mail(24, "two"), outcome=("message.received", "message.received")),
    "inbound_base64": _batch(_mail(23, "Latin", b64encode(_LATIN).decode(), True), outcome=("message.received",)),
    "inbound_without_raw": _batch(_mail(25, "Read out", content={"email_rfc822": None}), outcome=("message.received",)),
    "inbound_no_base64": _batch(_mail(26, "?", "%%%", True), outcome=("rejected:bad_base64",)),
    "inbound_nobody": _batch(
        _mail(27, "?", "Subject: ?\r\n\r\n?", friendly_from="", msg_from=""), outcome=("rejected:missing_field",)
    ),
    "no_type": _batch({"msys": {"message_event": {"rcpt_to": DANA}}}, outcome=("rejected:missing_field",)),
    "nobody": _batch({"msys": {"track_event": {"type": "open"}}}, outcome=("rejected:missing_field",)),
}  # fmt: skip
