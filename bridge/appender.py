"""Appending to Kafka in batches of our own per partition, below aiokafka's per-message futures (performance.md 5).

Promise: the records of one partition are appended in the order they were handed over. When an append fails or its outcome is unknown,
nothing that waits behind it is appended either, and the producer is thrown away (F7): the queue brings the messages again. A record
that is too large for its topic is given up, so what waits behind that one goes on.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, ProducerClosed
from aiokafka.producer.message_accumulator import BatchBuilder

from bridge.partitioner import partitioner
from bridge.producer import BROKER_TROUBLE, abandon, start
from runtime import failpoints, metrics
from schemas.envelope import Header

BATCH = 1_000_000
"""Bytes of one append at most, below Kafka's default max.message.bytes."""
OVERHEAD = 16_384
"""Bytes of key, headers and framing that a record may have beside its value."""
RESTART_PAUSE = 1.0
TOO_LARGE = "MessageSizeTooLarge"
log = structlog.get_logger(__name__)


class Record(NamedTuple):
    """One record. topic: its name on the broker. owner: which message of the ticket it belongs to."""

    topic: str
    key: str
    value: bytes
    headers: Sequence[Header]
    owner: int


class Ticket:
    """The outcome of records that were handed over together, per owner: one future for all of them."""

    __slots__ = ("_done", "_left", "failed")

    def __init__(self) -> None:
        self.failed: dict[int, str] = {}
        self._left = 1  # until the appender has placed all records
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def outcome(self) -> dict[int, str]:
        """Waits until every record is acked or has failed. Gives the owners of failed records and the error's short name."""
        await self._done
        return self.failed

    def hold(self) -> None:
        self._left += 1

    def release(self) -> None:
        self._left -= 1
        if not self._left and not self._done.done():
            self._done.set_result(None)


class _Append:
    """One batch on its way: the builder, and who owns its records."""

    __slots__ = ("builder", "limit", "owners", "tickets")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.builder = BatchBuilder(limit, 0)
        self.owners: list[tuple[Ticket, int]] = []
        self.tickets: list[Ticket] = []

    def own(self, ticket: Ticket, owner: int) -> None:
        self.owners.append((ticket, owner))
        if not self.tickets or self.tickets[-1] is not ticket:
            self.tickets.append(ticket)
            ticket.hold()

    def settle(self, error: str | None) -> None:
        if error is not None:
            for ticket, owner in self.owners:
                ticket.failed[owner] = error
        for ticket in self.tickets:
            ticket.release()


class _Lane:
    """One partition: what waits for it, in order, and the task that appends it while there is something."""

    __slots__ = ("partition", "task", "topic", "waiting")

    def __init__(self, topic: str, partition: int) -> None:
        self.topic = topic
        self.partition = partition
        self.waiting: deque[_Append] = deque()
        self.task: asyncio.Task[None] | None = None


class Appender:
    """client: keyword arguments for aiokafka (brokers, security, request_timeout_ms). partitions: of every topic written.
    linger: seconds that an append waits for more records."""

    def __init__(self, client: Mapping[str, Any], partitions: int, linger: float = 0.003) -> None:
        self.client = dict(client)
        self.linger = linger
        self.deadline = 2 * self.client.get("request_timeout_ms", 10_000) / 1000
        self.trouble: str | None = None
        self.failure: BaseException | None = None
        self._limits: dict[str, int] = {}
        self._place: Callable[[str], tuple[bytes, int]] = partitioner(partitions)
        self._lanes: dict[tuple[str, int], _Lane] = {}
        self._current: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._on_the_way: set[asyncio.Future[Any]] = set()

    @property
    def largest(self) -> int:
        """Bytes of a value at most; a topic may take less, which only the broker knows."""
        return BATCH - OVERHEAD

    async def ready(self) -> None:
        """Returns when the broker takes records, however long that needs; `trouble` says why it does not meanwhile. Raises what
        ended an append unexpectedly: the process is to end then."""
        while self.failure is None and self._current is None:
            try:
                async with asyncio.timeout(self.deadline):
                    await self._producer()
                return
            except BROKER_TROUBLE as error:
                self.trouble = f"Kafka at {self.client['bootstrap_servers']} does not answer: {_name(error)}"
                await asyncio.sleep(RESTART_PAUSE)
        if self.failure is not None:
            raise self.failure

    def submit(self, records: Sequence[Record]) -> Ticket:
        """Hands records over, in order. Never waits; `await ticket.outcome()` does."""
        ticket = Ticket()
        now = int(time.time() * 1000)
        largest = self.largest
        for topic, key, value, headers, owner in records:
            if len(value) > largest:
                ticket.failed[owner] = TOO_LARGE
                continue
            data, partition = self._place(key)
            lane = self._lanes.get((topic, partition))
            if lane is None:
                lane = self._lanes[topic, partition] = _Lane(topic, partition)
            waiting = lane.waiting
            if not waiting or waiting[-1].builder.append(timestamp=now, key=data, value=value, headers=headers) is None:
                append = _Append(self._limits.get(topic, BATCH))
                append.builder.append(timestamp=now, key=data, value=value, headers=headers)
                waiting.append(append)
            waiting[-1].own(ticket, owner)
            if lane.task is None:
                lane.task = asyncio.create_task(self._drain(lane))
        ticket.release()
        return ticket

    async def close(self) -> None:
        """Stops. Whoever still waits for an outcome gets an error."""
        if self._current is not None:
            await self._throw_away(self._current)

    async def _drain(self, lane: _Lane) -> None:
        await asyncio.sleep(self.linger)
        append = None
        try:
            while lane.waiting:
                append = lane.waiting.popleft()
                error = await self._append(lane, append)
                append.settle(error)
                if error is not None and error != TOO_LARGE:
                    _settle_all(lane, error)
        except Exception as error:
            # not the broker's doing: nothing may be trusted any more, and nobody may wait for ever
            self.failure = error
            if append is not None:
                append.settle(type(error).__name__)
            _settle_all(lane, type(error).__name__)
            log.exception("an append ended unexpectedly")
        finally:
            lane.task = None

    async def _append(self, lane: _Lane, append: _Append) -> str | None:
        """None when the broker has acked, else the error's short name."""
        producer = None
        try:
            async with asyncio.timeout(self.deadline):
                producer = await self._producer()
                append.builder.close()
                acked = await producer.send_batch(append.builder, lane.topic, partition=lane.partition)
                self._on_the_way.add(acked)
                try:
                    await acked
                finally:
                    self._on_the_way.discard(acked)
        except BROKER_TROUBLE as error:
            metrics.BRIDGE_APPEND_ERRORS.inc()
            self.trouble = f"the last append to {lane.topic}/{lane.partition} failed: {_name(error)}"
            if producer is not None:
                await self._throw_away(producer)
            if not isinstance(error, MessageSizeTooLargeError):
                return _name(error)
            self._lower(lane.topic, append)
            return TOO_LARGE if append.builder.record_count() == 1 else _name(error)
        if self.trouble is not None:
            self.trouble = None
        if failpoints.ACTIVE and any(
            other.waiting or other.task for other in self._lanes.values() if other is not lane
        ):
            failpoints.hit("B3")
        return None

    def _lower(self, topic: str, append: _Append) -> None:
        """The topic takes less than Kafka's default: smaller appends from now on. A quarter, because each refusal costs the messages
        one of their receives. Appends that were made before the last refusal tell nothing new."""
        limit = self._limits.get(topic, BATCH)
        if append.limit <= limit and append.builder.record_count() > 1:
            self._limits[topic] = min(limit, append.builder.size()) // 4

    async def _producer(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._current is None:
                self._current = await start(self.client, BATCH)
                self.trouble = None
            return self._current

    async def _throw_away(self, producer: AIOKafkaProducer) -> None:
        if self._current is not producer:
            return  # somebody else has
        self._current = None
        for acked in self._on_the_way:
            if not acked.done():
                acked.set_exception(ProducerClosed())
        await abandon(producer)


def _settle_all(lane: _Lane, error: str) -> None:
    waiting = list(lane.waiting)
    lane.waiting.clear()
    for append in waiting:
        append.settle(error)


def _name(error: BaseException) -> str:
    return type(error).__name__
