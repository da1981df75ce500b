"""What the examples of Telegram cannot show: the exact values."""

import json

import pytest

from domain.channels.provider import Given, Item
from domain.channels.telegram.bot import PROVIDER
from domain.channels.telegram.bot_examples import BOT
from schemas.values import Answer, Attachment, Location

TOKEN = f"{BOT}:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"


def items(name: str, url: str = "") -> list[Item]:
    found = PROVIDER.items(json.loads(PROVIDER.examples[name].body), Given(url=url))
    return [item for item in found if isinstance(item, Item)]


def item(name: str, url: str = "") -> Item:
    (found,) = items(name, url)
    return found


def test_a_message_is_told_apart_by_its_chat() -> None:
    received, reply = item("received"), item("received_reply")
    assert (received.provider_id, received.message, received.event) == ("1", "5550101|1", "87000001")
    assert reply.answers == received.message == item("edited").message
    assert item("tapped").answers == item("reacted").message == "5550101|7"


@pytest.mark.parametrize(
    ("path", "account"),
    [("", ""), (f"telegram/{BOT}", BOT), (f"hook/{TOKEN}?x=1", BOT), (f"bot{TOKEN}/", BOT), (f"{BOT}/other", "")],
)
def test_the_address_may_tell_which_bot(path: str, account: str) -> None:
    found = item("received", f"https://hooks.acme.example/{path}")
    assert (found.account, found.ours) == (account, f"telegram:{account or 'unknown'}")


def test_who_wrote() -> None:
    received = item("received")
    assert received.contact is not None and received.contact[::2] == ("telegram:5550101", "Dana Fox")
    assert received.about == {"username": "dana_fox", "language_code": "en"}
    group = item("received_in_a_group")
    assert group.contact == received.contact and group.content.fields["chat"]["id"] == -1001555010
    anonymous = item("received_from_an_anonymous_administrator")
    assert anonymous.contact is not None and anonymous.contact.urn == "telegram:-1001555010"
    assert (anonymous.machine, item("received_from_a_bot").machine) == (False, True)


def test_an_own_number_is_another_address_of_the_same_person() -> None:
    assert item("received_own_number").aliases == ("tel:+14155550123",)
    assert item("received_contact").aliases == ()


def test_files() -> None:
    assert item("received_photo").content.attachments == (Attachment("AgACAgIAAx000004", "image/jpeg", size=1004),)
    assert item("received_voice").content.attachments[0].voice
    assert item("received_sticker").content.attachments[0].content_type == "video/webm"
    kinds = {name: item(f"received_{name}").content.kind for name in ("photo", "animation", "document", "dice")}
    assert kinds == {"photo": "image", "animation": "video", "document": "document", "dice": "other"}
    assert item("received_venue").content.location == Location(37.7879, -122.3917, "Acme Grill", "1 Example Street")


def test_starting_tells_whence_somebody_comes() -> None:
    assert item("started").content.fields == {}
    assert item("started_by_a_link").content.fields == {"ref": "menu-card"}
    assert item("started_by_a_link").content.text is None


def test_taps_and_reactions() -> None:
    assert item("tapped").content.answer == Answer("button", "day:6", "Saturday")
    assert item("received_form").content.answer == Answer("form", '{"guests":4}', "Book")
    assert item("reacted").content.text == "❤"
    assert item("reacted_with_custom_emoji").content.text == "custom_emoji:536⭐"
    assert item("reaction_taken_off").content.text is None


def test_a_block_is_an_opt_out() -> None:
    assert item("blocked").consent == ("opted_out", "provider")
    assert item("unblocked").consent == ("opted_in", "provider")


def test_business_chats() -> None:
    received, echo = item("business_received"), item("business_echoed")
    assert received.contact is not None and echo.contact is not None
    assert (echo.contact.urn, echo.direction) == (received.contact.urn, "outbound")
    assert echo.claims == ("", "bc_Q0Fx77", "telegram:unknown")
    assert [each.message for each in items("business_deleted")] == [received.message, echo.message]
