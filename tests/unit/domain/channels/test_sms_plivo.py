"""Exact values of what Plivo says about text messages."""

import pytest

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider

PLIVO = provider("sms", "plivo")
MESSAGE = {"MessageUUID": "u", "From": "14155550123", "To": "14155550100"}


def the_item(data: dict[str, str]) -> Item:
    (item,) = PLIVO.items(data, NOTHING_GIVEN)
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize("first", [0, 1])
def test_media_are_counted_from_either_number(first: int) -> None:
    urls = [f"https://media.example.org/{n}.jpg" for n in range(2)]
    media = {f"Media{first + n}": url for n, url in enumerate(urls)}
    content = the_item(MESSAGE | media | {"Body": "", "MediaCount": "2"}).content
    assert ([each.reference for each in content.attachments], content.kind) == (urls, "image")


def test_a_word_that_plivo_answers() -> None:
    item = the_item(MESSAGE | {"Text": "STOP", "MessageIntent": "optout"})
    assert (item.keyword, item.contact and item.contact.urn, item.ours) == (
        "stop",
        "tel:+14155550123",
        "tel:+14155550100",
    )


def test_a_message_that_plivo_did_not_send() -> None:
    times = {"QueuedTime": "2026-11-24 10:07:23.500000", "MessageTime": "2026-11-24 10:07:22.000000"}
    item = the_item(MESSAGE | times | {"Status": "failed", "ErrorCode": "200", "Sequence": "2"})
    assert (item.provider_time, item.moment, item.consent) == (
        "2026-11-24T10:07:23.500Z",
        "2",
        ("opted_out", "provider"),
    )


def test_whatsapp_is_no_text_message() -> None:
    assert PLIVO.recognises(MESSAGE)
    assert not PLIVO.recognises(MESSAGE | {"Type": "whatsapp"})
