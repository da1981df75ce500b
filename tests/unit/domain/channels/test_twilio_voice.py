"""What becomes of a call of Twilio's, field by field."""

from urllib.parse import parse_qsl

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.twilio_call.twilio import PROVIDER
from schemas.values import Answer, Attachment, Call


def item(name: str) -> Item:
    (found,) = PROVIDER.items(dict(parse_qsl(PROVIDER.examples[name].body)), NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def test_a_call_of_ours_has_its_order_length_and_time() -> None:
    completed = item("completed")
    assert completed.contact is not None and completed.contact.urn == "tel:+14155550123"
    assert (completed.ours, completed.direction) == ("tel:+14155550100", "outbound")
    assert completed.call == Call("completed", sequence=3, duration=42)
    assert completed.provider_time == "2026-11-24T10:07:24.000Z"
    assert item("leg_ringing").call == Call("ringing", sequence=1, parent=completed.provider_id[:-2] + "01")


def test_who_calls() -> None:
    caller = item("incoming_forwarded")
    assert caller.contact is not None and caller.contact.name == "ANN MEYER"
    assert caller.about["FromCity"] == "SAN FRANCISCO" and caller.content.fields["ForwardedFrom"] == "+14155550199"
    assert [item(f"incoming_{how}").contact for how in ("withheld", "withheld_in_words")] == [None, None]
    parties = [item(name).contact for name in ("incoming_from_sip", "incoming_from_a_client", "leg_to_sip")]
    assert [each and each.urn for each in parties] == [
        "sip:ann@voice.example.org", "client:ann_m", "sip:desk@voice.example.org",
    ]  # fmt: skip


def test_what_a_call_leaves_behind() -> None:
    recorded, spoken, keyed = item("recording_ready"), item("spoken_and_keyed"), item("keyed")
    assert recorded.contact is None and recorded.call == Call("recorded")
    (audio,) = recorded.content.attachments
    assert audio == Attachment(audio.reference, "audio/wav", voice=True) and "/Recordings/RE" in audio.reference
    assert item("transcribed").content.text == "Hello, please call me back about the invoice."
    assert spoken.content.answer == Answer("speech", "stop calling me", "stop calling me")
    assert (spoken.content.text, spoken.content.fields["Digits"]) == ("stop calling me", "9")
    assert keyed.content.answer == Answer("digits", "1234", "1234") and keyed.call == Call("answered")
    assert item("detected_beep").call == Call("answered", answered_by="machine_end_beep")
