"""What the examples of LINE cannot show: the exact values."""

import json

import pytest

from domain.channels.line.bot import PROVIDER
from domain.channels.provider import NOTHING_GIVEN, Item
from schemas.values import Answer, Attachment, Location

CONTENT = "https://api-data.line.me/v2/bot/message/{}/content"


def items(name: str) -> list[Item]:
    found = PROVIDER.items(json.loads(PROVIDER.examples[name].body), NOTHING_GIVEN)
    return [item for item in found if isinstance(item, Item)]


def item(name: str) -> Item:
    (found,) = items(name)
    return found


def test_whose_it_is_and_how_to_answer() -> None:
    found = item("received")
    assert found.claims == ("U8e742f61d673b39c7fff3cecb7536ef0", "", "line:U8e742f61d673b39c7fff3cecb7536ef0")
    assert found.contact is not None and found.contact.urn == "line:U4af4980629e1b9c2d7f06a35c8b1d2e3"
    assert (found.provider_time, found.event) == ("2026-11-24T10:07:24.001Z", "01JDFQ8ZK4M3N2P1R0S9T00001")
    assert found.content.fields == {"quoteToken": "yHAz4Ua2wx7", "replyToken": "38ef843bde154d9b0001"}


@pytest.mark.parametrize(
    ("name", "attachment"),
    [
        ("received_image", Attachment(CONTENT.format(444573844083572005))),
        ("received_video_elsewhere", Attachment("https://media.acme.example/6.mp4")),
        ("received_file", Attachment(CONTENT.format(444573844083572008), name="offer.pdf", size=2138)),
    ],
)
def test_files(name: str, attachment: Attachment) -> None:
    assert item(name).content.attachments == (attachment,)


def test_places_taps_and_what_is_answered() -> None:
    assert item("received_location").content.location == Location(37.7879, -122.3917, "Acme Grill", "1 Example Street")
    assert item("postback").content.answer == Answer("button", "action=book&day=6")
    assert item("postback_of_a_date").content.fields["params"] == {"datetime": "2026-11-28T19:30"}
    assert item("received_reply").in_reply_to == item("unsent").message == item("received").provider_id


def test_in_a_group_the_contact_is_who_wrote_or_the_group() -> None:
    named, unnamed = item("received_in_a_group"), item("received_in_a_group_from_nobody_named")
    assert named.contact == item("received").contact
    assert named.content.fields["source"]["groupId"] == "Ca56f94637c5e1f0b2d3c4a5968778695"
    assert unnamed.contact is not None and unnamed.contact.urn == "line:Ca56f94637c5e1f0b2d3c4a5968778695"
    assert len({member.contact for member in items("members_joined")}) == 2


def test_a_block_is_an_opt_out() -> None:
    assert item("blocked").consent == ("opted_out", "provider")
    assert item("followed").consent == item("unblocked").consent == ("opted_in", "provider")
