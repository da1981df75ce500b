"""What is parked now, read from the decisions log by a fold that keeps versions and waiting inputs only."""

from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Any, get_args

import msgspec
from aiokafka import TopicPartition
from msgspec import Struct

from domain.aggregates import Aggregate
from runtime.kafka import client_options, topic_name
from runtime.settings import Kafka
from schemas.decisions import Source
from schemas.events import AggregateParked, AnyEvent
from schemas.topics import DECISIONS
from streams.engine.entry import Entry, Waiting
from streams.engine.parking import advanced
from streams.engine.slim import slim_event
from streams.tape import Progress, Tape, silent


class Parked(Struct, frozen=True, kw_only=True):
    """One parked aggregate. since: time of the input that failed first. error, where: class and place of the exception. waiting: the
    failed input and those held behind it, in order. releasing: a release is under way. version: of its last decision."""

    aggregate: str
    version: int
    partition: int
    since: str
    error: str
    where: str
    waiting: tuple[Waiting, ...]
    releasing: bool = False


class _Parking(Struct, frozen=True):
    version: int
    source: Source
    at: str
    events: tuple[Any, ...] = ()


_slim: Any = reduce(or_, map(slim_event, get_args(AnyEvent)))
_decode = msgspec.json.Decoder(
    msgspec.defstruct("_Parking", [("events", GenericAlias(tuple, (_slim, ...)), ())], bases=(_Parking,), frozen=True)
).decode
_STATELESS = Aggregate("", type(None), lambda: None, lambda *_: (), lambda state, _: state)


class ParkedFold:
    """Folds decisions, in order per partition, into what is parked."""

    def __init__(self) -> None:
        self._versions: dict[bytes, int] = {}
        self._entries: dict[bytes, Entry] = {}
        self._facts: dict[bytes, tuple[str, str, str]] = {}
        self._partitions: dict[bytes, int] = {}

    def take(self, record: Any) -> None:
        """One record of the decisions log; records that lost to an earlier one of the same version are ignored (law 2)."""
        decision: Any = _decode(record.value)
        key = record.key
        if decision.version != self._versions.get(key, 0) + 1:
            return
        self._versions[key] = decision.version
        first = decision.events[0] if decision.events else None
        if isinstance(first, AggregateParked):
            since = self._facts[key][0] if key in self._facts else decision.at
            self._facts[key] = (since, first.error, first.where)
            self._partitions[key] = record.partition
        entry = self._entries.get(key) or Entry(0, None)
        after = advanced(entry, _STATELESS, decision.source, decision.events, b"")
        if after.waiting:
            self._entries[key] = after
        elif key in self._entries:
            del self._entries[key], self._facts[key], self._partitions[key]

    def parked(self) -> list[Parked]:
        """Everything that is parked, by aggregate."""
        found = []
        for key, entry in sorted(self._entries.items()):
            since, error, where = self._facts[key]
            found.append(
                Parked(
                    aggregate=key.decode(),
                    version=self._versions[key],
                    partition=self._partitions[key],
                    since=since,
                    error=error,
                    where=where,
                    waiting=entry.waiting,
                    releasing=entry.releasing,
                )
            )
        return found


async def parked(kafka: Kafka, progress: Progress = silent) -> list[Parked]:
    """What is parked as of now. Reads the whole decisions log; raises Unavailable when the broker does not answer."""
    fold, read = ParkedFold(), 0
    async with Tape(client_options(kafka)) as tape:
        topic = topic_name(kafka, DECISIONS)
        spans = await tape.bounds(TopicPartition(topic, p) for p in range(kafka.partitions))
        total = sum(end - begin for begin, end in spans.values())
        async for records in tape.read(spans):
            for record in records:
                fold.take(record)
            read += len(records)
            progress(read, total)
    return fold.parked()
