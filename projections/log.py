"""Reading the log beside the consumer group: whether it is the log that a position was taken from, and the window of an arbiter."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from hashlib import sha256
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from domain.arbitration import Arbiter, WindowNeeded
from projections.fold import judge
from projections.positions import NOTHING, Held, mark
from runtime.errors import TrunklineError

BROKER_TROUBLE = (KafkaError, OSError, TimeoutError)
ANSWER_SECONDS = 15.0
FETCH_BYTES = 4 * 1024 * 1024


class Stopped(TrunklineError):
    """A view must not go on: the log or the database is not the one that its position was taken from."""


class Found(NamedTuple):
    """What a log looks like now. generation: its mark, "" when its first record is gone or not there yet. last_sha256: of the record
    before the position asked about, None when that is gone."""

    start: int
    end: int
    generation: str
    last_sha256: bytes | None


@asynccontextmanager
async def reader(client: Mapping[str, Any]) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group. Never resets an offset by itself."""
    consumer = AIOKafkaConsumer(
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=100,
        fetch_max_bytes=4 * FETCH_BYTES,
        max_partition_fetch_bytes=FETCH_BYTES,
        **client,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def look(client: Mapping[str, Any], positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, Found]:
    """What the logs look like around these positions. Raises KafkaError, OSError or TimeoutError when the brokers do not answer."""
    if not positions:
        return {}
    async with reader(client) as consumer, asyncio.timeout(ANSWER_SECONDS):
        tps = list(positions)
        consumer.assign(tps)
        starts, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        found = {}
        for tp, position in positions.items():
            start, end = starts[tp], ends[tp]
            generation, digest = "", None
            if start == 0 < end:
                first = await _one(consumer, tp, 0)
                generation = mark(first.timestamp, first.value)
            if start < position <= end:
                digest = sha256((await _one(consumer, tp, position - 1)).value or b"").digest()
            found[tp] = Found(start, end, generation, digest)
        return found


async def _one(consumer: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> Any:
    consumer.seek(tp, offset)
    return await consumer.getone(tp)


def check(held: Held, found: Found, view: str) -> None:
    """Raises Stopped, in words, when the log is not the one that the position was taken from (delivery.md B.3)."""
    place = f"the view {view} at {held.topic}/{held.partition}, offset {held.next_offset}"
    remedy = (
        f"if that was meant, make the view anew with `trunkline rebuild {view}`; else restore the topic or the database"
    )
    if held.next_offset < found.start:
        raise Stopped(
            f"{place}: the log begins at {found.start}, the records between were deleted before they were read; {remedy}"
        )
    if held.next_offset > found.end:
        raise Stopped(f"{place}: the log ends at {found.end}, so it was recreated or lost its tail; {remedy}")
    if held.generation and found.generation and held.generation != found.generation:
        raise Stopped(f"{place}: the first record is another one, so the topic was recreated; {remedy}")
    digest = held.last_sha256
    if digest != NOTHING and found.last_sha256 is not None and found.last_sha256 != digest:
        raise Stopped(
            f"{place}: the record before it is another one, so the log was replaced or lost its tail; {remedy}"
        )


async def window(client: Mapping[str, Any], tp: TopicPartition, base: int, upto: int) -> Arbiter:
    """An arbiter that has seen [base, upto), or more where that does not tell. Raises KafkaError, OSError or TimeoutError."""
    while True:
        arbiter = Arbiter(base)
        try:
            async with aclosing(read(client, tp, base, upto)) as records:
                async for record in records:
                    judge(arbiter, record.offset, record.value)
            return arbiter
        except WindowNeeded as needed:
            base = needed.base


async def read(client: Mapping[str, Any], tp: TopicPartition, base: int, upto: int) -> AsyncGenerator[Any, None]:
    """The records of [base, upto), which must be there."""
    async with reader(client) as consumer:
        consumer.assign([tp])
        consumer.seek(tp, base)
        while base < upto:
            async with asyncio.timeout(ANSWER_SECONDS):
                got: dict[TopicPartition, list[Any]] = await consumer.getmany(tp, timeout_ms=1000)
            for record in got.get(tp, ()):
                if record.offset >= upto:
                    return
                base = record.offset + 1
                yield record
