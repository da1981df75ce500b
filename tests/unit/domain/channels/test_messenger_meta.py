"""What the examples of Messenger and Instagram cannot show: the exact values."""

import json
from typing import Any

import pytest

from domain.channels.instagram.meta import PROVIDER as INSTAGRAM
from domain.channels.messenger.meta import PROVIDER as MESSENGER
from domain.channels.provider import NOTHING_GIVEN, Handshake, Item, Provider
from schemas.values import Answer, Attachment, Location


def items(provider: Provider, name: str) -> list[Item]:
    found = provider.items(json.loads(provider.examples[name].body), NOTHING_GIVEN)
    return [item for item in found if isinstance(item, Item)]


def item(provider: Provider, name: str) -> Item:
    (found,) = items(provider, name)
    return found


def test_each_item_says_itself_whose_it_is() -> None:
    first, second = items(MESSENGER, "two_accounts_in_one_body")
    assert first.claims == ("101122334455667", "", "facebook:101122334455667")
    assert second.claims == ("108877665544332", "", "facebook:108877665544332")


def test_an_echo_is_about_whom_it_was_sent_to() -> None:
    echo = item(INSTAGRAM, "echoed")
    assert echo.contact is not None and echo.contact.urn == "instagram:7214305561880127"
    assert (echo.account, echo.direction) == ("17841405309211844", "outbound")


@pytest.mark.parametrize(
    ("name", "id_", "until", "kinds"),
    [
        ("delivered_up_to", "watermark:1795514844072", "2026-11-24T10:07:24.072Z", ("delivered", "delivery")),
        ("read_up_to", "watermark:1795514844073", "2026-11-24T10:07:24.073Z", ("read", "read")),
    ],
)
def test_a_watermark_means_everything_up_to_it(name: str, id_: str, until: str, kinds: tuple[str, str]) -> None:
    found = item(MESSENGER, name)
    assert (found.provider_id, found.until) == (id_, until)
    assert found.status is not None and (found.status.status, found.status.kind) == kinds


def test_named_messages_are_reported_one_by_one() -> None:
    first, second = items(MESSENGER, "delivered")
    assert first.provider_id != second.provider_id
    assert first.until is second.until is None


def test_what_a_tap_says() -> None:
    assert item(MESSENGER, "received_quick_reply").content.answer == Answer("button", "DAY_6", "Saturday")
    assert item(MESSENGER, "postback").content.answer == Answer("button", "BOOK", "Book a table")
    standby = item(MESSENGER, "postback_in_standby").content
    assert standby.answer == Answer("button", None, "Book a table")
    assert standby.fields == {"standby": True}


def test_stickers_are_said_once_and_thumbs_in_words() -> None:
    thumb = item(MESSENGER, "received_thumb").content
    assert (thumb.kind, thumb.text, len(thumb.attachments)) == ("sticker", "👍", 1)
    assert len(item(MESSENGER, "received_sticker_twice_told").content.attachments) == 1
    assert item(INSTAGRAM, "received_heart").content.text == "❤️"


def test_what_it_is_about() -> None:
    assert item(INSTAGRAM, "received_story_reply").in_reply_to == "17880001"
    taken_off = item(INSTAGRAM, "reaction_taken_off")
    assert (taken_off.message[:2], taken_off.content.text) == ("m_", None)
    assert item(MESSENGER, "deleted").message == item(MESSENGER, "received").provider_id


def test_attachments_and_places() -> None:
    link = item(MESSENGER, "received_link").content
    assert link.attachments == (Attachment("https://acme.example/menu", name="Our menu"),)
    assert item(MESSENGER, "received_location").content.location == Location(37.7879, -122.3917)
    assert item(MESSENGER, "received_location_that_is_none").content.location is None


@pytest.mark.parametrize("name", ["received_in_seconds", "received_with_an_iso_time"])
def test_times_in_any_form(name: str) -> None:
    assert (item(INSTAGRAM, name).provider_time or "").startswith("2026-11-24T10:07:2")


def test_consent_and_who_has_no_id_yet() -> None:
    assert item(MESSENGER, "notifications_stopped").consent == ("opted_out", "subscription")
    assert item(MESSENGER, "notifications_wanted").consent == ("opted_in", "subscription")
    came = item(MESSENGER, "came_by_checkbox")
    assert came.contact is not None and came.contact.urn == "facebook:ref:chk-0075"


@pytest.mark.parametrize("provider", [MESSENGER, INSTAGRAM])
def test_the_handshake_is_read_back(provider: Provider) -> None:
    asked: dict[str, Any] = {"hub.mode": "subscribe", "hub.challenge": "115", "hub.verify_token": "frumious"}
    with pytest.raises(Handshake) as raised:
        provider.items(asked, NOTHING_GIVEN)
    assert (raised.value.challenge, raised.value.token) == ("115", "frumious")
