"""The decisions log as a worker sees it: catch up with it, append to it, notice when somebody else wrote (law 2)."""

import asyncio
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from runtime import failpoints
from streams.engine.draft import Draft
from streams.engine.exit import Exit, die
from streams.engine.fold import Fold, Unreadable
from streams.engine.producer import BROKER_TROUBLE, Producer
from streams.engine.rules import Rules
from streams.engine.stats import Stats
from streams.engine.store import Store

log = logging.getLogger(__name__)
FETCH = 4 * 1024 * 1024


class Log:
    """topic: full name of the decisions topic. new_store(partition) opens its snapshot. deadline: seconds without progress that
    end the process. `folds` are kept when a partition is taken away: they are the warm start if it comes back."""

    def __init__(
        self,
        client: Mapping[str, Any],
        topic: str,
        rules: Rules,
        new_store: Callable[[int], Store],
        stats: Stats,
        producer: Producer,
        deadline: float = 60.0,
    ) -> None:
        self.client, self.topic, self.rules, self.new_store = dict(client), topic, rules, new_store
        self.stats, self.producer, self.deadline = stats, producer, deadline
        self.folds: dict[int, Fold] = {}
        self.ends: dict[int, int] = {}
        self.progress = 0
        self._locks: dict[int, asyncio.Lock] = {}

    def lock(self, partition: int) -> asyncio.Lock:
        """Held by whoever decides, appends or catches up this partition."""
        return self._locks.setdefault(partition, asyncio.Lock())

    def close(self) -> None:
        for fold in self.folds.values():
            fold.store.close()
        self.folds.clear()

    def fold_of(self, partition: int) -> Fold:
        """The fold of one partition; opens its store the first time."""
        fold = self.folds.get(partition)
        if fold is None:
            fold = self.folds[partition] = Fold(partition, self.new_store(partition), self.rules)
        return fold

    async def append(self, draft: Draft) -> bool:
        """Appends what a draft holds and takes its changes over. False: the outcome was unknown or another writer came first;
        the fold is caught up and whatever is left must be decided again. The caller holds the partition's lock."""
        fold, stats = draft.fold, self.stats
        partition, n = fold.partition, len(draft.records)
        try:
            offset = await self.producer.append(self.topic, partition, draft.records, draft.now)
        except BROKER_TROUBLE as error:
            stats.append_errors += 1
            log.warning("append to %s/%d failed, reading the log for its outcome: %r", self.topic, partition, error)
            await asyncio.sleep(0.3)
            await self._catch_up([partition], {})
            return False
        stats.appends += 1
        if offset == draft.base == fold.position:
            fold.store.write(draft.changes, draft.base + n)
            return True
        stats.foreign += 1
        rejected = fold.rejected
        await self._catch_up([partition], {partition: offset + n})
        log.warning(
            "another writer on %s/%d: expected offset %d, got %d, %d records rejected",
            *(self.topic, partition, draft.base, offset, fold.rejected - rejected),
        )
        return False

    async def catch_up(self, partitions: Iterable[int]) -> tuple[int, float]:
        """Folds each partition to its end as of now. Returns (records read, seconds). Ends the process when the log is shorter than
        a store's position, unreadable, or makes no progress for `deadline` seconds."""
        partitions = sorted(partitions)
        locks = [self.lock(p) for p in partitions]
        for lock in locks:
            await lock.acquire()
        try:
            began = time.monotonic()
            records = await self._catch_up(partitions, {})
            seconds = time.monotonic() - began
        finally:
            for lock in locks:
                lock.release()
        self.stats.catch_ups += 1
        self.stats.catch_up_records += records
        self.stats.catch_up_seconds += seconds
        return records, seconds

    async def _catch_up(self, partitions: list[int], upto: Mapping[int, int]) -> int:
        total, last = 0, time.monotonic()
        while True:
            consumer = AIOKafkaConsumer(
                enable_auto_commit=False,
                auto_offset_reset="none",
                fetch_max_wait_ms=50,
                max_partition_fetch_bytes=FETCH,
                **{"request_timeout_ms": 5000, **self.client},
            )
            try:
                await consumer.start()
                ends = await self._prepare(consumer, partitions, upto)
                open_ = {tp for tp, end in ends.items() if self.folds[tp.partition].position < end}
                while open_:
                    for tp, records in (await consumer.getmany(*open_, timeout_ms=500, max_records=5000)).items():
                        fold = self.folds[tp.partition]
                        before = fold.rejected
                        fold.fold(records)
                        self.stats.rejected += fold.rejected - before
                        total += len(records)
                        self.progress += len(records)
                        last = time.monotonic()
                        failpoints.hit("A7")
                        if fold.position >= ends[tp]:
                            open_.discard(tp)
                    if time.monotonic() - last > self.deadline:
                        die(Exit.CATCH_UP_DEADLINE, "catching up with the decisions log makes no progress", left=open_)
                return total
            except BROKER_TROUBLE as error:
                log.warning("catch-up of %s is tried again: %r", self.topic, error)
                if time.monotonic() - last > self.deadline:
                    die(Exit.CATCH_UP_DEADLINE, "the brokers do not answer; are they up?", error=repr(error))
                await asyncio.sleep(0.5)
            except Unreadable as error:
                die(Exit.UNREADABLE, str(error), topic=self.topic)
            finally:
                try:
                    await asyncio.wait_for(consumer.stop(), 3)
                except BROKER_TROUBLE as error:
                    log.warning("a reader of %s did not stop cleanly: %r", self.topic, error)

    async def _prepare(
        self, consumer: AIOKafkaConsumer, partitions: list[int], upto: Mapping[int, int]
    ) -> dict[TopicPartition, int]:
        """Assigns and seeks; checks that each store belongs to this log. Returns the ends to reach."""
        tps = [TopicPartition(self.topic, p) for p in partitions]
        consumer.assign(tps)
        starts = await asyncio.wait_for(consumer.beginning_offsets(tps), 10)
        ends = await asyncio.wait_for(consumer.end_offsets(tps), 10)
        for tp in tps:
            store = self.fold_of(tp.partition).store
            end = self.ends[tp.partition] = max(ends[tp], upto.get(tp.partition, 0))
            if store.position > end:
                die(
                    Exit.LOG_SHORTER,
                    "the decisions log is shorter than the position of the local store: the topic was recreated or truncated; "
                    "if that was meant, delete the local store, else restore the topic",
                    partition=tp,
                    position=store.position,
                    log_end=end,
                )
            if store.position < starts[tp]:
                die(
                    Exit.LOG_SHORTER,
                    "the decisions log begins after the position of the local store: records that were never folded are gone; "
                    "this topic must never delete",
                    partition=tp,
                    position=store.position,
                    log_start=starts[tp],
                )
            if starts[tp] == 0 < ends[tp]:
                await self._same_log(consumer, tp, store)
            consumer.seek(tp, store.position)
        return {tp: self.ends[tp.partition] for tp in tps}

    async def _same_log(self, consumer: AIOKafkaConsumer, tp: TopicPartition, store: Store) -> None:
        """Kafka's topic ids are not on aiokafka's wire, so a log is known by its first record."""
        if (store.position and not store.mark) or self.folds[tp.partition].checked:
            return
        consumer.seek(tp, 0)
        first = await asyncio.wait_for(consumer.getone(tp), 10)
        mark = f"{first.timestamp}:{zlib.crc32(first.value):08x}"
        if store.position and store.mark != mark:
            die(
                Exit.LOG_SHORTER,
                "the local store was folded from another log of the same name: the topic was recreated; if that was meant, "
                "delete the local store",
                partition=tp,
                mark=mark,
                expected=store.mark,
            )
        store.mark = mark
        self.folds[tp.partition].checked = True
