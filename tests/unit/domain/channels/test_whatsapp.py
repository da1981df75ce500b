"""What examples of the Cloud API and of Twilio's WhatsApp cannot show: exact values."""

from typing import Any

import msgspec
import pytest

from domain.channels.provider import NOTHING_GIVEN, Example, Handshake, Item, Provider
from domain.channels.twilio_whatsapp.twilio import PROVIDER as TWILIO
from domain.channels.whatsapp.cloud import PROVIDER as CLOUD
from domain.channels.whatsapp.cloud_bodies import body
from domain.peeling import Payload, peel
from schemas.values import Answer, Attachment, Location, StatusReport

NUMBER, USER_ID = "whatsapp:14155550123", "whatsapp:US.13491208655302741918"


def every(provider: Provider, case: Example) -> list[Item]:
    (payload,) = peel(case.body)
    assert isinstance(payload, Payload)
    return [item for item in provider.items(payload.data, NOTHING_GIVEN) if isinstance(item, Item)]


def cloud(name: str) -> Item:
    return every(CLOUD, CLOUD.examples[name])[0]


def twilio(name: str) -> Item:
    return every(TWILIO, TWILIO.examples[name])[0]


def test_a_message_says_who_wrote_to_whom_and_when() -> None:
    item = cloud("text")
    assert item.contact == (NUMBER, "valid", "Ann Example")
    assert (item.aliases, item.ours) == ((USER_ID,), "whatsapp:14155550100")
    assert item.claims == ("104996122399160", "106540352242922", "whatsapp:14155550100")
    assert item.provider_time == "2026-12-01T10:07:24.000Z"


def test_each_change_is_claimed_for_itself() -> None:
    first, second = every(CLOUD, CLOUD.examples["two_accounts"])
    assert (first.account, second.account) == ("104996122399160", "104996122399161")
    assert (first.claims[2], second.claims[2]) == ("whatsapp:14155550100", "whatsapp:442079460100")


def test_who_hides_the_number_is_known_by_the_user_id() -> None:
    item = cloud("text_without_number")
    assert item.contact is not None and item.contact.urn == USER_ID
    assert (item.aliases, item.about) == ((), {"username": "bo.example"})


@pytest.mark.parametrize(
    ("name", "kind", "text", "attachment"),
    [
        ("image", "image", "The damage", Attachment("1800010", "image/jpeg")),
        ("voice", "audio", None, Attachment("1800012", "audio/ogg; codecs=opus", voice=True)),
        ("document", "document", "the invoice", Attachment("1800014", "application/pdf", "Größe.pdf")),
    ],
)
def test_media(name: str, kind: str, text: str | None, attachment: Attachment) -> None:
    content = cloud(name).content
    assert (content.kind, content.text, content.attachments) == (kind, text, (attachment,))
    assert content.fields[kind]["sha256"] == "k0Uq="


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("button", Answer("button", "confirm", "Confirm")),
        ("list_reply", Answer("list", "t-20", "20:00 to 22:00")),
        ("form", Answer("form", '{"flow_token": "t-1", "guests": "4"}', "Sent")),
    ],
)
def test_answers(name: str, answer: Answer) -> None:
    item = cloud(name)
    assert (item.content.answer, item.content.text) == (answer, answer.title)
    assert (item.in_reply_to is None) == (name == "list_reply")


@pytest.mark.parametrize(
    ("name", "message", "text"),
    [
        ("reaction", "900", "👍🏽"),
        ("reaction_removed", "900", None),
        ("edit", "001", "Is our table ready?"),
        ("revoke", "001", None),
        ("echo_edit", "040", "We keep it till 9"),
        ("echo_revoke", "040", None),
    ],
)
def test_what_is_about_another_message_names_it(name: str, message: str, text: str | None) -> None:
    item = cloud(name)
    assert item.message.endswith(f"{message}A") and item.provider_id != item.message
    assert item.content.text == text
    assert item.direction == ("outbound" if name.startswith("echo") else "inbound")


def test_a_person_moves() -> None:
    number, user_id = cloud("number_changed"), cloud("user_id_changed")
    assert number.contact is not None and user_id.contact is not None
    assert (number.contact.urn, number.successor) == (NUMBER, "whatsapp:14155550124")
    assert (user_id.contact.urn, user_id.successor) == (USER_ID, "whatsapp:US.777")


def test_an_echo_is_the_contacts() -> None:
    """Whichever side it is told on."""
    told = {"from": "14155550123", "to": "14155550100", "id": "wamid.1", "type": "text", "text": {"body": "x"}}
    turned = Example(msgspec.json.encode(body({"message_echoes": [told]})).decode(), ())
    for item in (cloud("echo"), *every(CLOUD, turned)):
        assert item.contact is not None and item.contact.urn == NUMBER


def test_statuses() -> None:
    sent, late, stopped = cloud("status_sent"), cloud("status_window"), cloud("status_opted_out")
    assert (sent.content.metadata, sent.content.fields["pricing"]["category"]) == (
        {"client_ref": "booking-17"},
        "utility",
    )
    assert late.status == StatusReport(
        "failed", "failed", "131047", "More than 24 hours have passed since [address] wrote",
        "2026-12-01T10:07:30.000Z", "window",
    )  # fmt: skip
    assert stopped.consent == ("opted_out", "provider")
    group = cloud("status_in_group")
    assert group.message == f"{group.provider_id}|{NUMBER}"


def test_wishes() -> None:
    assert cloud("preference_stop").consent == ("opted_out", "provider")
    assert cloud("preference_resume").consent == ("opted_in", "provider")
    assert cloud("call_permission").consent is None, "a permission to call says nothing about messages"


def test_history_is_no_news() -> None:
    (item,) = every(CLOUD, CLOUD.examples["history"])
    assert (item.meaning, item.contact, item.content.text) == ("account.event", None, None)
    assert item.content.fields == {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}}


def test_calls() -> None:
    done, ringing = cloud("call_completed"), cloud("call_ringing")
    assert done.call is not None and (done.call.duration, done.direction) == (42, "inbound")
    assert ringing.call is not None and (ringing.call.status, ringing.direction) == ("ringing", "outbound")


def test_handshake() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "tok"}
    with pytest.raises(Handshake) as handshake:
        CLOUD.items(asked, NOTHING_GIVEN)
    assert (handshake.value.challenge, handshake.value.token) == ("1158201444", "tok")


def test_twilio_tells_every_address_and_passes_over_odd_ones() -> None:
    both, hidden, odd = twilio("text_with_user_id"), twilio("text_without_number"), twilio("text_with_odd_user_id")
    assert both.contact == (NUMBER, "valid", "Ann Example")
    assert both.aliases == (USER_ID, "whatsapp:US.ENT.11815799212886844830")
    assert hidden.contact is not None and (hidden.contact.urn, hidden.about) == (
        USER_ID,
        {"ProfileUsername": "ann.example"},
    )
    assert odd.aliases == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("button", ("interactive", "Confirm", Answer("button", "confirm-17", "Confirm"), None)),
        ("list", ("interactive", "20:00 to 22:00", Answer("list", "t-20", "20:00 to 22:00"), None)),
        ("location", ("location", None, None, Location(37.78789, -122.391664, "Acme Pier"))),
        ("image", ("image", "The damage", None, None)),
    ],
)
def test_twilio_content(name: str, expected: tuple[Any, ...]) -> None:
    content = twilio(name).content
    assert (content.kind, content.text, content.answer, content.location) == expected


def test_twilio_failure() -> None:
    failed = twilio("status_failed").status
    assert failed == StatusReport(
        "failed", "failed", "63024", "Invalid recipient whatsapp:[address]", None, "invalid", True
    )
