"""What becomes of Zendesk's events and of our triggers, field by field."""

import json

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.zendesk.zendesk import PROVIDER


def item(name: str) -> Item:
    (found,) = PROVIDER.items(json.loads(PROVIDER.examples[name].body), NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def test_a_comment_belongs_to_whoever_asked() -> None:
    asked, answered = item("comment"), item("comment_by_an_agent")
    assert asked.contact is not None and asked.contact.urn == "zendesk:8447388090494"
    assert (asked.contact.name, asked.account, asked.ours) == ("Ann Meyer", "22129848", "zendesk:22129848")
    assert (asked.content.text, asked.content.subject) == ("Is my table ready?", "Table for Friday")
    assert asked.provider_time == "2026-11-24T10:07:24.123Z" and asked.content.fields["tags"] == ["booking"]
    assert answered.contact is not None and answered.contact.urn == asked.contact.urn
    assert (asked.direction, answered.direction) == ("inbound", "outbound")


def test_a_private_comment_is_kept_and_said_to_nobody() -> None:
    private = item("comment_in_private")
    assert (private.meaning, private.kind, private.content.text) == ("unknown", "ticket.comment_added:private", None)
    assert private.content.fields["text"] == "She is a regular, be nice."


def test_what_came_with_a_comment_names_the_comment() -> None:
    attachment = item("attachment")
    assert attachment.provider_id == item("comment").provider_id
    assert [each.name for each in attachment.content.attachments] == ["table.jpeg"]


def test_a_user_has_an_address_and_an_agent_is_no_contact() -> None:
    assert item("user_created").aliases == ("mailto:ann@example.org",)
    assert item("agent_created").contact is item("organization_created").contact is None


def test_a_trigger_says_the_same_in_other_words() -> None:
    asked, other = item("trigger_comment"), item("trigger_comment_of_somebody_in_copy")
    assert asked.contact is not None and asked.contact.urn == "zendesk:8447388090494"
    assert (asked.content.subject, asked.provider_time) == ("Table for Friday", "2026-11-24T10:07:00.000Z")
    assert other.contact is not None and other.contact.urn == "zendesk:8447388090999"
    assert item("trigger_comment_without_an_id").provider_id == "5158-2026-11-24T10:07Z"
