"""What every provider promises: it joins by existing. Each example twice, in every wrapping, with fields of tomorrow (T-06, T-12)."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest

from domain.channels.provider import REDACTED, Example, Provider, redacted
from domain.channels.registry import channels, provider_of, providers
from domain.intake import QueueMessage, Routes, Taken, take
from domain.peeling import peel
from schemas.inbound import InboundEvent
from schemas.values import Content, MessageStatus, Person
from tests.contract.channels.wrappings import WRAPPINGS

NAMESPACE = UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
ROUTES = Routes({"acme": NAMESPACE}, "acme")
PROVIDERS = [provider for channel in channels() for provider in providers(channel)]
EXAMPLES = [(provider, name) for provider in PROVIDERS for name in provider.examples]
TOKEN = "0f" * 16

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: f"{p.channel}/{p.name}")
each_example = pytest.mark.parametrize(
    ("provider", "name"), EXAMPLES, ids=[f"{p.channel}/{p.name}/{name}" for p, name in EXAMPLES]
)


def taken(provider: Provider, body: str) -> Taken:
    return take(QueueMessage(channel=provider.channel, body=body, sent_at="2026-11-24T10:07:24.540Z"), ROUTES)


def outcome(result: Taken) -> tuple[str, ...]:
    """As examples put it; what was rejected stands before what was taken."""
    found = [f"rejected:{each.reason}" for each in result.rejected]
    found += [f"{event.type}:{event.status.status}" if event.status else event.type for _, event in result.events]
    return tuple(found) if found else (f"ignored:{result.ignored}",)


def told(result: Taken) -> list[tuple[str, InboundEvent]]:
    """The events without what depends on the wrapping."""
    return [
        (key, msgspec.structs.replace(event, layers=(), content=_without_raw(event))) for key, event in result.events
    ]


def _without_raw(event: InboundEvent) -> Any:
    return msgspec.structs.replace(event.content, raw=None)


def example(provider: Provider, name: str) -> Example:
    return provider.examples[name]


@each_provider
def test_provider_says_where_its_facts_come_from(provider: Provider) -> None:
    assert provider in providers(provider.channel)
    assert all(source.startswith("https://") for source in provider.source)
    assert provider.source and provider.personal and provider.label


@each_provider
def test_examples_show_messages_reports_and_what_is_invalid(provider: Provider) -> None:
    shown = {kind.partition(":")[0] for each in provider.examples.values() for kind in each.outcome}
    assert {"message_received", "message_status", "provider_event", "rejected"} <= shown


@each_example
def test_example_comes_to_what_it_says(provider: Provider, name: str) -> None:
    assert outcome(taken(provider, example(provider, name).body)) == example(provider, name).outcome


@each_example
def test_every_wrapping_gives_the_same(provider: Provider, name: str) -> None:
    body = example(provider, name).body
    plain = taken(provider, body)
    for wrapping, (wrap, layers) in WRAPPINGS.items():
        wrapped = taken(provider, wrap(body))
        assert outcome(wrapped) == outcome(plain), wrapping
        assert told(wrapped) == told(plain), wrapping
        assert wrapped.layers[: len(layers)] == layers, wrapping
        for _, event in wrapped.events:
            assert event.content.raw and event.content.raw.data == wrap(body), wrapping


@each_example
def test_twice_is_once(provider: Provider, name: str) -> None:
    body = example(provider, name).body
    first, again = taken(provider, body), taken(provider, body)
    assert first == again
    ids = [event.id for _, event in first.events]
    assert len(set(ids)) == len(ids)


@each_example
def test_events_survive_the_topic_unchanged(provider: Provider, name: str) -> None:
    for key, event in taken(provider, example(provider, name).body).events:
        again = msgspec.json.decode(msgspec.json.encode(event), type=InboundEvent, strict=True)
        assert again == event
        assert key == f"acme:contact:{event.contact}"
        assert UUID(event.id).version == UUID(event.contact).version == UUID(event.thread).version == 5
        assert event.status is None or event.status.status in set(MessageStatus)


@each_example
def test_fields_of_tomorrow_change_nothing_but_themselves(provider: Provider, name: str) -> None:
    body = example(provider, name).body
    plain = taken(provider, body)
    if not plain.events:
        return
    more = taken(provider, _with_more(body))
    assert outcome(more) == outcome(plain)
    assert [(key, event.id, event.message) for key, event in more.events] == [
        (k, e.id, e.message) for k, e in plain.events
    ]


def _with_more(body: str) -> str:
    if body.startswith("{"):
        return json.dumps(json.loads(body) | {"fieldOfTomorrow": {"x": [1, None, "y"]}, "Another": ""})
    return f"FieldOfTomorrow={quote('1 & 2 = ü')}&{body}&Another="


@each_example
def test_ids_differ_between_tenants(provider: Provider, name: str) -> None:
    message = QueueMessage(channel=provider.channel, body=example(provider, name).body)
    other = take(message, Routes({"bistro": UUID(int=1)}, "bistro"))
    for (_, ours), (key, theirs) in zip(take(message, ROUTES).events, other.events, strict=True):
        assert {ours.id, ours.contact, ours.thread, ours.message}.isdisjoint(
            {theirs.id, theirs.contact, theirs.thread, theirs.message}
        )
        assert key.startswith("bistro:")


@each_example
def test_personal_fields_can_be_taken_out(provider: Provider, name: str) -> None:
    """Nothing of a redacted payload still says who somebody is (T-55)."""
    for event in (event for _, event in taken(provider, example(provider, name).body).events):
        shown = json.dumps([redacted(p.data, provider.personal) for p in peel(example(provider, name).body)])  # type: ignore[union-attr]
        assert REDACTED in shown
        for secret in (event.person.address.partition(":")[2], event.content.text):
            assert not secret or len(secret) < 5 or secret not in shown


@each_example
def test_personal_data_is_in_person_and_content_alone(provider: Provider, name: str) -> None:
    for _, event in taken(provider, example(provider, name).body).events:
        outside = msgspec.json.encode(msgspec.structs.replace(event, person=Person(""), content=Content())).decode()
        secrets = [
            event.person.address.partition(":")[2].lstrip("+"),
            event.person.name,
            event.content.text,
            event.content.subject,
        ]
        assert not [secret for secret in secrets if secret and len(secret) > 4 and secret in outside]


@each_provider
def test_recognises_its_own_examples(provider: Provider) -> None:
    for each in provider.examples.values():
        if not each.outcome[0].startswith(("rejected", "ignored")):
            assert provider_of(provider.channel, peel(each.body)[0].data) is provider  # type: ignore[union-attr]


@each_provider
def test_builds_test_messages(provider: Provider) -> None:
    fields = {"from_number": "+1234567890", "to_number": "+0987654321", "from_email": "test@example.com"}
    fields |= {"to_email": "user@example.com", "subject": "Test Email", "body": "Hello, this is a test message"}
    assert "message_received" in provider.build
    for type_, build in provider.build.items():
        result = taken(provider, build(fields, TOKEN))
        assert len(result.events) == 1, type_
        assert result == taken(provider, build(fields, TOKEN))
        assert result.events[0][1].id != taken(provider, build(fields, "e1" * 16)).events[0][1].id
    received = taken(provider, provider.build["message_received"](fields, TOKEN)).events[0][1]
    assert received.type == "message_received" and received.direction == "inbound"
    assert (received.content.text or "").strip() == fields["body"]


@each_provider
def test_building_names_the_fields_that_are_missing(provider: Provider) -> None:
    for build in provider.build.values():
        with pytest.raises(ValueError, match="missing: from_"):
            build({}, TOKEN)


def test_a_channel_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        providers("pigeon")
