"""What becomes of calls of Vonage's and Bandwidth's, field by field."""

import json

import pytest

from domain.channels.provider import NOTHING_GIVEN, Item, Provider
from domain.channels.voice import bandwidth, vonage
from schemas.values import Answer, Attachment, Call


def item(provider: Provider, name: str) -> Item:
    (found,) = provider.items(json.loads(provider.examples[name].body), NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def test_vonage_numbers_have_no_plus_and_their_direction_is_told() -> None:
    completed, incoming = item(vonage.PROVIDER, "completed"), item(vonage.PROVIDER, "answer_from_a_client")
    assert completed.contact is not None and completed.contact.urn == "tel:+14155550123"
    assert (completed.ours, completed.direction) == ("tel:+14155550100", "outbound")
    assert completed.call == Call("completed", duration=42) and completed.provider_time == "2026-11-24T10:07:24.123Z"
    assert incoming.contact is not None and incoming.contact.urn == "client:ann_m"
    assert item(vonage.PROVIDER, "answer_withheld").contact is item(vonage.PROVIDER, "leg_to_a_program").contact is None


def test_vonage_hears_keys_and_records() -> None:
    assert item(vonage.PROVIDER, "spoken").content.answer == Answer("speech", "sales please", "sales please")
    assert item(vonage.PROVIDER, "keyed").content.text == "1234"
    assert item(vonage.PROVIDER, "keyed_in_the_older_form").content.answer == Answer("digits", "42", "42")
    (audio,) = item(vonage.PROVIDER, "recorded").content.attachments
    assert audio == Attachment(audio.reference, size=168576, voice=True) and "/v1/files/" in audio.reference
    assert item(vonage.PROVIDER, "machine_beep").call == Call("answered", answered_by="beep_start")


def test_bandwidth_says_why_and_how_long() -> None:
    hangup, error = item(bandwidth.PROVIDER, "hangup"), item(bandwidth.PROVIDER, "error")
    assert hangup.call == Call("completed", duration=42)
    assert error.content.fields["errorMessage"] == "Cannot reach [address]"
    assert item(bandwidth.PROVIDER, "detected").call == Call("answered", answered_by="machine")


def test_bandwidth_tells_the_legs_of_a_transfer_apart() -> None:
    leg = item(bandwidth.PROVIDER, "transfer_answer")
    assert leg.contact is not None and leg.contact.urn == "tel:+442079460123"
    assert (leg.ours, leg.direction) == ("tel:+14155550100", "outbound")
    assert leg.call is not None and leg.call.parent == item(bandwidth.PROVIDER, "initiate").provider_id


@pytest.mark.parametrize(
    ("name", "type_"), [("recording_available", "audio/wav"), ("transcription_available", "application/json")]
)
def test_bandwidth_leaves_something_to_fetch(name: str, type_: str) -> None:
    (attachment,) = item(bandwidth.PROVIDER, name).content.attachments
    assert attachment.content_type == type_
