"""What the examples of Viber cannot show: the exact values."""

import json

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.viber.bot import PROVIDER
from schemas.values import Attachment, Location


def item(name: str) -> Item:
    (found,) = PROVIDER.items(json.loads(PROVIDER.examples[name].body), NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def test_who_wrote_what() -> None:
    found = item("received")
    assert found.contact is not None and found.contact[::2] == ("viber:0123/4567+890A==", "Dana Fox")
    assert (found.provider_id, found.provider_time) == ("4912661846655238001", "2026-11-24T10:07:24.000Z")
    assert found.about["country"] == "GB"
    assert found.content.metadata == {"tracking_data": "table 7"}


def test_what_can_be_fetched() -> None:
    picture = item("received_picture").content
    assert picture.attachments == (
        Attachment("https://media.acme.example/4/damage.jpg?Expires=1795518444", name="damage.jpg", size=5120),
    )
    assert (picture.kind, picture.text) == ("image", "the damage")
    assert item("received_file").content.attachments[0].size == 2048
    link = item("received_link").content
    assert (link.kind, link.text, link.attachments) == ("text", "https://acme.example/menu", ())
    assert item("received_location").content.location == Location(37.7879, -122.3917)


def test_reports() -> None:
    failed, seen = item("failed"), item("seen")
    assert failed.status is not None and failed.status.reason == "no device of [address]"
    assert seen.status is not None and (seen.status.status, seen.status.kind) == ("read", "seen")
    assert item("delivered").moment != item("delivered_to_another_of_a_broadcast").moment


def test_consent_and_whence_somebody_comes() -> None:
    assert item("subscribed").consent == ("opted_in", "provider")
    assert item("unsubscribed").consent == ("opted_out", "provider")
    assert item("started_by_a_link").content.fields["ref"] == "menu-card"
