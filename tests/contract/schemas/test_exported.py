"""The exported schemas are those of the code, and no promise of a release is broken."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from runtime.errors import ProblemsFound
from schemas.records import RECORDS
from trunkline.reference import json_schemas
from trunkline.reference.artefact import ROOT, drift, write


def test_exported_schemas_are_those_of_the_code() -> None:
    assert drift(json_schemas.artefacts()) == []


def test_no_promise_is_broken() -> None:
    assert json_schemas.broken_promises() == []


def test_something_was_promised_for_every_topic() -> None:
    promised = {
        path.name.removesuffix(".schema.json") for path in (ROOT / json_schemas.RELEASED).glob("*/*.schema.json")
    }
    assert promised == set(RECORDS)


@pytest.mark.parametrize("topic", RECORDS)
def test_schema_is_a_schema_with_an_id_of_its_own(topic: str) -> None:
    schema = json_schemas.schema_of(topic)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:trunkline:schema:{RECORDS[topic].ce_type}"


def test_ids_are_distinct() -> None:
    assert len({record.ce_type for record in RECORDS.values()}) == len(RECORDS)


def test_every_producer_names_an_exported_schema() -> None:
    """The type that a room writes into its headers leads, by `ce_dataschema`, to the `$id` of a schema."""
    rooms = ("bridge", "streams", "projections", "api", "trunkline")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = {name for path in sources for name in re.findall(r'fixed_headers\(\s*"([^"]+)"', path.read_text())}
    assert named == {record.ce_type for record in RECORDS.values()}


def test_accepting_keeps_an_earlier_promise(tmp_path: Path) -> None:
    assert len(json_schemas.accept(tmp_path)) == len(RECORDS)
    assert json_schemas.accept(tmp_path) == []
    old = next(tmp_path.glob(f"{json_schemas.RELEASED}/*/comms.inbound.v1.schema.json"))
    earlier = tmp_path / json_schemas.RELEASED / "0.0.1" / old.name
    schema = json.loads(old.read_text())
    schema["$defs"]["InboundEvent"]["properties"]["shoe_size"] = {"type": "integer", "default": 0}
    earlier.parent.mkdir()
    earlier.write_text(json.dumps(schema))
    assert json_schemas.broken_promises(tmp_path) == ["comms.inbound.v1, promised in 0.0.1: record.shoe_size is gone"]
    with pytest.raises(ProblemsFound, match="shoe_size"):
        json_schemas.accept(tmp_path)


def test_a_topic_that_was_promised_does_not_vanish(tmp_path: Path) -> None:
    gone = tmp_path / json_schemas.RELEASED / "0.0.1" / "comms.gone.v1.schema.json"
    gone.parent.mkdir(parents=True)
    gone.write_text("{}")
    assert json_schemas.broken_promises(tmp_path) == ["comms.gone.v1, promised in 0.0.1, is gone"]


def test_drift_is_seen(tmp_path: Path) -> None:
    one = json_schemas.artefacts()[0]
    assert drift([one], tmp_path) == [f"{one.path} is missing: run `make docs`"]
    assert write([one], tmp_path) == [one.path]
    assert drift([one], tmp_path) == []
    assert write([one], tmp_path) == []
    path = tmp_path / one.path
    path.write_text(path.read_text().replace('"InboundEvent"', '"OutboundEvent"', 1))
    assert drift([one], tmp_path) == [f"{one.path} differs from the code: run `make docs` and commit what it writes"]
