"""What the examples of the described SMS providers cannot show: exact values."""

import pytest

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider
from domain.declared import problems
from domain.peeling import Payload, peel
from trunkline.reference.artefact import ROOT


def told(name: str, example: str) -> Item:
    found = provider("sms", name)
    (payload,) = peel(found.examples[example].body)
    assert isinstance(payload, Payload)
    item = found.items(payload.data, NOTHING_GIVEN)[0]
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize("name", ["africastalking", "clickatell", "infobip"])
def test_description_has_no_problems(name: str) -> None:
    assert problems((ROOT / "domain" / "channels" / "sms" / f"{name}.yaml").read_text()) == []


@pytest.mark.parametrize(
    ("example", "text"),
    [("received_other_alphabet", "Привет 👋"), ("received_latin", "Grüße!"), ("received_empty", "")],
)
def test_clickatell_says_how_a_text_is_written(example: str, text: str) -> None:
    assert told("clickatell", example).content.text == text


def test_clickatell_keeps_no_key() -> None:
    message = told("clickatell", "received")
    assert "apiKey" not in message.content.fields
    assert (message.account, message.in_reply_to) == ("2c9480874dc1e0c2", "b7e2")
    assert message.provider_time == "2026-11-24T10:07:24.123Z"


def test_africas_talking_writes_times_in_two_ways() -> None:
    times = {told("africastalking", name).provider_time for name in ("received", "received_emoji_and_scripts")}
    assert times == {"2026-11-24T10:07:24.000Z"}


def test_africas_talking_blacklist_is_an_opt_out() -> None:
    report = told("africastalking", "rejected_by_network")
    assert report.consent == ("opted_out", "provider")
    assert report.status is not None and report.status.category == "unsubscribed"


def test_infobip_says_whether_to_try_again() -> None:
    report = told("infobip", "undeliverable").status
    assert report is not None
    assert (report.kind, report.code, report.category) == (
        "UNDELIVERABLE_NOT_DELIVERED", "EC_UNKNOWN_SUBSCRIBER", "invalid"
    )  # fmt: skip
    assert (report.permanent, report.reason, report.time) == (True, "[address] is unknown", "2026-11-24T10:07:24.123Z")
    delivered = told("infobip", "delivered").status
    assert delivered is not None and (delivered.code, delivered.reason) == (None, None)


def test_infobip_mms_has_text_and_files_in_one_list() -> None:
    content = told("infobip", "received_mms").content
    assert (content.text, content.attachments[0].content_type, len(content.attachments)) == (
        "Photo of the damage", "image/jpeg", 1
    )  # fmt: skip
