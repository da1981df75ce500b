"""Bodies in Plivo's format, written by us."""

from urllib.parse import urlencode

from domain.channels.provider import Example

OURS, THEIRS = "14155550100", "14155550123"


def _form(fields: dict[str, str | None]) -> str:
    return urlencode({name: value for name, value in fields.items() if value is not None})


def _received(number: int, text: str | None, outcome: str = "message.received", **more: str | None) -> Example:
    always = {
        "MessageUUID": f"3f0e2d3c-4b5a-11f1-8788-0242ac1100{number:02x}",
        "From": THEIRS,
        "To": OURS,
        "Type": "sms",
    }
    always |= {"Units": "1", "TotalRate": "0", "TotalAmount": "0", "MessageIntent": "", "PowerpackUUID": ""}
    return Example(_form({**always, "Text": text, **more}), (outcome,))


def _status(number: int, status: str, outcome: str, **more: str | None) -> Example:
    always = {
        "MessageUUID": f"9b2e5c1d-4b5a-11f1-8788-0242ac1100{number:02x}",
        "From": OURS,
        "To": THEIRS,
        "Type": "sms",
    }
    always |= {"ParentMessageUUID": always["MessageUUID"], "Status": status, "Sequence": str(len(status)), "Units": "1"}
    always |= {"MCC": "310", "MNC": "800", "MessageTime": "2026-11-24 10:07:23.000001"}
    always |= {"QueuedTime": "2026-11-24 10:07:23.500000", "SentTime": "2026-11-24 10:07:24.123456"}
    return Example(_form({**always, **more}), (outcome,))


_PICTURES = {
    "Type": "mms",
    "Body": "Photos of the damage",
    "MediaCount": "2",
    "Media0": "https://media.plivo.example.org/a.jpg",
    "Media1": "https://media.plivo.example.org/b.png",
}
_DONE = {"DeliveryReportTime": "2026-11-24 10:07:29.123456"}

EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?"),
    "received_with_plus": _received(2, "Is my table ready?", From=f"+{THEIRS}", To=f"+{OURS}"),
    "received_scripts_and_emoji": _received(3, "Grüße 👩‍👩‍👧 مرحبا 漢字"),
    "received_stop_answered": _received(4, "STOP", MessageIntent="optout"),
    "received_start_answered": _received(5, "START", MessageIntent="optin"),
    "received_help_answered": _received(6, "HELP", MessageIntent="help"),
    "received_pictures": _received(7, None, **_PICTURES),
    "received_picture_alone": _received(
        8, None, Type="mms", MediaCount="1", Media1="https://media.plivo.example.org/Account/MA/Media/c"
    ),
    "received_by_short_code": _received(9, "JOIN", To="72345"),
    "received_by_get": Example(
        "",
        ("message.received",),
        url=f"https://hooks.acme.example/sms?{_received(10, 'in the query').body}",
        method="GET",
    ),
    "queued": _status(0x20, "queued", "message.status:queued"),
    "sent": _status(0x20, "sent", "message.status:sent"),
    "delivered": _status(0x20, "delivered", "message.status:delivered", **_DONE),
    "delivered_from_a_name": _status(0x21, "delivered", "message.status:delivered", From="AcmeShop"),
    "undelivered": _status(0x22, "undelivered", "message.status:undelivered", ErrorCode="20", **_DONE),
    "undelivered_invalid": _status(0x23, "undelivered", "message.status:undelivered", ErrorCode="50", **_DONE),
    "undelivered_for_a_reason_of_tomorrow": _status(0x24, "undelivered", "message.status:undelivered", ErrorCode="777"),
    "failed_opted_out": _status(0x25, "failed", "message.status:failed", ErrorCode="200"),
    "failed_without_credit": _status(0x26, "failed", "message.status:failed", ErrorCode="900"),
    "status_of_tomorrow": _status(0x27, "pondered", "unknown"),
    "status_for_nobody": _status(0x28, "sent", "rejected:missing_field", To=None),
    "received_from_nobody": _received(11, "hello", "rejected:missing_field", From=None),
    "received_from_nowhere": _received(12, "hello", "rejected:invalid_phone", From="not-a-number"),
    "received_without_id": _received(13, "hello", "rejected:missing_field", MessageUUID=None),
}
