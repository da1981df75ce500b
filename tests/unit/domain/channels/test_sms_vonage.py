"""Exact values of what Vonage says about text messages."""

from typing import Any

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider

VONAGE = provider("sms", "vonage")
RECEIPT = {"msisdn": "14155550123", "to": "14155550100", "messageId": "0C", "scts": "2611241107", "api-key": "abcd1234"}


def the_item(data: dict[str, Any]) -> Item:
    (item,) = VONAGE.items(data, NOTHING_GIVEN)
    assert isinstance(item, Item)
    return item


def test_parts_of_a_long_message_stay_apart_and_say_where_they_belong() -> None:
    concat = {"concat": "true", "concat-ref": "171", "concat-total": "2", "concat-part": "1"}
    item = the_item({"msisdn": "14155550123", "to": "14155550100", "messageId": "0B", "text": "half", **concat})
    assert (item.provider_id, item.message, item.content.fields) == ("0B", "", concat)
    assert item.contact and (item.contact.urn, item.ours) == ("tel:+14155550123", "tel:+14155550100")


def test_times_are_vonages_own_before_the_carriers() -> None:
    item = the_item(RECEIPT | {"status": "delivered", "message-timestamp": "2026-11-24 10:07:29"})
    assert (item.provider_time, item.moment, item.claims) == (
        "2026-11-24T10:07:29.000Z",
        "2611241107",
        ("abcd1234", "tel:+14155550100"),
    )
    assert the_item(RECEIPT | {"status": "delivered"}).provider_time == "2026-11-24T11:07:00.000Z"


def test_whom_vonage_does_not_let_us_write_to_has_opted_out() -> None:
    item = the_item(RECEIPT | {"status": "rejected", "err-code": "9", "client-ref": "7"})
    assert item.status and (item.status.category, item.status.permanent) == ("unsubscribed", True)
    assert (item.consent, item.content.metadata) == (("opted_out", "provider"), {"client-ref": "7"})


def test_an_error_of_the_messages_api() -> None:
    error = {"title": 1360, "detail": "to +14155550123: too late"}
    message = {"message_uuid": "u", "channel": "sms", "from": "AcmeShop", "to": "14155550123", "timestamp": "x"}
    status = the_item(message | {"status": "rejected", "error": error}).status
    assert status and (status.code, status.reason, status.category) == ("1360", "to [address]: too late", "timed_out")
