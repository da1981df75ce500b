"""Every record of a topic has an example of ours that the exported schema and the types of the code agree upon."""

import json
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from jsonschema import Draft202012Validator

from domain.aggregates import Context, aggregates
from domain.intake import QueueMessage, Routes, take
from schemas.events import AggregateParked, AggregateReleased, AnyEvent, InputHeld
from schemas.identity import split_key
from schemas.meanings import InboundType
from schemas.receipts import Outcome
from schemas.records import RECORDS

ROOT = Path(__file__).parents[3] / "schemas"
ROUTES = Routes(namespaces={"acme": UUID("6f2a9c1e-4b7d-4e0a-9c55-0d3f8e71b2a4")}, queue="acme")
EXAMPLES = sorted((ROOT / "examples").glob("*/*.json"))


def example(path: Path) -> Any:
    return json.loads(path.read_text())


def record(path: Path) -> Any:
    return msgspec.json.decode(path.read_bytes(), type=RECORDS[path.parent.name].type)


def exported(topic: str) -> Any:
    return json.loads((ROOT / "exported" / f"{topic}.schema.json").read_text())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_is_valid_and_survives_the_types(path: Path) -> None:
    topic = path.parent.name
    Draft202012Validator(exported(topic)).validate(example(path))
    record = msgspec.json.decode(path.read_bytes(), type=RECORDS[topic].type, strict=True)
    assert json.loads(msgspec.json.encode(record)) == example(path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_readers_take_records_with_more_fields(path: Path) -> None:
    topic = path.parent.name
    more = example(path) | {"a_field_of_tomorrow": {"x": [1]}}
    Draft202012Validator(exported(topic)).validate(more)
    msgspec.json.decode(json.dumps(more).encode(), type=RECORDS[topic].type)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_schema_and_types_refuse_the_same(path: Path) -> None:
    """Each required field taken away, and each field turned into another type, is refused by both."""
    topic = path.parent.name
    validator = Draft202012Validator(exported(topic))
    decode = msgspec.json.Decoder(RECORDS[topic].type, strict=True).decode
    for field in example(path):
        for wrong in (_without(example(path), field), example(path) | {field: _other(example(path)[field])}):
            try:
                decode(json.dumps(wrong).encode())
                taken = True
            except msgspec.ValidationError:
                taken = False
            assert validator.is_valid(wrong) == taken, (field, wrong)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_has_no_field_that_says_nothing(path: Path) -> None:
    """Empty objects and lists, nulls and defaults are left out, so that examples show what readers will see."""
    for value in example(path).values():
        assert value not in (None, "", [], {})


def _without(record: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != field}


def _other(value: Any) -> Any:
    return 7 if isinstance(value, str | list | dict) else "seven"


@pytest.mark.parametrize(
    "path", [p for p in EXAMPLES if p.parent.name == "comms.inbound.v1"], ids=lambda path: path.stem
)
def test_inbound_example_is_what_its_bytes_come_to(path: Path) -> None:
    event = record(path)
    if event.content.raw.encoding == "claim":
        return
    body = event.content.raw.data
    message = QueueMessage(
        channel=event.channel, body=body, sent_at=event.queue_time, correlation=event.correlation, trace=event.trace
    )
    aggregate = "account" if event.type == "account_event" else "contact"
    assert take(message, ROUTES).events == ((f"acme:{aggregate}:{event.contact}", event),)


def test_decisions_tell_one_story() -> None:
    """Versions of each aggregate follow each other, and what a decider said it says again, from the same state and input."""
    inputs = {each.id: each for each in map(record, EXAMPLES) if hasattr(each, "id")}
    decisions = [record(path) for path in EXAMPLES if path.parent.name == "comms.decisions.v1"]
    policy = record(ROOT / "examples" / "comms.settings.v1" / "tenant.json").policy
    states: dict[str, tuple[int, Any]] = {}
    decided = 0
    for decision in sorted(decisions, key=lambda each: (each.aggregate, each.version)):
        aggregate = aggregates()[split_key(decision.aggregate)[1]]
        version, state = states.get(decision.aggregate, (0, aggregate.initial()))
        assert decision.version == version + 1
        if not isinstance(decision.events[0], AggregateParked | InputHeld | AggregateReleased):
            context = Context(decision.at, decision.settings, policy)
            assert tuple(aggregate.decide(state, inputs[decision.cause], context)) == decision.events
            decided += 1
            for event in decision.events:
                state = aggregate.evolve(state, event)
        states[decision.aggregate] = decision.version, state
    assert decided == len(decisions) - 3


def test_every_topic_has_examples() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(RECORDS)


@pytest.mark.parametrize("topic", RECORDS)
def test_every_kind_of_record_has_an_example(topic: str) -> None:
    shown = {path.stem: example(path) for path in EXAMPLES if path.parent.name == topic}
    match topic:
        case "comms.inbound.v1":
            assert {each["type"] for each in shown.values()} == set(get_args(InboundType))
        case "comms.decisions.v1":
            told = {event["type"] for each in shown.values() for event in each.get("events", ())}
            assert told == {each.__struct_config__.tag for each in get_args(AnyEvent)}
        case "comms.receipts.v1":
            assert {r["status"] for each in shown.values() for r in each["receipts"]} == set(get_args(Outcome))
        case "comms.dead-letters.v1":
            assert {each["content"].get("encoding", "utf-8") for each in shown.values()} >= {"utf-8", "base64"}
        case _:
            tags = {each.__struct_config__.tag for each in get_args(RECORDS[topic].type)}
            assert {each["type"] for each in shown.values()} == tags
