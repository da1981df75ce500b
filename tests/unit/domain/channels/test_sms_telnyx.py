"""Exact values of what Telnyx says about text messages."""

from typing import Any

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider

TELNYX = provider("sms", "telnyx")
THEIRS = [
    {"phone_number": f"+1415555012{n}", "status": status} for n, status in ((3, "delivered"), (4, "delivery_failed"))
]


def event(type_: str, **payload: object) -> dict[str, Any]:
    about = {"id": "m1", "type": "SMS", "organization_id": "o1", "messaging_profile_id": "p1", **payload}
    return {"data": {"id": "e1", "event_type": type_, "occurred_at": "2026-11-24T10:07:29.148+00:00", "payload": about}}


def items(data: Any) -> list[Item]:
    found = [item for item in TELNYX.items(data, NOTHING_GIVEN) if isinstance(item, Item)]
    assert len(found) == len(TELNYX.items(data, NOTHING_GIVEN))
    return found


def test_one_report_per_recipient_and_the_error_where_it_failed() -> None:
    errors = [{"code": "40300", "title": "Blocked due to STOP message"}]
    good, bad = items(
        event("message.finalized", **{"from": {"phone_number": "+14155550100"}, "to": THEIRS, "errors": errors})
    )
    assert good.status and bad.status
    assert [(each.message, each.index) for each in (good, bad)] == [
        ("m1|tel:+14155550123", 0),
        ("m1|tel:+14155550124", 1),
    ]
    assert (good.status.code, good.consent) == (None, None)
    assert (bad.status.code, bad.status.category, bad.consent) == ("40300", "unsubscribed", ("opted_out", "provider"))
    assert bad.provider_time == "2026-11-24T10:07:29.148Z"
    assert bad.claims == ("o1", "p1", "tel:+14155550100")


def test_a_picture() -> None:
    media = [{"url": "https://media.example.org/a", "content_type": "image/jpeg", "size": 30_000}]
    to = [{"phone_number": "+14155550100"}]
    (item,) = items(event("message.received", **{"from": THEIRS[0], "to": to, "media": media, "tags": ["autumn"]}))
    (attachment,) = item.content.attachments
    assert (attachment.content_type, attachment.size, item.content.kind) == ("image/jpeg", 30_000, "image")
    assert (item.event, item.content.tags) == ("e1", ("autumn",))


def test_whatsapp_is_no_text_message() -> None:
    assert TELNYX.recognises(event("message.received"))
    assert not TELNYX.recognises(event("message.received", type="WHATSAPP"))
