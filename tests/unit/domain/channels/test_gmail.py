"""What becomes of Gmail's notifications and of fetched messages, field by field."""

import json
from collections.abc import Sequence

from domain.channels.gmail.gmail import PROVIDER
from domain.channels.provider import NOTHING_GIVEN, Invalid, Item
from schemas.values import Attachment


def items(name: str) -> Sequence[Item | Invalid]:
    return PROVIDER.items(json.loads(PROVIDER.examples[name].body), NOTHING_GIVEN)


def item(name: str) -> Item:
    (found,) = items(name)
    assert isinstance(found, Item)
    return found


def test_a_notification_is_about_the_mailbox() -> None:
    history, number = item("history"), item("history_as_a_number")
    assert (history.account, history.provider_id, history.contact) == ("team@acme.example", "9876543", None)
    assert history.content.fields["history_id"] == "9876543" and history.provider_time == "2026-11-24T10:07:24.123Z"
    assert (number.account, number.provider_id) == ("team@acme.example", "9876599")
    assert item("history_for_urls").account == "t??m@acme.example"


def test_a_mail_is_called_by_its_message_id_and_names_what_it_answers() -> None:
    mail = item("mail_in_reply")
    assert (mail.provider_id, mail.event[:4], mail.in_reply_to) == (
        "<m-4@mail.example.org>",
        "18c2",
        "<ours-1@acme.example>",
    )
    assert mail.contact is not None and (mail.contact.urn, mail.contact.name) == ("mailto:ann@example.org", "Ann Meyer")
    assert (mail.ours, mail.provider_time) == ("mailto:team@acme.example", "2026-11-24T10:07:24.123Z")
    assert mail.content.recipients == ("Team <team@acme.example>",)
    assert item("mail_without_a_message_id").provider_id == item("mail_without_a_message_id").event


def test_text_is_what_it_was_before_it_was_encoded() -> None:
    assert item("mail_in_latin_1").content.text == "Grüße"
    assert item("mail_in_other_scripts").content.subject == "予約"


def test_what_comes_with_a_mail() -> None:
    content = item("mail_with_attachments").content
    assert content.text == "See the plan attached.\r\n" and content.html is not None
    assert content.attachments == (
        Attachment("gmail:18c2a4b7d9e1f005/ANGjdJ9b", "application/pdf", "plan.pdf", 48213),
        Attachment("part:2", "image/png", "logo.png", 4, inline_id="logo"),
    )


def test_a_sent_mail_is_in_the_thread_of_each_recipient() -> None:
    found = [each for each in items("mail_sent_to_several") if isinstance(each, Item)]
    assert [each.contact and each.contact.urn for each in found] == ["mailto:ann@example.org", "mailto:bob@example.net"]
    assert len({each.message for each in found}) == 2 and {each.direction for each in found} == {"outbound"}


def test_what_nobody_wrote_is_marked() -> None:
    told = [item(name).machine for name in ("mail", "mail_by_a_machine", "mail_of_a_list")]
    assert told == [False, True, True]
