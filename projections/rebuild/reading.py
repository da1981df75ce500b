"""The log of a view from its beginning up to any places, as batches of rows."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from domain.arbitration import WindowNeeded
from projections import log
from projections.fold import Batch, Cursor, Fold
from projections.log import BROKER_TROUBLE
from projections.positions import Held, Move
from projections.view import Source, View
from runtime.errors import Unavailable

RECORDS = 20_000
"""Records of a batch at most."""
ROWS = 40_000
"""Rows after which a batch takes no further fetch."""
FETCH = 2000
SILENCE = 30.0
"""Seconds without a record after which the broker is taken for gone."""


@contextmanager
def answering(client: Mapping[str, Any]) -> Iterator[None]:
    """Turns what the brokers, or the way to them, raise into words."""
    try:
        yield
    except BROKER_TROUBLE as error:
        raise Unavailable(
            f"Kafka at {client['bootstrap_servers']} does not give the log: {type(error).__name__} {error}. Is it up, and do "
            "TRUNKLINE_KAFKA__* fit it?"
        ) from error


class Reading:
    """Reads and folds. consumer: without a group. starts: where each begins. held: positions of
    what was written, moved by `wrote`."""

    def __init__(
        self,
        view: View,
        consumer: AIOKafkaConsumer,
        client: Mapping[str, Any],
        sources: Mapping[str, Source],
        starts: Sequence[Held],
    ) -> None:
        self.fold = Fold(view)
        self.limit = RECORDS
        self.held = {TopicPartition(each.topic, each.partition): each for each in starts}
        self._consumer, self._client, self._sources = consumer, dict(client), sources
        self._cursors: dict[TopicPartition, Cursor] = {}
        consumer.assign(list(self.held))
        for tp, each in self.held.items():
            # Before the first await: a partition without a place would be asked for one that its group committed.
            consumer.seek(tp, each.next_offset)
            consumer.pause(tp)
        self.rewind()

    @property
    def vector(self) -> dict[TopicPartition, int]:
        """Where what was written ends."""
        return {tp: each.next_offset for tp, each in self.held.items()}

    def rewind(self) -> None:
        """Goes back to what was written."""
        self._cursors = {tp: Cursor(each, self._sources[tp.topic]) for tp, each in self.held.items()}

    def wrote(self, moves: Sequence[Move]) -> None:
        """The rows up to the end of these moves are in the tables."""
        for move in moves:
            self.held[TopicPartition(move.held.topic, move.held.partition)] = move.moved
        self.limit = min(self.limit * 2, RECORDS)

    def narrow(self, batch: Batch, moves: Sequence[Move], said: str) -> None:
        """PostgreSQL refuses the values of this batch: smaller ones until one record is left, which is then left out (as the live
        view does)."""
        if batch.records > 1:
            self.limit = max(1, batch.records // 2)
        else:
            held, next_offset = moves[0].held, moves[0].next_offset
            self.fold.refused[self._sources[held.topic].topic.name, held.partition, next_offset - 1] = said
        self.rewind()

    async def batches(self, upto: Mapping[TopicPartition, int]) -> AsyncGenerator[tuple[Batch, Sequence[Move]], None]:
        """What lies before these offsets. Raises Unavailable when the brokers do not give it."""
        left = {tp for tp in upto if self._cursors[tp].next_offset < upto[tp]}
        for tp in upto:
            if tp in left:
                self._consumer.seek(tp, self._cursors[tp].next_offset)
                self._consumer.resume(tp)
            else:
                self._consumer.pause(tp)
        while left:
            batch = self.fold.batch()
            while left and batch.records < self.limit and batch.row_count < ROWS:
                for tp, records in (await self._fetch(self.limit - batch.records)).items():
                    cursor, end = self._cursors[tp], upto[tp]
                    if records[-1].offset >= end:
                        records = [each for each in records if each.offset < end]
                    await self._fold(cursor, tp, records, batch)
                    if cursor.next_offset >= end:
                        left.discard(tp)
                        self._consumer.pause(tp)
            yield batch, batch.moves()

    async def _fetch(self, room: int) -> dict[TopicPartition, list[Any]]:
        deadline = asyncio.get_running_loop().time() + SILENCE
        with answering(self._client):
            while True:
                got: dict[TopicPartition, list[Any]]
                got = await self._consumer.getmany(timeout_ms=1000, max_records=min(room, FETCH))
                if got:
                    return got
                if asyncio.get_running_loop().time() > deadline:
                    raise TimeoutError(f"no record within {SILENCE:.0f} s, though there are more")

    async def _fold(self, cursor: Cursor, tp: TopicPartition, records: Sequence[Any], batch: Batch) -> None:
        while True:
            try:
                return self.fold.fold(cursor, tp.partition, records, batch)
            except WindowNeeded as needed:
                with answering(self._client):
                    cursor.arbiter = await log.window(self._client, tp, needed.base, cursor.next_offset)
