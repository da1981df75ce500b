"""Records that a view cannot show go to comms.dead-letters.v1, durable before the position passes them (law 4)."""

import asyncio
import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL

import msgspec
from aiokafka import AIOKafkaProducer

from projections.fold import Letter
from projections.log import BROKER_TROUBLE
from runtime import metrics
from schemas.dead_letters import DeadLetter, Origin
from schemas.envelope import Header, fixed_headers, headers
from schemas.identity import derived
from schemas.times import text_of
from schemas.values import Raw

LARGEST = 600_000
"""Bytes of a record that is copied into its dead letter. A larger one stays where it is, its dead letter says where."""
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999; a foreign producer can stamp anything."""
STOP_SECONDS = 3
HEADERS = fixed_headers("trunkline.dead-letter.v1", "trunkline/projections")
NOBODY = "trunkline"
"""The tenant of what has none, as the other rooms' dead letters say it."""
_encode = msgspec.json.Encoder().encode


class DeadLetters:
    """Writes dead letters of one view. client: keyword arguments for aiokafka; topic: full name."""

    def __init__(self, client: Mapping[str, Any], topic: str, view: str) -> None:
        self.client, self.topic, self.view = dict(client), topic, view
        self._producer: AIOKafkaProducer | None = None

    async def write(self, letters: Iterable[Letter]) -> None:
        """Returns when all of them are on disk. Raises KafkaError, OSError or TimeoutError when that is not known; writing them
        again is harmless, they bear the same ids."""
        try:
            if self._producer is None:
                producer = AIOKafkaProducer(acks="all", max_request_size=2_000_000, **self.client)
                await producer.start()
                self._producer = producer
            sent = []
            for letter in letters:
                key, value, all_ = record_of(letter, self.view)
                sent.append((letter, await self._producer.send(self.topic, value, key=key, headers=all_)))
            for letter, acked in sent:
                await acked
                metrics.DEAD_LETTERS.labels("project", letter.reason).inc()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:  # what is in flight has an unknown outcome already
                await asyncio.wait_for(producer.stop(), STOP_SECONDS)
            except BROKER_TROUBLE:
                return


def record_of(letter: Letter, view: str) -> tuple[bytes | None, bytes, list[Header]]:
    """Key, value and headers of a dead letter. Its id is derived from the record's place and the view."""
    place, record = letter.place, letter.record
    origin = f"kafka:{place.topic}/{place.partition}/{place.offset}"
    id_, at = derived(NAMESPACE_URL, f"{origin}#project:{view}"), text_of(min(max(record.timestamp, 0), LATEST))
    dead = DeadLetter(
        id=id_,
        stage="project",
        reason=letter.reason,
        error=letter.error,
        at=at,
        tenant=letter.tenant,
        attributes={"view": view},
        origin=Origin(topic=place.topic, partition=place.partition, offset=place.offset),
        content=_raw(record.value or b"", origin),
    )
    subject = record.key or b"-"
    return (
        record.key,
        _encode(dead),
        headers(HEADERS, id_=id_, subject=subject, time=at, tenant=letter.tenant or NOBODY),
    )


def _raw(data: bytes, origin: str) -> Raw:
    if len(data) > LARGEST:
        return Raw(origin, "claim", len(data), hashlib.sha256(data).hexdigest())
    try:
        return Raw(data.decode(), size=len(data))
    except UnicodeDecodeError:
        return Raw(base64.b64encode(data).decode(), "base64", len(data))
