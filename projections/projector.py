"""One view at work: a group consumer, batches, transactions. The next batch is fetched and folded while the last one is written.

The position in the database is the truth; offsets committed to Kafka are a hint for lag tools. Whatever fails, the view reads its
positions again on a new connection and goes on from there (delivery.md B.3).
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from domain.arbitration import WindowNeeded
from projections import log
from projections.fold import Batch, Cursor, Fold
from projections.log import BROKER_TROUBLE, Stopped
from projections.ownership import Ownership
from projections.positions import LostRace, Move
from projections.view import View
from projections.writer import Writer
from runtime import failpoints, metrics, postgres, tracing
from runtime.errors import ConfigurationError
from runtime.settings import Projections

logger = structlog.get_logger(__name__)

IDLE_MS = 250
BUSY_MS = 5
ROWS_PER_STATEMENT = 50
"""Every further statement of a batch (a tenant, a table) lets it grow by so many records: its cost is shared by enough rows."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
REVOKE_SECONDS = 5.0
HINT_SECONDS = 1.0
CONFIRM_SECONDS = 5.0
"""A view with nothing to write asks so often whether the database still holds what was written: it may have gone back, or away."""


class Projector(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """Projects one view until it is stopped. consumer: keyword arguments of its group consumer. Raises nothing but bugs in itself:
    `halted` says why it stopped for good, `trouble` why it waits."""

    def __init__(
        self, view: View, ownership: Ownership, writer: Writer, consumer: Mapping[str, Any], options: Projections
    ) -> None:
        self.view, self.ownership, self.writer, self.options = view, ownership, writer, options
        self.consumer_options = dict(consumer)
        self.fold = Fold(view, traces=tracing.enabled())
        self.halted = self.trouble = ""
        self.limit, self._narrowed = options.batch_records, False
        self._consumer: AIOKafkaConsumer
        self._cursors: dict[TopicPartition, Cursor] = {}
        self._mine: set[TopicPartition] | None = None
        self._untaken = self._unsettled = False
        self._writing: asyncio.Task[None] | None = None
        self._batch: tuple[Batch, Sequence[Move]] | None = None
        self._began = self._confirmed = 0.0
        self._pause = SHORTEST_PAUSE

    def reasons(self) -> list[str]:
        """What keeps this view from being up to date, in words."""
        name = f"view {self.view.name}"
        if self.halted or self.trouble:
            return [f"{name}: {self.halted or self.trouble}"]
        if self._mine is None:
            return [f"{name}: waits for its partitions"]
        if self._untaken or self._unsettled:
            return [f"{name}: takes over {len(self._mine)} partitions"]
        return []

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set or the view must not go on."""
        try:
            while not stop.is_set():
                try:
                    await self._session(stop)
                except BROKER_TROUBLE as error:
                    await self._wait(error, stop)
        except Stopped as error:
            self.halted = str(error)
            metrics.PROJECTIONS_HALTED.labels(self.view.name).set(1)
            logger.error("view stopped", view=self.view.name, reason=self.halted)  # noqa: TRY400  # the words say it all
        finally:
            await self.writer.close()

    async def _session(self, stop: asyncio.Event) -> None:
        """The life of one consumer."""
        self._consumer = consumer = AIOKafkaConsumer(**self.consumer_options)
        self._mine = None
        hints = asyncio.create_task(self._hints())
        try:
            await consumer.start()
            consumer.subscribe(list(self.ownership.sources), listener=self)
            while not stop.is_set():
                try:
                    await self._round(stop)
                except Stopped:
                    raise
                except Exception as error:  # noqa: BLE001  # every failure of a write is settled in one way
                    self._unsettled = True
                    await self._failed(error, stop)
            await self._written_last()
        finally:
            hints.cancel()
            await asyncio.gather(hints, return_exceptions=True)
            if self._writing is not None:
                await asyncio.wait({self._writing})
            await asyncio.wait({asyncio.ensure_future(consumer.stop())}, timeout=REVOKE_SECONDS)

    async def _round(self, stop: asyncio.Event) -> None:
        if self._untaken:
            await self._take_over()
        elif self._unsettled:
            await self._settle()
        batch = await self._gather(stop)
        if batch.records:
            await self._written_last()
            if not self._untaken:
                self._began, self._batch = time.monotonic(), (batch, batch.moves())
                self._writing = asyncio.create_task(self._write(*self._batch))
        elif self._writing is None:
            await self._confirm()
        elif self._writing.done():
            await self._written_last()

    async def _write(self, batch: Batch, moves: Sequence[Move]) -> None:
        """moves: taken when the batch was closed; the cursors are ahead of it by now."""
        for moved in await self.writer.write(batch, moves):
            self.ownership.held[TopicPartition(moved.topic, moved.partition)] = moved
        self.trouble, self._pause = "", SHORTEST_PAUSE
        self.limit = min(self.limit * 2, self.options.batch_records)
        self._narrowed = self._narrowed and self.limit < self.options.batch_records
        if self.fold.refused:
            self._forget_refused()

    async def _confirm(self) -> None:
        if time.monotonic() - max(self._began, self._confirmed) >= CONFIRM_SECONDS:
            await self.ownership.confirm()
            self._confirmed = time.monotonic()
        self.trouble = ""

    async def _written_last(self) -> None:
        """Waits for the last write. Raises what it raised."""
        if self._writing is not None:
            try:
                await self._writing
            finally:
                self._writing = None

    async def _gather(self, stop: asyncio.Event) -> Batch:
        """The next batch: what is there, as long as the connection is busy anyway or the last batch began less than `batch_ms` ago."""
        batch = self.fold.batch()
        while not stop.is_set() and not self._untaken:
            room = self.limit - batch.records
            if not self._narrowed:
                room += ROWS_PER_STATEMENT * batch.statements
            busy = self._writing is not None and not self._writing.done()
            pace = self._began + self.options.batch_ms / 1000 - time.monotonic()
            if room <= 0 or (batch.records and not busy and pace <= 0):
                break
            if batch.records and not busy:
                # Asking the broker now would bring a record or two at a time.
                await asyncio.sleep(pace)
            await self._fetch(batch, room, (BUSY_MS if busy else 0) if batch.records else IDLE_MS)
            if not batch.records:
                break
        return batch

    async def _fetch(self, batch: Batch, room: int, timeout_ms: int) -> None:
        try:
            got = await self._consumer.getmany(timeout_ms=timeout_ms, max_records=room)
        except NoOffsetForPartitionError:
            return  # positions are ours to say; this partition has not been taken over yet
        for tp, records in got.items():
            cursor = self._cursors.get(tp)
            while cursor is not None:
                try:
                    self.fold.fold(cursor, tp.partition, records, batch)
                    break
                except WindowNeeded as needed:
                    cursor.arbiter = await log.window(self.ownership.client, tp, needed.base, cursor.next_offset)

    async def _take_over(self) -> None:
        await self._written_last()
        self._untaken = False
        try:
            await self.ownership.take(sorted(self._mine or ()), self._consumer.committed)
        except BaseException:
            self._untaken = True
            raise
        self._go_on()

    async def _settle(self) -> None:
        await self._written_last()
        for tp in await self.ownership.settle():
            logger.warning("partition taken by another process", view=self.view.name, partition=str(tp))
        self._go_on()

    def _go_on(self) -> None:
        """From the committed positions, unless the group has moved partitions meanwhile."""
        self._unsettled = False
        if self._untaken:
            return
        held = self.ownership.held
        self._cursors = {tp: Cursor(each, self.ownership.sources[tp.topic]) for tp, each in held.items()}
        for tp in self._mine or ():
            if tp in held:
                self._consumer.seek(tp, held[tp].next_offset)
                self._consumer.resume(tp)
            else:
                self._consumer.pause(tp)

    async def _failed(self, error: Exception, stop: asyncio.Event) -> None:
        """What a failure means: a lost race is settled at once, refused values are narrowed down to their record, trouble waits."""
        if isinstance(error, LostRace | OffsetOutOfRangeError):
            return
        if postgres.refuses_values(error) and self._batch is not None:
            self._narrow(*self._batch, error)
            return
        await self._wait(error, stop)

    def _narrow(self, batch: Batch, moves: Sequence[Move], error: Exception) -> None:
        """Smaller batches until one record is left: that one the database refuses."""
        self._narrowed = True
        if batch.records > 1:
            self.limit = max(1, min(self.limit, batch.records) // 2)
            return
        for held, next_offset, *_ in moves:
            place = (self.ownership.sources[held.topic].topic.name, held.partition, next_offset - 1)
            self.fold.refused[place] = (
                f"PostgreSQL refuses the values: {postgres.sqlstate(error) or type(error).__name__}"
            )

    def _forget_refused(self) -> None:
        ends = {
            (self.ownership.sources[tp.topic].topic.name, tp.partition): each.next_offset
            for tp, each in self.ownership.held.items()
        }
        refused = self.fold.refused.items()
        self.fold.refused = {place: text for place, text in refused if place[2] >= ends.get(place[:2], 0)}

    async def _wait(self, error: Exception, stop: asyncio.Event) -> None:
        known = isinstance(error, (*BROKER_TROUBLE, ConfigurationError)) or postgres.is_unavailable(error)
        metrics.PROJECTIONS_ERRORS.labels(self.view.name).inc()
        where = "Kafka" if isinstance(error, KafkaError) else "PostgreSQL" if known else "this program"
        said = str(error).partition("\n")[0]
        self.trouble = f"{where}: {type(error).__name__}{': ' if said else ''}{said}"
        if known:
            logger.warning("view waits", view=self.view.name, reason=self.trouble, seconds=self._pause)
        else:
            logger.error("view failed and tries again", view=self.view.name, exc_info=error)
        waiting = asyncio.ensure_future(stop.wait())
        await asyncio.wait({waiting}, timeout=self._pause)
        waiting.cancel()
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        # Before the first await after the assignment: nothing is fetched until we know where to begin.
        for tp in assigned:
            self._consumer.pause(tp)
            self._consumer.seek(tp, 0)
        self._cursors = {}
        self._mine, self._untaken = set(assigned), True

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """What is being written may be finished in time; if not, the position decides (P7)."""
        self._mine, self._untaken = set(), True
        if self._writing is not None:
            failpoints.hit("P7")
            await asyncio.wait({self._writing}, timeout=REVOKE_SECONDS)

    async def _hints(self) -> None:
        """Commits to Kafka what the database holds, and measures the lag, about once a second."""
        while True:
            await asyncio.sleep(HINT_SECONDS)
            held = {tp: each for tp, each in self.ownership.held.items() if tp in (self._mine or ())}
            lags: dict[str, int] = {source.topic.name: 0 for source in self.ownership.sources.values()}
            for tp, each in held.items():
                end = self._consumer.highwater(tp)
                lags[self.ownership.sources[tp.topic].topic.name] += max(0, (end or 0) - each.next_offset)
            for topic, lag in lags.items():
                metrics.PROJECTIONS_LAG.labels(self.view.name, topic).set(lag)
            try:
                if held:
                    await self._consumer.commit({tp: each.next_offset for tp, each in held.items()})
            except (KafkaError, OSError) as error:
                logger.debug("hint not committed", view=self.view.name, error=repr(error))
