"""What the examples of the fallback cannot show: the exact values, and what it makes of anything."""

import json
from typing import Any

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.social.fallback import PROVIDER
from schemas.values import Attachment


def read(data: Any) -> Item:
    (found,) = PROVIDER.items(data, NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def item(name: str) -> Item:
    return read(json.loads(PROVIDER.examples[name].body))


def test_who_said_what_to_whom() -> None:
    found = item("received")
    assert found.contact is not None and found.contact[::2] == ("social:mastodon:dana@social.example", "Dana Fox")
    assert found.claims == ("acme", "", "social:mastodon:acme")
    assert (found.message, found.provider_time) == ("mastodon|1109230001", "2026-11-24T10:07:24.000Z")
    assert item("received_with_fields_of_its_own").in_reply_to == found.message
    assert item("echo").contact == found.contact and item("echo").direction == "outbound"


def test_attachments_with_and_without_words_about_them() -> None:
    assert item("received_attachments").content.attachments == (
        Attachment("https://media.acme.example/4.jpg", "image/jpeg", "table.jpg", 5120),
        Attachment("https://media.acme.example/5.jpg"),
    )


def test_anything_is_kept_under_the_account_that_it_names() -> None:
    said = {"account": "acme", "b": [1, {"c": None}], "a": "x"}
    found = read(said)
    assert (found.meaning, found.account, found.contact) == ("unknown", "acme", None)
    assert found.content.fields == said
    assert read(dict(reversed(said.items()))).provider_id == found.provider_id
    assert read(said | {"a": "y"}).provider_id != found.provider_id
