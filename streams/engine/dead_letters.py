"""Records that can never be decided go to comms.dead-letters.v1, durable before their source is acknowledged (law 4)."""

import hashlib
from typing import Any
from uuid import NAMESPACE_URL

import msgspec

from schemas.dead_letters import DeadLetter, Origin
from schemas.envelope import Header, fixed_headers, headers
from schemas.identity import derived
from schemas.times import text_of
from schemas.values import Raw
from streams.engine.parking import raw_of

LARGEST = 600_000
"""Bytes of a record that is copied into its dead letter. A larger one stays where it is, its dead letter says where."""
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999; a foreign producer can stamp anything."""
HEADERS = fixed_headers("trunkline.dead-letter.v1", "trunkline/streams")
NOBODY = "trunkline"
"""The tenant of what has none: such rows go to the schema of that name (DESIGN.md 8, Names)."""
_encode = msgspec.json.Encoder().encode


def dead_letter(
    topic: str, record: Any, tenant: str, reason: str, error: str
) -> tuple[bytes | None, bytes, list[Header]]:
    """Key, value and headers of the dead letter for one record of the source `topic` (name without prefix)."""
    place = f"kafka:{topic}/{record.partition}/{record.offset}"
    data = record.value or b""
    raw = raw_of(data)
    if len(data) > LARGEST:
        raw = Raw(place, "claim", len(data), hashlib.sha256(data).hexdigest())
    id_, at = derived(NAMESPACE_URL, f"{place}#decode"), text_of(min(max(record.timestamp, 0), LATEST))
    letter = DeadLetter(
        id=id_,
        stage="decode",
        reason=reason,
        error=error,
        at=at,
        tenant=tenant,
        origin=Origin(topic=topic, partition=record.partition, offset=record.offset),
        content=raw,
    )
    subject = record.key or b"-"
    return record.key, _encode(letter), headers(HEADERS, id_=id_, subject=subject, time=at, tenant=tenant or NOBODY)
