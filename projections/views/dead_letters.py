"""dead_letters: what was given up, with its original bytes; quarantined ones, whose tenant nobody knows, are in `trunkline`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import Id, Small, ViewTable
from projections.text import clean, json_text, moment, original_bytes
from projections.view import Place, Row, Source, View, Write, insert_lowest
from schemas.topics import DEAD_LETTERS
from schemas.values import Raw


class DeadLetter(ViewTable):
    __tablename__ = "dead_letters"
    __table_args__ = (
        Index(None, "parked_at", "id"),
        Index(None, "provider_ids", postgresql_using="gin"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    stage: Mapped[str]
    reason: Mapped[str]
    error: Mapped[str]
    parked_at: Mapped[datetime]
    channel: Mapped[str | None]
    attempts: Mapped[int]
    layers: Mapped[list[Any]]
    provider_ids: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    correlation: Mapped[str | None]
    traceparent: Mapped[str | None]
    origin: Mapped[dict[str, Any]]
    raw: Mapped[bytes | None]
    raw_claim: Mapped[str | None]
    raw_encoding: Mapped[str]
    log_partition: Mapped[Small]
    log_offset: Mapped[int]


class _Letter(Struct, frozen=True, gc=False):
    id: str
    stage: str
    reason: str
    error: str
    at: str
    origin: msgspec.Raw
    content: Raw
    channel: str = ""
    tenant: str = ""
    attempts: int = 1
    layers: msgspec.Raw = msgspec.Raw()
    provider_ids: msgspec.Raw = msgspec.Raw()
    attributes: msgspec.Raw = msgspec.Raw()
    correlation: str | None = None
    trace: str | None = None


_COLUMNS = {
    "id": "uuid",
    "stage": "text",
    "reason": "text",
    "error": "text",
    "parked_at": "timestamptz",
    "channel": "text",
    "attempts": "bigint",
    "layers": "text",
    "provider_ids": "text",
    "attributes": "text",
    "correlation": "text",
    "traceparent": "text",
    "origin": "text",
    "raw": "bytea",
    "raw_claim": "text",
    "raw_encoding": "text",
    "log_partition": "int",
    "log_offset": "bigint",
}
_JSON = {"layers": "jsonb", "provider_ids": "jsonb", "attributes": "jsonb", "origin": "jsonb"}

LETTERS = Write("letters", _COLUMNS, insert_lowest("dead_letters", _COLUMNS, "id", _JSON))


def rows(letter: _Letter, place: Place, nul: bool) -> Iterator[Row]:
    raw, claim = original_bytes(letter.content)
    values = (
        letter.id,
        letter.stage,
        letter.reason,
        letter.error,
        moment(letter.at),
        letter.channel or None,
        letter.attempts,
        json_text(letter.layers, nul) or "[]",
        json_text(letter.provider_ids, nul) or "[]",
        json_text(letter.attributes, nul) or "{}",
        letter.correlation,
        letter.trace,
        json_text(letter.origin, nul) or "{}",
        raw,
        claim,
        letter.content.encoding,
        place.partition,
        place.offset,
    )
    yield LETTERS, letter.tenant, tuple(clean(v) if type(v) is str else v for v in values) if nul else values


VIEW = View(
    name="dead_letters",
    version=1,
    tables=(DeadLetter,),
    writes=(LETTERS,),
    sources=(Source(DEAD_LETTERS, _Letter, rows),),
)
