"""Appending batches below aiokafka's per-message futures. An unknown outcome throws the producer away: the log tells what happened."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from runtime import failpoints
from streams.engine.draft import LogEntry

BATCH = 1_000_000
"""Bytes of one append at most, below Kafka's default max.message.bytes."""
BROKER_TROUBLE = (KafkaError, OSError, asyncio.TimeoutError)
log = logging.getLogger(__name__)


class Producer:
    """One aiokafka producer at a time. `client`: keyword arguments for it (brokers, security)."""

    def __init__(self, client: Mapping[str, Any]) -> None:
        self.client = dict(client)
        self._current: Any = None
        self._lock = asyncio.Lock()

    async def append(self, topic: str, partition: int, records: Sequence[LogEntry], timestamp: int) -> int:
        """One batch, acked by all in-sync replicas. Returns its base offset. Raises KafkaError, OSError or TimeoutError when
        the outcome is unknown; the producer is thrown away then. ValueError when the records are larger than one batch."""
        producer = None
        try:
            producer = await self._producer()
            batch = producer.create_batch()
            append = batch.append
            for key, value, headers in records:
                if append(timestamp=timestamp, key=key, value=value, headers=headers) is None:
                    raise ValueError(
                        f"{len(records)} records for {topic}/{partition} are larger than one append of {BATCH} bytes"
                    )
            batch.close()
            acked = await producer.send_batch(batch, topic, partition=partition)
            if failpoints.ACTIVE:
                await asyncio.wait({acked}, timeout=0.002)
                failpoints.hit("A3")
            return int((await acked).offset)
        except BROKER_TROUBLE:
            if producer is not None:
                await self._drop(producer)
            raise

    async def write(
        self, topic: str, partition: int, records: Sequence[LogEntry], timestamp: int, deadline: float
    ) -> None:
        """Writes records that may be written twice (readers know them by id or version), trying for `deadline` seconds. Raises
        what the last attempt raised."""
        loop = asyncio.get_running_loop()
        until = loop.time() + deadline
        for chunk in chunks(records):
            while True:
                try:
                    await self.append(topic, partition, chunk, timestamp)
                    break
                except BROKER_TROUBLE:
                    if loop.time() > until:
                        raise
                    await asyncio.sleep(0.3)

    async def close(self) -> None:
        if self._current is not None:
            await self._drop(self._current)

    async def _producer(self) -> Any:
        async with self._lock:
            if self._current is None:
                producer: Any = AIOKafkaProducer(
                    acks="all",
                    linger_ms=0,
                    max_batch_size=BATCH,
                    max_request_size=8_000_000,
                    retry_backoff_ms=100,
                    **{"request_timeout_ms": 5000, **self.client},
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._current = producer
            return self._current

    async def _drop(self, producer: Any) -> None:
        if self._current is producer:
            self._current = None
            try:  # stop() flushes what is in flight; bounded, because its outcome is read from the log anyway
                await asyncio.wait_for(producer.stop(), 3)
            except BROKER_TROUBLE as error:
                log.warning("a producer with an unknown outcome did not stop cleanly: %r", error)


def chunks(records: Sequence[LogEntry]) -> list[list[LogEntry]]:
    """Records in pieces that each fit into one append, in order."""
    out: list[list[LogEntry]] = []
    room = 0
    for record in records:
        size = len(record[0] or b"") * 3 + len(record[1]) + 560
        if not out or size > room:
            out.append([])
            room = BATCH - 100_000
        out[-1].append(record)
        room -= size
    return out
