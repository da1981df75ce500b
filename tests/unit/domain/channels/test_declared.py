"""Described providers: the page's example does what the page says, every key is on the page, every problem is told in words."""

import re
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from domain.channels import registry
from domain.channels.provider import NOTHING_GIVEN, Example, Invalid, Item, Provider
from domain.declared import Description, described, problems
from domain.declared.decodings import decoder
from domain.declared.description import Answered, Decode, Kind, Media, Shown, Signed, Status, When
from domain.intake import QueueMessage, Routes, Taken, take
from domain.peeling import peel
from domain.signatures import SCHEMES
from schemas.meanings import MEANINGS
from tests.contract.channels.wrappings import webhook
from tests.unit.domain.channels.wrong_descriptions import SMALL, WRONG, changed, in_kind
from trunkline.reference.artefact import ROOT

PAGE = (ROOT / "docs" / "declared-providers.md").read_text()
(LIGHTHOUSE,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ROUTES = Routes(namespaces={"acme": UUID("6f2a9c1e-4b7d-4e0a-9c55-0d3f8e71b2a4")}, queue="acme")


def taken(provider: Provider, example: Example) -> Taken:
    body = webhook(example) if example.url or example.headers else example.body
    return take(QueueMessage(channel="sms", body=body), replace(ROUTES, declared=(provider,)))


def outcome(result: Taken) -> tuple[str, ...]:
    rejected = tuple(f"rejected:{each.reason}" for each in result.rejected)
    told = tuple(f"{e.meaning}:{e.status.status}" if e.status else str(e.meaning) for _, e in result.events)
    return (*rejected, *told) or (f"ignored:{result.ignored}",)


def item(provider: Provider, body: Any) -> Item:
    (found,) = provider.items(body, NOTHING_GIVEN)
    assert isinstance(found, Item), found
    return found


def test_page_example_has_no_problems() -> None:
    assert problems(LIGHTHOUSE) == []


@pytest.mark.parametrize("name", described(LIGHTHOUSE).examples)
def test_page_example_is_taken_as_the_page_says(name: str) -> None:
    provider = described(LIGHTHOUSE)
    result = taken(provider, provider.examples[name])
    assert outcome(result) == provider.examples[name].outcome
    assert result.provider == "lighthouse" or outcome(result)[0].startswith("rejected")


def test_page_example_in_full() -> None:
    provider = described(LIGHTHOUSE)
    (payload,) = peel(provider.examples["received_with_a_file"].body)
    received = item(provider, payload.data)  # type: ignore[union-attr]
    assert (received.account, received.provider_id, received.ours) == ("ws_7", "m_82", "tel:+4570101010")
    assert received.contact is not None and received.contact.urn == "tel:+4530112233"
    assert (received.claims, received.provider_time) == (("ws_7", "", "tel:+4570101010"), "2026-11-24T10:07:24.000Z")
    (file,) = received.content.attachments
    assert (file.reference, file.content_type, file.name, file.size) == (
        "https://files.example.org/1.jpg", "image/jpeg", "Table.jpg", 48213
    )  # fmt: skip
    assert (received.content.kind, received.content.text, received.content.fields) == ("image", "", {"type": "message"})
    (payload,) = peel(provider.examples["shown_and_lost"].body)
    _, lost = provider.items(payload.data, NOTHING_GIVEN)  # type: ignore[union-attr]
    assert isinstance(lost, Item) and lost.status is not None
    assert (lost.kind, lost.status.status, lost.status.code, lost.status.category) == (
        "lost", "failed", "stopped", "unsubscribed"
    )  # fmt: skip
    assert (lost.consent, lost.contact and lost.contact.urn) == (("opted_out", "provider"), "tel:+4530112234")
    (signature,) = provider.signatures
    assert (signature.secret, signature.scheme) == ("LIGHTHOUSE_SECRET", "hmac")
    assert signature.parameters == {"header": "X-Lighthouse-Signature", "prefix": "v1="}
    assert (provider.reply.status, provider.reply.body) == (200, "thanks")
    assert {"from", "to", "text", "link", "title", "words"} == provider.personal


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("Of a description", Description),
        ("Of a kind", Kind),
        ("Of `when`", When),
        ("Of `media`", Media),
        ("Of `decode`", Decode),
        ("Of `signatures`", Signed),
        ("Of `reply`", Answered),
        ("Of `examples`", Shown),
    ],
)
def test_page_has_every_key(heading: str, struct: type[msgspec.Struct]) -> None:
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    on_page = re.findall(r"(?m)^\| (\*\*)?(\w+)(?:\*\*)? \|", section)[1:]
    fields = msgspec.structs.fields(struct)
    assert sorted(name for _, name in on_page) == sorted(each.name for each in fields)
    assert {name for bold, name in on_page if bold} == {each.name for each in fields if each.required}


@pytest.mark.parametrize(("text", "problem"), WRONG, ids=[problem[:60] for _, problem in WRONG])
def test_problem_is_told(text: str, problem: str) -> None:
    words = {
        "channels": registry.channels(),
        "meanings": MEANINGS,
        "schemes": sorted(SCHEMES),
        "statuses": get_args(Status),
    }
    assert problem.format(**{name: ", ".join(each) for name, each in words.items()}) in problems(text)


def test_all_problems_are_told_at_once_by_line() -> None:
    text = changed(form="form: xml", sender="sender: a..b", label="labl: SMS")
    found = problems(text)
    assert [each.partition(":")[0] for each in found] == [
        "label",
        "line 5, labl",
        "line 7, form",
        "line 12, kinds.0.sender",
    ]
    with pytest.raises(ValueError, match=r"labl.*\n.*form"):
        described(text)


def test_small_one_has_no_problems() -> None:
    assert problems(SMALL) == []


@pytest.mark.parametrize("meaning", MEANINGS)
def test_a_kind_may_have_any_meaning(meaning: str) -> None:
    """And is what an event of that meaning has to be."""
    text = changed(meaning=f"meaning: {meaning}").replace(
        "sender: from", "sender: from\n    receiver: from\n    about: about"
    )
    text += "    successor: next\n    status: state\n"
    if meaning == "message.status":
        text += "    statuses: {there: delivered}\n"
    if meaning == "consent.changed":
        text += "    consent: opted_out\n"
    found = item(
        described(text), {"id": "1", "from": "+14155550123", "next": "+14155550124", "state": "there", "text": "x"}
    )
    type_ = MEANINGS[found.meaning][0]
    assert found.meaning == meaning
    assert (found.status is not None) == (type_ == "message_status")
    assert (found.call is not None) == (type_ == "call_reported")


@pytest.mark.parametrize(
    ("way", "written"),
    [
        ("percent_utf8", "Gr%C3%BC%C3%9Fe+%2B"),
        ("percent_latin1", "Gr%FC%DFe+%2B"),
        ("percent_utf16be", "%00G%00r%00%FC%00%DF%00e%00+%00%2B"),
        ("hex_utf8", "4772c3bcc39f65202b"),
        ("hex_latin1", "4772FCDF65202B"),
        ("hex_utf16be", "0047007200fc00df00650020002b"),
        ("base64_utf8", "R3LDvMOfZSAr"),
        ("base64_latin1", "R3L832UgKw=="),
        ("base64_utf16be", "AEcAcgD8AN8AZQAgACs="),
    ],
)
def test_text_is_decoded(way: str, written: str) -> None:
    assert decoder(way)(written) == "Grüße +"  # type: ignore[arg-type]


@pytest.mark.parametrize("way", ["hex_utf8", "hex_utf16be", "base64_utf8", "percent_utf16be"])
def test_text_that_is_not_written_so_is_left(way: str) -> None:
    assert decoder(way)("just words!") == "just words!"  # type: ignore[arg-type]


def test_files_are_urls_alone_and_fields_of_a_form_are_repeated() -> None:
    provider = described(changed(form="form: form") + "    media: {items: file}\n")
    (payload,) = peel("id=1&from=%2B14155550123&file=https%3A%2F%2Fa.example%2F1&file=https%3A%2F%2Fa.example%2F2")
    found = item(provider, payload.data)  # type: ignore[union-attr]
    assert [each.reference for each in found.content.attachments] == ["https://a.example/1", "https://a.example/2"]
    assert found.content.kind == "document"


def test_a_shared_id_is_a_message_for_each() -> None:
    provider = described(in_kind("id_is_shared: true"))
    assert item(provider, {"id": "1", "from": "+14155550123"}).message == "1|tel:+14155550123"


def test_a_number_without_country_is_of_the_countrys() -> None:
    provider = described(f"{SMALL}country: KE\n")
    assert (
        item(provider, {"id": "1", "from": "0711000123"}).contact
        == item(provider, {"id": "1", "from": "+254711000123"}).contact
    )


def test_what_is_described_wins_over_what_is_shipped_and_defaults_stay() -> None:
    """A tenant's description is asked first; what is nobody's is still judged by the channel's first provider."""
    mine = described(changed(when="when: {present: MessageSid}", name="name: twilio"))
    twilio = registry.provider("sms", "twilio")
    body = {"MessageSid": "SM1", "AccountSid": "AC1"}
    assert registry.provider_of("sms", body) is twilio
    assert registry.provider_of("sms", body, (mine,)) is mine
    assert registry.provider_of("sms", {}, (mine,)) is twilio
    assert registry.provider("sms", "twilio", (mine,)) is mine
    found = registry.recognise(body, channel="sms", extra=(mine,))
    assert found is not None and found.provider is mine
    found = registry.recognise({}, channel="sms", extra=(mine,))
    assert found is not None and found.provider is twilio
    assert registry.provider_of("email", {"MessageSid": ""}, (mine,)).channel == "email"


def test_what_no_kind_is_for_is_kept_or_rejected() -> None:
    provider = described(SMALL)
    assert item(provider, {"id": "1"}).meaning == "unknown"
    (found,) = provider.items({"text": "x"}, NOTHING_GIVEN)
    assert isinstance(found, Invalid) and str(found) == "SMS event missing required field: id"
