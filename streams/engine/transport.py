"""Faust's aiokafka transport with one Batch per partition fetch for chosen topics, instead of one Event per message.

Faust keeps its job: worker, agent, group membership, rebalance, revoke, commit timer. Replaced is the per-message path
(Consumer._drain_messages -> wait_first -> Conductor.on_message -> Event); other topics still take it. Two offsets per partition stand
for Faust's lists of acked offsets: `expect`, the next one to hand to the agent, and `done`, the next one to commit. Both begin at
the committed offset (or the log's start) and exist only while the partition is ours.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from faust.transport.consumer import ensure_TP
from faust.transport.drivers import aiokafka as stock
from mode.utils.futures import notify

from runtime import failpoints
from streams.engine.exit import Exit, die, fatal

log = logging.getLogger(__name__)


class Batch:
    """Consecutive records of one source partition. `acked` and `refcount` are what Faust's wait_empty looks at."""

    __slots__ = ("__weakref__", "acked", "end", "epoch", "first", "records", "refcount", "tp")

    def __init__(self, tp: Any, records: list[Any], epoch: int) -> None:
        self.tp, self.records, self.epoch = tp, records, epoch
        self.first, self.end = records[0].offset, records[-1].offset + 1
        self.acked, self.refcount = False, 1


class Consumer(stock.Consumer):
    """`app.batch_topics` name the topics that travel in batches; `app.start_rule(committed)` gives where each partition begins.

    `epoch` counts assignments, because generation numbers repeat after a broker crash; `sought` is the epoch whose seek happened.
    """

    app: Any
    _unacked_messages: Any

    MAX_RECORDS = 32_768
    """Records handed over and not yet acked, above which fetching pauses."""
    MAX_BATCHES = 128
    """The same in batches: each is at most one fetch of a partition (1 MiB), so this bounds memory."""
    MAX_REWINDS = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch_topics: frozenset[str] = self.app.batch_topics
        self.expect: dict[Any, int] = {}
        self.done: dict[Any, int] = {}
        self.rewinds: dict[Any, int] = {}
        self.torn: set[Any] = set()
        self.epoch = self.sought = 0
        self.fetches = self.rewound = self.dropped = 0
        self._room = asyncio.Event()

    # assignment

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """Faust waits here until every unacked batch is done, and commits; only then the offsets are forgotten."""
        with fatal("giving partitions back failed"):
            failpoints.hit("A6")
            await super().on_partitions_revoked(revoked)
        self._forget()

    async def on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        self.epoch += 1
        self._forget()
        await super().on_partitions_assigned(assigned, generation_id)

    def _forget(self) -> None:
        self.expect.clear()
        self.done.clear()
        self.rewinds.clear()
        self.torn.clear()

    async def perform_seek(self) -> None:
        """Faust leaves a partition without a committed offset where the fetcher happens to be; here it goes where the start rule
        says."""
        epoch = self.epoch
        await super().perform_seek()
        tps = [tp for tp in self.assignment() if tp.topic in self.batch_topics]
        committed = {tp: self._committed_offset.get(tp) for tp in tps}
        start = await self.app.start_rule(committed) if tps else {}
        fresh = {tp: start[tp] for tp in tps if start[tp] != committed[tp]}
        if fresh:
            await self.seek_wait(fresh)
        if epoch == self.epoch:  # else a new assignment came meanwhile: its own seek follows
            for tp in tps:
                self.expect.setdefault(tp, start[tp])
                self.done.setdefault(tp, start[tp])
            self.sought = epoch

    # fetch

    async def _drain_messages(self, fetcher: Any) -> None:
        """Replaces the per-message loop of Faust's Fetcher."""
        stopped, gone = self._stopped.is_set, fetcher._stopped.is_set
        harmless: tuple[type[BaseException], ...] = (asyncio.CancelledError, *self.consumer_stopped_errors)
        with fatal("fetching failed"):
            try:
                while not (stopped() or gone()):
                    if not await self._has_room():
                        continue
                    if self.torn and self._flows():
                        await self._mend()
                    fetched, active = await self._wait_next_records(1.0)
                    if not fetched:
                        await asyncio.sleep(0)
                        continue
                    self.fetches += 1
                    for partition, records in fetched.items():
                        tp = ensure_TP(partition)
                        if not self._flows() or stopped() or gone():
                            self._drop(tp, records)
                        elif tp.topic in self.batch_topics:
                            await self._deliver(tp, records)
                        elif active is None or tp in active or tp in self._buffered_partitions:
                            await self._deliver_one_by_one(tp, records)
                    del fetched, records  # no reference may stay: wait_empty counts living batches
            except harmless:
                if not self.app.should_stop:
                    raise

    def _flows(self) -> bool:
        return bool(self.flow_active and self.app.flow_control.is_active())

    def _drop(self, tp: Any, records: list[Any]) -> None:
        """Records that nobody may be given now. Their place is fetched again when they may be, see `_mend`: at the end of a partition
        no later record would show that they are missing."""
        self.dropped += len(records)
        if tp.topic in self.batch_topics:
            self.torn.add(tp)

    async def _mend(self) -> None:
        """Fetches again from where records were dropped. A partition that is not sought yet stays torn until it is."""
        again = {tp: self.expect[tp] for tp in self.torn if tp in self.expect}
        self.torn.difference_update(again)
        if again:
            await self.seek_wait(again)

    async def _has_room(self) -> bool:
        waiting = [len(b.records) for b in self._unacked_messages if type(b) is Batch]
        if len(waiting) < self.MAX_BATCHES and sum(waiting) < self.MAX_RECORDS:
            return True
        self._room.clear()
        with contextlib.suppress(TimeoutError):  # bounded: a revoke empties the queue without an ack
            await asyncio.wait_for(self._room.wait(), 0.2)
        return False

    async def _deliver(self, tp: Any, records: list[Any]) -> None:
        """Hands over what follows exactly on what was handed over before; drops repeats, fetches again what is missing."""
        want = self.expect.get(tp)
        if want is None:  # not sought yet
            self._drop(tp, records)
            return
        if records[0].offset < want:  # fetched before a seek
            records = [r for r in records if r.offset >= want]
            if not records:
                return
        if records[0].offset != want or records[-1].offset - want + 1 != len(records):
            await self._rewind(tp, want, records[0].offset)
            return
        batch = Batch(tp, records, self.epoch)
        channels = self.app.topics._tp_index[tp]
        if len(channels) != 1:
            die(Exit.UNEXPECTED, "a batch topic needs exactly one agent", partition=tp, channels=len(channels))
        for channel in channels:
            channel.queue.put_nowait(batch)
        self.expect[tp] = batch.end
        self.rewinds.pop(tp, None)
        self._unacked_messages.add(batch)
        monitor = self.app.monitor  # Faust's monitor and livelock detector, fed once per batch
        monitor.messages_received_total += len(records)
        monitor.messages_received_by_topic[tp.topic] += len(records)
        monitor.stream_inbound_time[tp] = time.monotonic()
        monitor.track_tp_end_offset(tp, self.highwater(tp) or 0)

    async def _rewind(self, tp: Any, want: int, got: int) -> None:
        """Fetches again from `want`. A hole that stays (retention, compaction, transactions) ends the process."""
        self.rewound += 1
        n = self.rewinds[tp] = self.rewinds.get(tp, 0) + 1
        log.warning(
            "records missing before offset %d of %s/%d, reading again from %d", got, tp.topic, tp.partition, want
        )
        if n > self.MAX_REWINDS:
            die(
                Exit.HOLE,
                "records of a source topic are gone before they were decided: retention too short, compaction or a transactional "
                "producer; see `trunkline topics`",
                partition=tp,
                wanted=want,
                found=got,
            )
        await self.seek_wait({tp: want})

    async def _deliver_one_by_one(self, tp: Any, records: list[Any]) -> None:
        """What Faust does with a topic that does not travel in batches (consumer.py, _drain_messages)."""
        for record in records:
            message, last = self._to_message(tp, record), self._read_offset[tp]
            if not self.flow_active:
                return
            if last is None or record.offset >= last:
                if last and record.offset - last > 1 and self.app.topics.acks_enabled_for(tp.topic):
                    await self._add_gap(tp, last + 1, record.offset)
                await self.wait_first(self.callback(message), self.suspend_flow.wait())
                self._read_offset[tp] = record.offset

    # acks and commits

    def follows(self, batch: Batch, want: int | None) -> bool:
        """Asked before a batch is decided. False: it was taken before a rebalance, or one is waiting for us. `want`: end of the
        batch of the same partition that is in hand already. Ends the process when records between are missing."""
        if batch.epoch != self.epoch or batch.tp not in self.done or not self.flow_active:
            return False
        want = self.done[batch.tp] if want is None else want
        if batch.first != want:
            die(
                Exit.HOLE, "records between two batches are missing", partition=batch.tp, wanted=want, found=batch.first
            )
        return True

    def discard(self, batch: Batch) -> None:
        """Nobody waits for it any more. Without `ack_batch` nothing is committed: the next owner reads it again."""
        batch.acked = True
        self._unacked_messages.discard(batch)
        self._room.set()
        notify(self._waiting_for_ack)

    def ack_batch(self, batch: Batch) -> None:
        """The whole range is decided and durable. Synchronous, so that a commit sees all of it or nothing."""
        if batch.epoch == self.epoch and self.done.get(batch.tp) == batch.first:
            self.done[batch.tp] = batch.end
        self.discard(batch)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[Any]:
        yield from super()._filter_tps_with_pending_acks(topics)
        for tp in list(self.done):
            if topics is None or tp in topics or tp.topic in topics:
                yield tp

    def _new_offset(self, tp: Any) -> int | None:
        return self.done.get(tp) if tp.topic in self.batch_topics else super()._new_offset(tp)

    async def _commit_offsets(self, offsets: Mapping[Any, int], start_new_transaction: bool = True) -> bool:
        """Faust notes an offset as committed although the commit was refused, and never tries it again."""
        before = {tp: self._committed_offset.get(tp) for tp in offsets}
        with fatal("committing source offsets failed"):
            failpoints.hit("A5")
            done = await super()._commit_offsets(offsets, start_new_transaction)
        if not done:
            for tp, old in before.items():
                if self._committed_offset.get(tp) == offsets[tp]:
                    self._committed_offset[tp] = old
        return bool(done)

    def uncommitted(self) -> Iterable[tuple[Any, int, int | None]]:
        """(partition, decided, committed) of each partition where the commit is behind."""
        committed = self._committed_offset
        return [
            (tp, done, committed.get(tp)) for tp, done in list(self.done.items()) if done != (committed.get(tp) or 0)
        ]


class Transport(stock.Transport):
    """Plugged in by `App._new_transport`."""

    Consumer = Consumer
