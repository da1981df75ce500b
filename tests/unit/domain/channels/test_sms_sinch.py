"""What Sinch's examples cannot show: exact values."""

import msgspec

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider
from schemas.values import Attachment

SINCH = provider("sms", "sinch")


def told(name: str) -> list[Item]:
    found = SINCH.items(msgspec.json.decode(SINCH.examples[name].body), NOTHING_GIVEN)
    return [each for each in found if isinstance(each, Item)]


def test_numbers_without_plus_are_international_and_short_codes_stay() -> None:
    (message,) = told("received_short_code")
    assert message.contact is not None and message.contact.urn == "tel:+14155550123"
    assert (message.ours, message.claims) == ("tel:12345", ("tel:12345",))
    assert message.provider_time == "2026-11-24T10:07:24.123Z"


def test_file_that_was_not_stored_stays_among_the_fields() -> None:
    (message,) = told("received_media")
    assert message.content.attachments == (Attachment("https://mms.example.org/1.jpg", "image/jpeg"),)
    assert (message.content.subject, message.content.text) == ("The damage", "Two photos")
    assert message.content.fields["media"] == [{"content_type": "image/png", "status": "Failed", "code": 1}]


def test_each_recipient_of_a_batch_has_a_message_of_their_own() -> None:
    first, second, third = told("batch_with_recipients")
    assert {each.provider_id for each in (first, second, third)} == {first.provider_id}
    assert first.message == f"{first.provider_id}|tel:+14155550123" and first.message != second.message
    assert third.status is not None
    assert (third.status.code, third.status.reason, third.status.permanent) == ("404", "temporary failure", False)
    (alone,) = told("delivered_to_nobody_named")
    assert (alone.message, alone.contact) == ("", None)


def test_conversation_names_project_and_app() -> None:
    (report,) = told("conversation_failed")
    assert report.claims == ("5f2c1b80-9d34-4c1e-8a77-0e4b6d2f9a15", "01JA7Q2M4N6P8R0S2T4V6W8X0Y")
    assert report.status is not None and report.status.reason == "[address] cannot be reached"
    assert (report.status.code, report.status.category) == ("RECIPIENT_NOT_REACHABLE/UNSPECIFIED", "bounced")
