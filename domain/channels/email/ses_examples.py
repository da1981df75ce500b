"""Bodies in SES' format, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.email.ses_build import BUILD, TIMESTAMP, inbound, mail, message, notification
from domain.channels.provider import Example

NEWS = "Acme News <news@acme.example>"
DANA = "dana@example.org"
ROBIN = "Robin.B+offers@Example.COM"
ID = "0100018f2b6c7d1e-3c4d5e6f-7081-92a3-b4c5-d6e7f8{:06x}-000000"
TAGS = {"ses:configuration-set": ["main"], "campaign_id": ["autumn-news"], "lead_id": ["4711"]}


def _event(
    number: int, kind: str, detail: str, about: dict[str, Any], *outcome: str, to: tuple[str, ...] = (DANA,)
) -> Example:
    headers = {"from": [NEWS], "to": list(to), "subject": "Autumn at Acme", "messageId": f"<{number}@acme.example>"}
    about_mail = mail(ID.format(number), NEWS, *to, commonHeaders=headers, tags=TAGS)
    return Example(notification(eventType=kind, mail=about_mail, **{detail: about}), outcome)


def _feedback(number: int, kind: str, detail: str, about: dict[str, Any], *outcome: str) -> Example:
    """Feedback of an identity: the other vocabulary, no tags, no account."""
    about_mail = {"messageId": ID.format(number), "timestamp": TIMESTAMP, "destination": [DANA]}
    return Example(notification(notificationType=kind, mail=about_mail, **{detail: about}), outcome)


def _bounced(type_: str, subtype: str, *addresses: str) -> dict[str, Any]:
    told = {"action": "failed", "status": "5.1.1"}
    who = [{"emailAddress": each, "diagnosticCode": f"smtp; 550 5.1.1 <{each}>: unknown", **told} for each in addresses]
    return {"bounceType": type_, "bounceSubType": subtype, "bouncedRecipients": who, "timestamp": TIMESTAMP} | {
        "feedbackId": f"0100018f-{subtype.lower()}-{len(addresses)}",
        "reportingMTA": "dns; mx.example.org",
    }


def _complained(type_: str | None = "abuse") -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": DANA}],
        "timestamp": TIMESTAMP,
        "feedbackId": "0100018f-complaint",
    } | ({"complaintFeedbackType": type_, "userAgent": "Feedback Loop (V0.9)"} if type_ else {})


def _preferences(everything: bool) -> dict[str, Any]:
    return {
        "unsubscribeAll": everything,
        "topicSubscriptionStatus": [{"topicName": "offers", "subscriptionStatus": "OptOut"}],
    }


def _subscription(new: bool, old: bool) -> dict[str, Any]:
    before_and_after = {"newTopicPreferences": _preferences(new), "oldTopicPreferences": _preferences(old)}
    return {"contactList": "customers", "timestamp": TIMESTAMP, "source": "UnsubscribeHeader", **before_and_after}


def _opened(agent: str) -> dict[str, Any]:
    return {"ipAddress": "192.0.2.7", "timestamp": TIMESTAMP, "userAgent": agent}


def _clicked(agent: str) -> dict[str, Any]:
    return {"link": "https://acme.example/autumn?x=1&y=ä", "linkTags": {"place": ["header"]}, **_opened(agent)}


def _mail_with_everything() -> bytes:
    made = message(
        f"Dana Öz <{DANA}>", "sales@acme.example", "Grüße: die Fotos 📷", "Anbei, danke!\n\n> Wo sind die Fotos?"
    )
    made["Message-ID"], made["In-Reply-To"] = "<reply-7@example.org>", "<1@acme.example>"
    made["References"] = "<0@acme.example> <1@acme.example>"
    made.add_alternative("<p>Anbei, <b>danke!</b> <img src='cid:photo'></p>", subtype="html")
    made.add_attachment(b"\x89PNG\r\n\x1a\n\0", maintype="image", subtype="png", filename="Fotö 1.png", cid="<photo>")
    made.add_attachment("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", filename="visit.ics")
    for number, part in enumerate(made.walk()):
        if part.is_multipart():
            part.set_boundary(f"=-boundary-{number}")
    return made.as_bytes()


_ODD_MAIL = (
    b"From: dana@example.org\r\nTo: sales@acme.example\r\nSubject: =?no-such-charset?q?odd=FF?= \xff\r\n"
    b"Content-Type: multipart/mixed; boundary=never-closed\r\n\r\n--never-closed\r\n"
    b'Content-Type: text/plain; charset="no-such-charset"\r\nContent-Transfer-Encoding: base64\r\n\r\nb2RkIP8=\r\n'
)
_S3 = {
    "type": "S3",
    "bucketName": "acme-inbound",
    "objectKey": "mail/0a1b2c",
    "topicArn": "arn:aws:sns:us-east-1:123456789012:in",
}
_RECEIVED = dict(
    zip(
        ("from_email", "to_email", "subject", "body"),
        (DANA, "sales@acme.example", "Table", "Is it ready?"),
        strict=True,
    )
)


def _received_elsewhere(name: str, action: dict[str, Any]) -> Example:
    headers = {"from": [f"Dana Öz <{DANA}>"], "subject": "A long letter"}
    about_mail = mail(f"{name}mail00example", DANA, "sales@acme.example", "cc@else.example", commonHeaders=headers)
    receipt = {"recipients": ["sales@acme.example"], "action": action}
    return Example(notification(notificationType="Received", mail=about_mail, receipt=receipt), ("message.received",))


def _inbound(name: str, made: bytes, *recipients: str, outcome: tuple[str, ...] = ("message.received",)) -> Example:
    return Example(inbound(f"{name}example", made, DANA, recipients), outcome)


_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_UTF8 = msgspec.json.decode(BUILD["message_received"](_RECEIVED, "b" * 32))
_UTF8["receipt"]["action"]["encoding"] = "UTF-8"
_UTF8["content"] = (
    f"From: Dana <{DANA}>\r\nSubject: plain\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nin the open ✓\r\n"
)

EXAMPLES: dict[str, Example] = {
    "send": _event(1, "Send", "send", {}, "email.processed:sent"),
    "delivery": _event(
        1,
        "Delivery",
        "delivery",
        {"recipients": [DANA], "timestamp": TIMESTAMP, "smtpResponse": "250 ok"},
        "email.delivered:delivered",
    ),
    "delivery_delay": _event(
        2,
        "DeliveryDelay",
        "deliveryDelay",
        {
            "delayType": "MailboxFull",
            "delayedRecipients": [{"emailAddress": DANA, "status": "4.2.2"}],
            "timestamp": TIMESTAMP,
        },
        "email.deferred:sending",
    ),
    "bounce_permanent": _event(3, "Bounce", "bounce", _bounced("Permanent", "NoEmail", DANA), "email.bounced:failed"),
    "bounce_transient": _event(
        4, "Bounce", "bounce", _bounced("Transient", "MailboxFull", DANA), "email.bounced:undelivered"
    ),
    "bounce_undetermined": _event(
        5, "Bounce", "bounce", _bounced("Undetermined", "Undetermined", DANA), "email.bounced:undelivered"
    ),
    "bounce_of_three": _event(
        6,
        "Bounce",
        "bounce",
        _bounced("Permanent", "General", DANA, ROBIN, DANA.upper()),
        *["email.bounced:failed"] * 2,
        to=(DANA, ROBIN, "kim@example.org"),
    ),
    "bounce_of_nobody": _event(
        7,
        "Bounce",
        "bounce",
        _bounced("Permanent", "General", "no address", DANA),
        "rejected:invalid_email",
        "email.bounced:failed",
    ),
    "complaint": _event(8, "Complaint", "complaint", _complained(), "email.complained"),
    "reject": _event(9, "Reject", "reject", {"reason": "Bad content"}, "email.rejected:failed"),
    "rendering_failure": _event(
        10,
        "Rendering Failure",
        "failure",
        {"templateName": "autumn", "errorMessage": "Attribute 'name' is not present in the rendering data."},
        "email.rendering_failed:failed",
    ),
    "open": _event(11, "Open", "open", _opened(_BROWSER), "email.opened"),
    "open_by_machine": _event(12, "Open", "open", _opened("Mozilla/5.0"), "email.opened"),
    "open_by_one_of_two": _event(13, "Open", "open", _opened(_BROWSER), *["unknown"] * 2, to=(DANA, ROBIN)),
    "click": _event(14, "Click", "click", _clicked(_BROWSER), "email.clicked"),
    "click_by_machine": _event(15, "Click", "click", _clicked("LinkScanner/2.0"), "email.clicked"),
    "subscription_all": _event(
        16, "Subscription", "subscription", _subscription(new=True, old=False), "email.unsubscribed"
    ),
    "subscription_back": _event(
        17, "Subscription", "subscription", _subscription(new=False, old=True), "email.resubscribed"
    ),
    "subscription_topic": _event(
        18, "Subscription", "subscription", _subscription(new=False, old=False), "email.subscription_changed"
    ),
    "kind_of_tomorrow": _event(19, "Forwarded", "forwarded", {"timestamp": TIMESTAMP}, "unknown"),
    "feedback_bounce": _feedback(
        20, "Bounce", "bounce", _bounced("Permanent", "General", DANA), "email.bounced:failed"
    ),
    "feedback_complaint": _feedback(21, "Complaint", "complaint", _complained(None), "email.complained"),
    "feedback_delivery": _feedback(
        22,
        "Delivery",
        "delivery",
        {"recipients": [DANA], "timestamp": "2026-11-24T10:07:25Z"},
        "email.delivered:delivered",
    ),
    "received": Example(BUILD["message_received"](_RECEIVED, "a" * 32), ("message.received",)),
    "received_in_utf8": Example(msgspec.json.encode(_UTF8).decode(), ("message.received",)),
    "received_with_everything": _inbound("everything", _mail_with_everything(), "sales@acme.example"),
    "received_odd": _inbound("odd", _ODD_MAIL, "sales@acme.example"),
    "received_empty": _inbound("empty", b"", "sales@acme.example"),
    "received_at_two_addresses": _inbound(
        "two",
        _mail_with_everything(),
        "sales@acme.example",
        "Help@acme.example",
        "help@acme.example",
        outcome=("message.received",) * 2,
    ),
    "received_in_s3": _received_elsewhere("s3", _S3),
    "received_by_lambda": _received_elsewhere("lambda", {"type": "Lambda", "invocationType": "Event"}),
    "topic_validated": Example(
        "Successfully validated SNS topic for Amazon SES event publishing.", ("ignored:sns_topic_validated",)
    ),
    "no_kind": Example('{"mail": {"messageId": "0100"}}', ("rejected:missing_field",)),
    "no_mail": Example('{"notificationType": "Delivery"}', ("rejected:missing_field",)),
    "no_message_id": Example('{"eventType": "Send", "mail": {}, "send": {}}', ("rejected:missing_field",)),
    "no_detail": Example('{"eventType": "Bounce", "mail": {"messageId": "0100"}}', ("rejected:missing_field",)),
    "nobody": Example('{"eventType": "Send", "mail": {"messageId": "0100"}}', ("rejected:missing_field",)),
    "received_from_nobody": Example(
        '{"notificationType": "Received", "mail": {"messageId": "r1", "destination": ["sales@acme.example"]}}',
        ("rejected:missing_field",),
    ),
    "received_no_base64": Example(
        BUILD["message_received"](_RECEIVED, "c" * 32).replace('"content":"', '"content":"!'), ("rejected:bad_base64",)
    ),
}
