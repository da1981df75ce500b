"""The engine of one worker: catch up after each assignment, then decide what arrives, partition by partition, in rounds.

A round takes everything that has queued up. Per partition: batches of all source topics together, one append of decisions, then dead
letters and settings copies, then the acks. Whatever is unexpected ends the process, before anything is acked (law 4).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import chain, repeat
from typing import Any

from runtime import failpoints
from streams.engine import spans
from streams.engine.draft import Draft, LogEntry
from streams.engine.exit import Exit, die, fatal
from streams.engine.log import Log
from streams.engine.parking import Brake
from streams.engine.producer import BROKER_TROUBLE
from streams.engine.rules import SourceTopic
from streams.engine.table import FoldTable
from streams.engine.transport import Batch

log = logging.getLogger(__name__)


class Engine:
    """sources: by full topic name. dead_letters: full name of their topic, co-partitioned. copy_settings(fold, keys): makes the latest
    copies of settings aggregates durable."""

    def __init__(
        self,
        app: Any,
        log: Log,
        table: FoldTable,
        sources: Mapping[str, SourceTopic],
        dead_letters: str,
        copy_settings: Callable[[Any, set[bytes]], Awaitable[None]],
        brake: Brake,
    ) -> None:
        self.app, self.log, self.table, self.sources = app, log, table, dict(sources)
        self.dead_letters, self.copy_settings, self.brake, self.stats = dead_letters, copy_settings, brake, log.stats
        app.on_rebalance_complete.connect(self.on_assigned, weak=False)

    async def on_assigned(self, *_: Any, **__: Any) -> None:
        """Awaited by Faust's recovery after each assignment, before source partitions are resumed and sought; heartbeats go on."""
        term = self.table.term
        with fatal("getting ready after an assignment failed"):
            parts = self._assigned()
            records, seconds = await self.log.catch_up(parts) if parts else (0, 0.0)
            log.info("partitions are caught up: %s, %d records in %.1f s", parts, records, seconds)
            for p in parts:
                fold = self.log.folds[p]
                await self.copy_settings(fold, fold.store.settings)
            self.table.own(parts, term)
            await self.table.call_recover_callbacks()
            failpoints.hit("A8")

    def _assigned(self) -> list[int]:
        """The partitions assigned to us. Ends the process when the source topics of a partition went to different workers."""
        by_topic: dict[str, set[int]] = {topic: set() for topic in self.sources}
        for tp in self.app.consumer.assignment():
            if tp.topic in by_topic:
                by_topic[tp.topic].add(tp.partition)
        first, *others = by_topic.values()
        if any(other != first for other in others):
            die(Exit.UNEXPECTED, "the source topics were not assigned together (co-partitioned)", assigned=by_topic)
        return sorted(first)

    async def repair_copies(self) -> None:
        """Writes copies of settings again that a zombie overwrote with older ones."""
        for p in self.table.owned:
            fold = self.log.folds[p]
            await self.copy_settings(fold, fold.store.settings)

    def waiting(self) -> list[str]:
        """What this worker is not ready for, and why; nothing when every assigned partition flows."""
        if self.ready():
            return []
        behind = [
            f"table {self.table.name}, partition {p}: folded to offset {fold.position} of {end} of {self.log.topic}"
            for p, fold in sorted(self.log.folds.items())
            if fold.position < (end := self.log.ends.get(p, 0))
        ]
        return behind or ["waiting for the group to assign partitions"]

    def ready(self) -> bool:
        return self.app.tables.recovery.completed.is_set() and not self.app.rebalancing

    async def run(self, stream: Any) -> None:
        """Body of the agent over all source topics."""
        queue = aiter(stream.channel).queue  # registers the topics with Faust's conductor, as `async for` would
        with fatal("deciding failed"):
            while True:
                try:
                    batch = await queue.get()
                except StopAsyncIteration:  # thrown into the queue by Stream.stop() on SIGTERM
                    return
                by_partition: dict[int, list[Batch]] = {}
                while True:
                    by_partition.setdefault(batch.tp.partition, []).append(batch)
                    if queue.empty():
                        break
                    batch = queue.get_nowait()
                del batch  # wait_empty counts living batches
                self.stats.rounds += 1
                if len(by_partition) == 1:
                    await self._handle(*by_partition.popitem())
                else:
                    await asyncio.gather(*[self._handle(p, batches) for p, batches in by_partition.items()])

    async def _handle(self, partition: int, batches: list[Batch]) -> None:
        """Decides batches of one partition, whatever source topic they are from, and acks them."""
        failpoints.hit("A1")
        consumer, good = self.app.consumer, []
        ends: dict[Any, int] = {}
        for batch in batches:
            if consumer.follows(batch, ends.get(batch.tp)):
                good.append(batch)
                ends[batch.tp] = batch.end
            else:
                self.stats.stale += len(batch.records)
                consumer.discard(batch)
        if not good:
            return
        async with self.log.lock(partition):
            inputs = chain.from_iterable(zip(repeat(self.sources[b.tp.topic]), b.records, strict=False) for b in good)
            await self._decide(partition, list(inputs))
        failpoints.hit("A4")
        for batch in good:  # synchronous: a commit sees all of them or none
            consumer.ack_batch(batch)
            self.stats.inputs[batch.tp.topic] += len(batch.records)

    async def _decide(self, partition: int, inputs: list[tuple[SourceTopic, Any]]) -> None:
        """Decides until every input has taken effect. The caller holds the partition's lock."""
        fold, done, began = self.log.fold_of(partition), 0, time.monotonic()
        while done < len(inputs):
            draft = Draft(fold, int(time.time() * 1000))
            upto = draft.take(inputs, done)
            failpoints.hit("A2")
            if not self.brake.allows(len(draft.parked)):
                die(
                    Exit.TOO_MANY_PARKED,
                    f"more than {self.brake.limit} aggregates parked within {self.brake.window:g} s: that is a bug in a decider, "
                    "not poison; see `trunkline parked list`",
                    parked=draft.parked[0],
                )
            if draft.records and not await self.log.append(draft):
                if time.monotonic() - began > self.log.deadline:
                    die(Exit.APPEND_DEADLINE, "decisions cannot be appended; are the brokers up?", partition=partition)
                continue
            if draft.dead:
                await self._bury(partition, draft.dead)
            if draft.changes.settings:
                await self.copy_settings(fold, draft.changes.settings)
            self._count(draft)
            spans.decided(draft)
            done, began = upto, time.monotonic()

    async def _bury(self, partition: int, letters: list[LogEntry]) -> None:
        """Dead letters must be durable before their source is acked; when that fails the partition must not go on."""
        try:
            now = int(time.time() * 1000)
            await self.log.producer.write(self.dead_letters, partition, letters, now, self.log.deadline)
        except BROKER_TROUBLE as error:
            die(
                Exit.DEAD_LETTER, "dead letters cannot be written, so their source must not be acked", error=repr(error)
            )
        self.stats.dead_letters += len(letters)

    def _count(self, draft: Draft) -> None:
        stats = self.stats
        stats.decisions += len(draft.records)
        stats.duplicates += draft.duplicates
        stats.held += draft.held
        stats.released += draft.released
        stats.parked += len(draft.parked)
        if draft.parked:
            self.brake.note(len(draft.parked))
