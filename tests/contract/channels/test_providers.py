"""What every provider promises: it joins by existing. Each example twice, in every wrapping, signed and changed, with fields of
tomorrow (T-06, T-12)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import pytest

from domain.channels.promises import broken_promises
from domain.channels.provider import REDACTED, Example, Provider, redacted
from domain.channels.registry import channels, provider_of, providers, recognise
from domain.door import Judged, Secrets, judge
from domain.intake import QueueMessage, Routes, Taken, take
from domain.peeling import Payload, Unreadable, peel
from domain.reading import given_with
from domain.signatures import Request
from schemas.inbound import InboundEvent
from schemas.meanings import MEANINGS
from schemas.values import Content, MessageStatus, Person
from tests.contract.channels.wrappings import WRAPPINGS, needs_http, queued

NAMESPACE = UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
ROUTES = Routes({"acme": NAMESPACE}, "acme")
PROVIDERS = [provider for channel in channels() for provider in providers(channel)]
TOKEN = "0f" * 16

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: f"{p.channel}/{p.name}")


@pytest.fixture(autouse=True)
def _whoever_has_no_secret_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that sign everything: examples bear no signatures, which tests of the door and of each scheme are about."""

    def unsigned(provider: Provider, request: Request | None, secrets: Secrets, now: int) -> Judged:
        return judge(provider._replace(signatures=()), request, secrets, now)

    monkeypatch.setattr("domain.intake.judge", unsigned)


def taken(provider: Provider, body: str) -> Taken:
    return take(QueueMessage(channel=provider.channel, body=body, sent_at="2026-11-24T10:07:24.540Z"), ROUTES)


def outcome(result: Taken) -> tuple[str, ...]:
    """As examples put it; what was rejected stands before what was taken."""
    found = [f"rejected:{each.reason}" for each in result.rejected]
    found += [f"{event.meaning}:{event.status.status}" if event.status else event.meaning for _, event in result.events]
    return tuple(found) if found else (f"ignored:{result.ignored}",)


def told(result: Taken) -> list[tuple[str, InboundEvent]]:
    """The events without what depends on the wrapping."""
    return [
        (
            key,
            msgspec.structs.replace(
                event,
                layers=(),
                verification="not_verifiable",
                content=msgspec.structs.replace(event.content, raw=None),
            ),
        )
        for key, event in result.events
    ]


@each_provider
def test_provider_says_where_its_facts_come_from(provider: Provider) -> None:
    assert provider in providers(provider.channel)
    assert all(source.startswith("https://") for source in provider.source)
    assert provider.source and provider.personal and provider.label


@each_provider
def test_examples_show_what_is_known_what_is_unknown_and_what_is_invalid(provider: Provider) -> None:
    shown = {kind.partition(":")[0] for each in provider.examples.values() for kind in each.outcome}
    assert {"unknown", "rejected"} <= shown
    assert shown & (MEANINGS.keys() - {"unknown"})
    assert shown - {"rejected", "ignored"} <= MEANINGS.keys()


@each_provider
def test_example_comes_to_what_it_says(provider: Provider) -> None:
    for name, case in provider.examples.items():
        assert outcome(taken(provider, queued(case))) == case.outcome, name


@each_provider
def test_every_wrapping_gives_the_same(provider: Provider) -> None:
    for name, case in provider.examples.items():
        plain = taken(provider, queued(case))
        for wrapping, (wrap, layers, http) in WRAPPINGS.items():
            if needs_http(case) and not http:
                continue
            wrapped = taken(provider, wrap(case))
            assert outcome(wrapped) == outcome(plain), (name, wrapping)
            assert told(wrapped) == told(plain), (name, wrapping)
            assert wrapped.layers[: len(layers)] == layers, wrapping
            for _, event in wrapped.events:
                assert event.content.raw and event.content.raw.data == wrap(case), wrapping


@each_provider
def test_twice_is_once(provider: Provider) -> None:
    for name, case in provider.examples.items():
        body = queued(case)
        first, again = taken(provider, body), taken(provider, body)
        assert first == again, name
        ids = [event.id for _, event in first.events]
        assert len(set(ids)) == len(ids)


@each_provider
def test_different_examples_are_different_events(provider: Provider) -> None:
    """Save for those that repeat another one on purpose: their names begin with its name and end with `_again`."""
    seen: dict[str, str] = {}
    for name, case in provider.examples.items():
        for _, event in taken(provider, queued(case)).events:
            other = seen.setdefault(event.id, name)
            assert other == name or name.endswith("_again"), (other, name)


@each_provider
def test_events_survive_the_topic_unchanged(provider: Provider) -> None:
    for name, case in provider.examples.items():
        for key, event in taken(provider, queued(case)).events:
            again = msgspec.json.decode(msgspec.json.encode(event), type=InboundEvent, strict=True)
            assert again == event, name
            assert key in (f"acme:contact:{event.contact}", f"acme:account:{event.contact}")
            assert UUID(event.id).version == UUID(event.contact).version == UUID(event.thread).version == 5
            assert event.status is None or event.status.status in set(MessageStatus)
            assert (event.status is not None) == (event.type in ("message_status", "thread_status"))
            assert (event.call is not None) == (event.type == "call_reported")


@each_provider
def test_fields_of_tomorrow_change_nothing_but_themselves(provider: Provider) -> None:
    for name, case in provider.examples.items():
        plain = taken(provider, queued(case))
        if not plain.events:
            continue
        more = taken(provider, queued(case._replace(body=_with_more(case.body))))
        assert outcome(more) == outcome(plain), name
        assert [(key, event.id, event.message) for key, event in more.events] == [
            (k, e.id, e.message) for k, e in plain.events
        ]


def _with_more(body: str) -> str:
    if body.startswith(("{", "[")):
        return json.dumps(_more_in_all(json.loads(body)))
    if body.startswith("--") or not body:
        return body
    return f"FieldOfTomorrow={quote('1 & 2 = ü')}&{body}&Another="


def _more_in_all(data: Any) -> Any:
    """In the whole and, in a list, in each of its objects."""
    if isinstance(data, list):
        return [_more_in_all(each) for each in data]
    return data | {"fieldOfTomorrow": {"x": [1, None, "y"]}, "Another": ""} if isinstance(data, dict) else data


@each_provider
def test_ids_differ_between_tenants(provider: Provider) -> None:
    for case in provider.examples.values():
        message = QueueMessage(channel=provider.channel, body=queued(case))
        other = take(message, Routes({"bistro": UUID(int=1)}, "bistro"))
        for (_, ours), (key, theirs) in zip(take(message, ROUTES).events, other.events, strict=True):
            assert {ours.id, ours.contact, ours.thread, ours.message}.isdisjoint(
                {theirs.id, theirs.contact, theirs.thread, theirs.message}
            )
            assert key.startswith("bistro:")


@each_provider
def test_personal_fields_can_be_taken_out(provider: Provider) -> None:
    """Nothing of a redacted payload still says who somebody is (T-55)."""
    for name, case in provider.examples.items():
        secrets = _secrets(taken(provider, queued(case)))
        for payload in _payloads(case):
            shown = json.dumps(
                redacted(payload.data, provider.personal), default=lambda _: REDACTED, ensure_ascii=False
            )
            assert not [secret for secret in secrets if secret in shown], (name, shown)


@each_provider
def test_nothing_personal_stands_outside_of_person_and_content(provider: Provider) -> None:
    for name, case in provider.examples.items():
        for _, event in (result := taken(provider, queued(case))).events:
            outside = msgspec.json.encode(msgspec.structs.replace(event, person=Person(""), content=Content())).decode()
            assert not [secret for secret in _secrets(result) if secret in outside], name


def _secrets(result: Taken) -> list[str]:
    """What tells who somebody is or what they said. Addresses that only a provider knows are its ids, and no names."""
    found: list[str | None] = []
    for _, event in result.events:
        scheme, _, address = event.person.address.partition(":")
        content = event.content
        found += [event.person.name, content.text, content.subject, content.html]
        if scheme in ("tel", "mailto", "whatsapp"):
            found.append(address.lstrip("+"))
    return [secret for secret in found if secret and len(secret) > 4]


def _payloads(case: Example) -> Iterator[Payload]:
    try:
        yield from (found for found in peel(queued(case)) if isinstance(found, Payload))
    except Unreadable:
        return


@each_provider
def test_recognises_its_own_examples_and_nobody_else_does(provider: Provider) -> None:
    for name, case in provider.examples.items():
        if case.outcome[0].startswith(("rejected", "ignored")):
            continue
        for payload in _payloads(case):
            assert provider_of(provider.channel, payload.data) is provider, name
            others = [
                other.name
                for other in providers(provider.channel)
                if other is not provider and other.recognises(payload.data)
            ]
            assert not others, name


@each_provider
def test_is_found_without_being_told(provider: Provider) -> None:
    """By the payload's shape alone, its channel too, where no other channel speaks the same language."""
    for name, case in provider.examples.items():
        if case.outcome[0].startswith(("rejected", "ignored")):
            continue
        for payload in _payloads(case):
            found = recognise(payload.data, given_with(payload.request))
            assert found is not None and found.provider.name == provider.name, (name, found and found.why)


@each_provider
@pytest.mark.parametrize(
    "data", [None, True, 0, 1.5, "", "text", [], {}, [[]], [{}], {"a": {}}, ["a", 1, None]], ids=str
)
def test_any_json_is_an_outcome(provider: Provider, data: Any) -> None:
    assert provider.recognises(data) is False
    taken(provider, json.dumps(data))


@each_provider
def test_outsiders_check_finds_nothing(provider: Provider) -> None:
    assert broken_promises(provider) == []


@each_provider
def test_builds_test_messages(provider: Provider) -> None:
    fields = {"from_number": "+1234567890", "to_number": "+0987654321", "from_email": "test@example.com"}
    fields |= {"to_email": "user@example.com", "subject": "Test Email", "body": "Hello, this is a test message"}
    for type_, build in provider.build.items():
        result = taken(provider, build(fields, TOKEN))
        assert len(result.events) == 1, type_
        assert result == taken(provider, build(fields, TOKEN))
        assert result.events[0][1].id != taken(provider, build(fields, "e1" * 16)).events[0][1].id
        with pytest.raises(ValueError, match="missing: "):
            build({}, TOKEN)
    if "message_received" in provider.build:
        received = taken(provider, provider.build["message_received"](fields, TOKEN)).events[0][1]
        assert received.type == "message_received" and received.direction == "inbound"
        assert (received.content.text or "").strip() == fields["body"]


def test_a_channel_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        providers("pigeon")
