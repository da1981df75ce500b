"""The checker finds every way of breaking a promise, and nothing where none is broken."""

from copy import deepcopy
from typing import Any, Literal

import msgspec
import pytest
from msgspec import Struct

from schemas.records import RECORDS
from trunkline.reference.compatibility import breaks


class Inner(Struct, omit_defaults=True):
    a: str
    b: int | None = None


class Opened(Struct, tag="opened", tag_field="type"):
    at: str


class Closed(Struct, tag="closed", tag_field="type"):
    at: str


class Reopened(Struct, tag="reopened", tag_field="type"):
    at: str


class Record(Struct, omit_defaults=True):
    id: str
    state: Literal["on", "off"]
    inner: Inner
    events: tuple[Opened | Closed, ...]
    pair: tuple[str, int] = ("", 0)
    names: dict[str, int] = {}
    note: str = ""
    count: int = 1
    parent: "Record | None" = None


def schema(type_: Any = Record) -> dict[str, Any]:
    return msgspec.json.schema(type_)


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The record's schema with one node replaced, or taken away when the value is None."""
    new = deepcopy(schema())
    *way, last = path.split("/")
    node: Any = new["$defs"]
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return new


FIELDS = "Record/properties"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (f"{FIELDS}/note", None, "record.note is gone"),
        (f"{FIELDS}/note/type", "integer", "record.note: type was 'string' and is 'integer'"),
        (f"{FIELDS}/note/maxLength", 10, "record.note: maxLength was 'not set' and is 10"),
        (f"{FIELDS}/count/default", 2, "record.count: default was 1 and is 2"),
        (f"{FIELDS}/state/enum", ["on"], "record.state may no longer be 'off'"),
        (f"{FIELDS}/state", {"type": "string"}, "record.state takes any value now"),
        (f"{FIELDS}/id/enum", ["x"], "record.id takes only some values now"),
        (f"{FIELDS}/id", {"anyOf": [{"type": "string"}, {"type": "null"}]}, "record.id may now be null, which its readers do not know"),
        (f"{FIELDS}/pair/prefixItems/1/type", "string", "record.pair[1]: type was 'integer' and is 'string'"),
        (f"{FIELDS}/names/additionalProperties/type", "string", "record.names{}: type was 'integer' and is 'string'"),
        ("Inner/properties/a/type", "integer", "record.inner.a: type was 'string' and is 'integer'"),
        ("Inner/properties/b/anyOf", [{"type": "integer"}], "record.inner.b may no longer be null"),
        ("Closed/properties/at", None, "record.events[]<type=closed>.at is gone"),
        ("Record/required", ["id", "state", "inner", "events", "note"], "record.note is required now; records without it exist"),
        ("Record/required", ["id", "state", "inner"], "record.events is no longer required; its readers rely on it"),
        ("Record/additionalProperties", False, "record{} changed from True to False"),
    ],
)  # fmt: skip
def test_a_broken_promise_is_named(path: str, value: Any, said: str) -> None:
    assert said in breaks(schema(), changed(path, value))


def test_a_kind_of_record_may_come_but_not_go() -> None:
    class More(Struct):
        events: tuple[Opened | Closed | Reopened, ...]

    class Fewer(Struct):
        events: tuple[Opened | Closed, ...]

    assert breaks(schema(Fewer), schema(More)) == []
    assert breaks(schema(More), schema(Fewer)) == ["record.events[] may no longer be type=reopened"]


def test_one_kind_may_become_several_tagged_ones() -> None:
    assert breaks(schema(Opened), schema(Opened | Closed)) == []


def test_what_is_added_breaks_nothing() -> None:
    for path, value in [
        (f"{FIELDS}/shoe_size", {"type": "integer", "default": 0}),
        (f"{FIELDS}/state/enum", ["on", "off", "standby"]),
        ("Record/description", "other words"),
        ("Inner/properties/c", {"type": "string", "default": ""}),
    ]:
        assert breaks(schema(), changed(path, value)) == []


@pytest.mark.parametrize("topic", RECORDS)
def test_a_schema_is_compatible_with_itself(topic: str) -> None:
    one = schema(RECORDS[topic].type)
    assert breaks(one, one) == []


@pytest.mark.parametrize("topic", RECORDS)
def test_every_field_of_our_records_is_looked_at(topic: str) -> None:
    """Whatever property of whatever record goes away, the checker says so."""
    old = schema(RECORDS[topic].type)
    for name, definition in old["$defs"].items():
        for field in definition["properties"]:
            new = deepcopy(old)
            del new["$defs"][name]["properties"][field]
            assert breaks(old, new), f"{name}.{field} went away unseen"
