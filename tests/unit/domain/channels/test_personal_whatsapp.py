"""What examples of bridges to a personal WhatsApp cannot show: exact values."""

import json

import pytest

from domain.channels.personal_whatsapp import baileys, bridge, evolution, waha
from domain.channels.provider import NOTHING_GIVEN, Item, Provider
from schemas.values import Answer, Attachment

NUMBER, HIDDEN = "whatsapp:14155550123", "whatsapp:98765432101234@lid"
GROUP = "120363041234567890@g.us"

every = pytest.mark.parametrize(
    "provider", [each.PROVIDER for each in (baileys, bridge, evolution, waha)], ids=lambda provider: provider.name
)


def read(provider: Provider, name: str) -> Item:
    item = provider.items(json.loads(provider.examples[name].body), NOTHING_GIVEN)[0]
    assert isinstance(item, Item)
    return item


@every
def test_a_message_in_a_group_is_the_participants(provider: Provider) -> None:
    item = read(provider, "text_in_group")
    assert item.contact is not None and item.contact.urn == NUMBER
    assert (item.ours, item.content.fields["group_id"]) == ("whatsapp:14155550100", GROUP)


@every
def test_one_person_under_two_ids_is_known_by_the_number(provider: Provider) -> None:
    item = read(provider, "text_of_both_ids")
    assert item.contact is not None and (item.contact.urn, item.aliases) == (NUMBER, (HIDDEN,))


@every
def test_a_reply_names_the_message_that_it_answers(provider: Provider) -> None:
    replied = read(provider, "text_reply").in_reply_to
    assert replied is not None and replied.startswith("3EB") and replied.endswith("FFFF")


@every
def test_a_reaction_is_about_the_message_as_it_is_known(provider: Provider) -> None:
    item = read(provider, "reaction")
    assert item.message.endswith("FFFF") and "_" not in item.message
    assert item.content.text in ("👍🏽", "🙏")


@every
def test_what_we_write_is_the_contacts_thread(provider: Provider) -> None:
    item = read(provider, "echo")
    assert item.contact is not None and (item.contact.urn, item.direction) == (NUMBER, "outbound")
    assert item.contact.name is None, "the name beside it is ours"


@pytest.mark.parametrize("name", ["text", "text_any_again"])
def test_the_same_message_by_both_events_of_waha_is_one(name: str) -> None:
    item = read(waha.PROVIDER, name)
    assert (item.provider_id, item.kind, item.provider_time) == ("3EB00001", "message", "2026-12-01T10:07:24.000Z")
    assert item.contact is not None and item.contact.name == "Ann Example"


def test_a_change_told_twice_by_baileys_is_one() -> None:
    for once, again in (("edit", "edit_again"), ("revoke", "revoke_again"), ("reaction", "reaction_told_again")):
        first, second = read(baileys.PROVIDER, once), read(baileys.PROVIDER, again)
        assert (first.provider_id, first.kind, first.moment) == (second.provider_id, second.kind, second.moment)
        assert (first.message, first.contact and first.contact.urn) == (second.message, NUMBER)


def test_media_lie_where_the_bridge_has_put_them() -> None:
    (stored,) = read(evolution.PROVIDER, "image_stored").content.attachments
    assert stored == Attachment("https://files.acme.example/1.jpg", "image/jpeg")
    (voice,) = read(baileys.PROVIDER, "voice").content.attachments
    assert voice == Attachment("https://mmg.whatsapp.net/v/1", "audio/ogg; codecs=opus", size=4711, voice=True)


def test_answers() -> None:
    assert read(baileys.PROVIDER, "list").content.answer == Answer("list", "t-20", "20:00 to 22:00")
    assert read(waha.PROVIDER, "vote").content.text == "20:00, 22:00"


def test_what_opens_the_account_is_kept_in_no_field() -> None:
    assert read(evolution.PROVIDER, "qr_code").content.fields == {}
    assert read(baileys.PROVIDER, "connection").content.fields == {"connection": "close"}


def test_each_reader_in_a_group_counts_for_oneself() -> None:
    for provider in (baileys.PROVIDER, bridge.PROVIDER):
        item = read(provider, "status_in_group")
        assert item.message == f"{item.provider_id}|{NUMBER}"
