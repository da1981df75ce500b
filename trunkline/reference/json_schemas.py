"""schemas/exported/<topic>.schema.json: JSON Schema 2020-12 of the records of each topic, for readers without our code.

schemas/exported/released/<version>/ holds what was promised with each release. `accept` adds the present one; a promise is never
taken back.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from runtime.errors import ProblemsFound
from schemas.records import RECORDS
from trunkline.reference.artefact import ROOT, Artefact, write
from trunkline.reference.compatibility import breaks

FOLDER = "schemas/exported"
RELEASED = f"{FOLDER}/released"


def schema_of(topic: str) -> dict[str, Any]:
    """The JSON Schema of one topic's records, as it reads back from a file."""
    record = RECORDS[topic]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:trunkline:schema:{record.ce_type}",
    }
    body = _tidied(msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(record.type))))
    return {**head, **body}


def _tidied(node: Any) -> Any:
    """Docstrings keep the indentation of the source: one space instead."""
    if isinstance(node, list):
        return [_tidied(each) for each in node]
    if not isinstance(node, dict):
        return node
    tidied = {word: _tidied(value) for word, value in node.items()}
    if isinstance(tidied.get("description"), str):
        tidied["description"] = " ".join(tidied["description"].split())
    return tidied


def _artefact(folder: str, topic: str) -> Artefact:
    return Artefact(
        f"{folder}/{topic}.schema.json", lambda: json.dumps(schema_of(topic), indent=2, ensure_ascii=False) + "\n"
    )


def artefacts() -> tuple[Artefact, ...]:
    """The schemas of the working tree."""
    return tuple(_artefact(FOLDER, topic) for topic in RECORDS)


def broken_promises(root: Path = ROOT) -> list[str]:
    """How the code's schemas break what some release promised, one sentence each."""
    problems = []
    for path in sorted((root / RELEASED).glob("*/*.schema.json")):
        topic = path.name.removesuffix(".schema.json")
        if topic not in RECORDS:
            problems.append(f"{topic}, promised in {path.parent.name}, is gone")
            continue
        found = breaks(json.loads(path.read_text()), schema_of(topic))
        problems += [f"{topic}, promised in {path.parent.name}: {each}" for each in found]
    return problems


def accept(root: Path = ROOT) -> list[str]:
    """Makes the present schemas the promise of this version; gives the paths written. Raises ProblemsFound when they break an
    earlier one, this version's own included."""
    if problems := broken_promises(root):
        raise ProblemsFound(
            "\n".join([*problems, "Nothing was accepted. A change like this needs a new topic (docs/topics.md)."])
        )
    folder = f"{RELEASED}/{version('trunkline')}"
    return write((_artefact(folder, topic) for topic in RECORDS), root)
