"""Exact values of what Twilio's text messages become."""

import json
from typing import Any

import pytest

from domain.channels.provider import NOTHING_GIVEN, Given, Item
from domain.channels.registry import provider
from domain.forms import form_of
from schemas.values import Location

TWILIO = provider("sms", "twilio")
PARTIES = {"From": "+14155550123", "To": "+14155550100", "AccountSid": "AC1", "MessageSid": "SM1"}


def the_item(data: Any, given: Given = NOTHING_GIVEN) -> Item:
    (item,) = TWILIO.items(data, given)
    assert isinstance(item, Item)
    return item


def streamed(type_: str, **data: object) -> dict[str, Any]:
    parties = {"from": "+14155550123", "to": "+14155550100", "accountSid": "AC1", "messageSid": "SM1"}
    return {"specversion": "1.0", "id": "NO1", "type": f"com.twilio.messaging.{type_}", "data": {**parties, **data}}


def test_a_message_by_both_roads_is_one() -> None:
    webhook = the_item(form_of((PARTIES | {"Body": "hi", "FromCity": "RENO"}).items()))
    stream = the_item(
        [streamed("inbound-message.received", body="hi", fromCity="RENO", timestamp="2026-11-24T10:07:24Z")]
    )
    ids = [
        (each.account, each.provider_id, each.event, each.kind, each.moment, each.index) for each in (webhook, stream)
    ]
    assert ids[0] == ids[1]
    assert (webhook.contact, webhook.ours, webhook.content.text) == (stream.contact, stream.ours, stream.content.text)
    assert webhook.about == stream.about == {"FromCity": "RENO"}
    assert stream.provider_time == "2026-11-24T10:07:24.000Z"


def test_what_happened_is_the_end_of_the_type() -> None:
    item = the_item(streamed("message.delivered", messageStatus="QUEUED", tags={"campaign_id": "autumn", "n": "7"}))
    assert item.status and (item.status.status, item.event, item.campaign) == ("delivered", "NO1", "autumn")
    assert item.content.metadata == {"campaign_id": "autumn", "n": "7"}


@pytest.mark.parametrize(
    ("code", "category", "permanent"),
    [
        ("30005", "invalid", True),
        ("21610", "unsubscribed", True),
        ("30003", "timed_out", False),
        ("39999", "other", None),
    ],
)
def test_why_it_failed(code: str, category: str, permanent: bool | None) -> None:
    status = the_item(PARTIES | {"MessageStatus": "failed", "ErrorCode": code}).status
    assert status and (status.code, status.category, status.permanent) == (code, category, permanent)


def test_a_place() -> None:
    item = the_item(PARTIES | {"Latitude": "37.79", "Longitude": "-122.39", "Label": "Harbour", "Address": "1 Pier St"})
    assert item.content.location == Location(37.79, -122.39, "Harbour", "1 Pier St")
    assert (item.content.kind, item.content.fields) == ("location", {})


def test_a_national_number_is_of_the_country_that_is_told_or_else_given() -> None:
    national = PARTIES | {"From": "4155550123"}
    for item in (the_item(national, Given("US")), the_item(national | {"FromCountry": "US"}, Given("GB"))):
        assert item.contact and item.contact.urn == "tel:+14155550123"


@pytest.mark.parametrize(
    "more", [{"CallSid": "CA1"}, {"From": "whatsapp:+14155550123"}, {"To": "whatsapp:+14155550100"}]
)
def test_calls_and_whatsapp_are_no_text_messages(more: dict[str, str]) -> None:
    assert TWILIO.recognises(PARTIES)
    assert not TWILIO.recognises(PARTIES | more)
    assert not TWILIO.recognises(json.loads(json.dumps(streamed("message.read", **{"from": "whatsapp:+14155550123"}))))
