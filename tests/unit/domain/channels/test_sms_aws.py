"""Exact values of what AWS says about text messages."""

from typing import Any

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider

AWS = provider("sms", "aws")


def the_item(data: dict[str, Any]) -> Item:
    (item,) = AWS.items(data, NOTHING_GIVEN)
    assert isinstance(item, Item)
    return item


def test_an_answer_names_the_message_that_it_answers() -> None:
    numbers = {"originationNumber": "+14155550123", "destinationNumber": "+14155550100"}
    ids = {"inboundMessageId": "in-1", "previousPublishedMessageId": "out-1"}
    item = the_item({**numbers, **ids, "messageKeyword": "STOP", "messageBody": "stop it"})
    assert (item.provider_id, item.in_reply_to, item.content.text) == ("in-1", "out-1", "stop it")
    assert (item.keyword, item.content.fields) == (None, {"messageKeyword": "STOP"})


def test_a_failure_without_the_recipient_is_kept_under_the_account() -> None:
    event = {"eventType": "TEXT_CARRIER_BLOCKED", "eventTimestamp": 1_795_514_844_123, "messageId": "out-1"}
    more = {"messageStatusDescription": "+14155550123 blocks us", "originationPhoneNumber": "AcmeShop"}
    item = the_item({**event, **more, "context": {"campaign_id": "autumn", "lead_id": "7"}})
    assert (item.contact, item.ours, item.campaign, item.lead) == (None, "sender:ACMESHOP", "autumn", "7")
    assert item.status and (item.status.reason, item.status.category) == ("[address] blocks us", "blocked")
    assert item.status.time == item.provider_time == "2026-11-24T10:07:24.123Z"
