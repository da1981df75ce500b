"""Bodies in Vonage's formats, written by us: the SMS API's and the Messages API's."""

from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

OURS, THEIRS = "14155550100", "14155550123"


def _json(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _without_none(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _message(number: int, text: str | None, **more: object) -> dict[str, object]:
    always = {"msisdn": THEIRS, "to": OURS, "messageId": f"0B00000127FDBC{number:02X}", "text": text, "type": "text"}
    return _without_none({**always, "message-timestamp": "2026-11-24 10:07:24", **more})


def _receipt(number: int, status: str, outcome: str, code: str = "0", **more: object) -> Example:
    always = {"msisdn": THEIRS, "to": "AcmeShop", "messageId": f"0C00000127FDBC{number:02X}", "status": status}
    always |= {"err-code": code, "scts": "2611241007", "price": "0.03330000", "network-code": "310800"}
    always |= {"message-timestamp": "2026-11-24 10:07:29", "api-key": "abcd1234"}
    return Example(_json(_without_none({**always, **more})), (outcome,))


def _part(part: int, text: str) -> Example:
    concat = {"concat": "true", "concat-ref": "171", "concat-total": "2", "concat-part": str(part)}
    return Example(urlencode(_message(0x20 + part, text, **concat)), ("message.received",))


def _inbound(number: int, outcome: str = "message.received", **more: object) -> Example:
    message = {
        "message_uuid": f"6f1c2b3a-5d4e-4c6f-9a8b-7c6d5e4f3a{number:02x}",
        "channel": "sms",
        "from": THEIRS,
        "to": OURS,
        "timestamp": "2026-11-24T10:07:24.000Z",
        "message_type": "text",
        "usage": {"price": "0.0333", "currency": "EUR"},
        "sms": {"num_messages": "1", "keyword": "IS"},
    }
    return Example(_json(_without_none({**message, **more})), (outcome,))


def _status(number: int, status: str, outcome: str, **more: object) -> Example:
    told = {
        "message_uuid": f"7a1c2b3a-5d4e-4c6f-9a8b-7c6d5e4f3a{number:02x}",
        "channel": "sms",
        "from": OURS,
        "to": THEIRS,
        "timestamp": "2026-11-24T10:07:29.000Z",
        "status": status,
        "destination": {"network_code": "310800"},
        "sms": {"count_total": "1"},
    }
    return Example(_json(_without_none({**told, **more})), (outcome,))


_ERROR = {
    "type": "https://developer.vonage.com/api-errors/messages#1360",
    "title": 1360,
    "detail": f"The message to {THEIRS} has expired",
    "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
}

EXAMPLES: dict[str, Example] = {
    "received": Example(urlencode(_message(1, "Is my table ready?", keyword="IS")), ("message.received",)),
    "received_json": Example(
        _json(_message(2, "as JSON", nonce="n1", sig="0a0b", timestamp="1795514844")), ("message.received",)
    ),
    "received_by_get": Example(
        "",
        ("message.received",),
        url=f"https://hooks.acme.example/vonage?{urlencode(_message(3, 'in the query'))}",
        method="GET",
    ),
    "received_unicode": Example(
        urlencode(_message(4, "Grüße 👩‍👩‍👧 مرحبا 漢字", type="unicode")), ("message.received",)
    ),
    "received_binary": Example(
        urlencode(_message(5, None, type="binary", data="48656c6c6f", udh="0605040b8423f0")), ("message.received",)
    ),
    "received_part_one": _part(1, "The first half of a long text, "),
    "received_part_two": _part(2, "and its second half."),
    "received_stop": Example(urlencode(_message(6, "STOP", keyword="STOP")), ("message.received",)),
    "received_by_short_code": Example(urlencode(_message(7, "JOIN", to="72345")), ("message.received",)),
    "accepted": _receipt(0x40, "accepted", "message.status:sent", **{"client-ref": "order 7"}),
    "buffered": _receipt(0x40, "buffered", "message.status:sent"),
    "delivered": _receipt(0x40, "delivered", "message.status:delivered"),
    "delivered_form": Example(
        urlencode({"msisdn": THEIRS, "to": OURS, "messageId": "0C00000127FDBC41", "status": "delivered"}),
        ("message.status:delivered",),
    ),
    "delivered_as_smpp_spells_it": _receipt(0x42, "DELIVRD", "message.status:delivered"),
    "expired": _receipt(0x43, "expired", "message.status:undelivered"),
    "undelivered": _receipt(0x44, "undelivered", "message.status:undelivered", "2"),
    "failed": _receipt(0x45, "failed", "message.status:failed", "3"),
    "failed_opted_out": _receipt(0x46, "failed", "message.status:failed", "9"),
    "rejected": _receipt(0x47, "rejected", "message.status:failed", "6"),
    "without_information": _receipt(0x48, "unknown", "message.status:undelivered", "1"),
    "deleted": _receipt(0x49, "DELETED", "message.status:undelivered", "99"),
    "from_a_strange_sender": _receipt(0x4A, "delivered", "message.status:delivered", to="Acme & Sons, Ltd."),
    "status_of_tomorrow": _receipt(0x4B, "pondered", "unknown"),
    "receipt_for_nobody": _receipt(0x4C, "delivered", "rejected:missing_field", msisdn=None),
    "received_without_id": Example(_json({"msisdn": THEIRS, "to": OURS, "text": "hello"}), ("rejected:missing_field",)),
    "received_from_nowhere": Example(urlencode(_message(8, "hello", msisdn="n/a")), ("rejected:invalid_phone",)),
    "messages_received": _inbound(1, text="Is my table ready?"),
    "messages_received_reply": _inbound(2, text="Yes 👍", client_ref="order 7"),
    "messages_picture": _inbound(
        3,
        channel="mms",
        message_type="image",
        image={"url": "https://media.example.org/a.jpg", "name": "a.jpg"},
        sms=None,
    ),
    "messages_picture_with_caption": _inbound(
        4, channel="mms", message_type="image", image={"url": "https://media.example.org/b", "caption": "The dent"}
    ),
    "messages_contact_card": _inbound(
        5, channel="mms", message_type="vcard", vcard={"url": "https://media.example.org/c.vcf"}
    ),
    "messages_unsupported": _inbound(6, message_type="unsupported"),
    "messages_submitted": _status(0x20, "submitted", "message.status:sent", client_ref="order 7"),
    "messages_delivered": _status(0x20, "delivered", "message.status:delivered"),
    "messages_read": _status(0x20, "read", "message.status:read", channel="mms"),
    "messages_rejected": _status(0x21, "rejected", "message.status:failed", error=_ERROR),
    "messages_undeliverable": _status(0x22, "undeliverable", "message.status:failed"),
    "messages_status_of_tomorrow": _status(0x23, "pondered", "unknown"),
    "messages_from_nobody": _inbound(7, "rejected:missing_field", text="hello", **{"from": None}),
}
