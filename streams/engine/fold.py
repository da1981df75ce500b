"""State of one partition of the decisions log: the fold of its accepted records up to `position` (laws 2 and 3)."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from streams.engine.causes import cause_of, with_cause
from streams.engine.entry import Entry
from streams.engine.parking import advanced
from streams.engine.rules import Refused, Rules
from streams.engine.store import Changes, Store


class LogRecord(Protocol):
    """What the fold reads of a Kafka record. timestamp: milliseconds, set by the writer when it appended."""

    offset: int
    timestamp: int
    key: bytes
    value: bytes


class Unreadable(Exception):
    """A record of the log that this program does not understand: it must not go on, its state would be wrong."""


class Fold:
    """`position`: next offset to fold. `rejected`: records that lost to an earlier record of the same version.
    `checked`: the store was seen to belong to this log."""

    __slots__ = ("checked", "partition", "rejected", "rules", "store")

    def __init__(self, partition: int, store: Store, rules: Rules) -> None:
        self.partition, self.store, self.rules, self.rejected, self.checked = partition, store, rules, 0, False

    @property
    def position(self) -> int:
        return self.store.position

    def fold(self, records: Iterable[LogRecord]) -> None:
        """Takes records in order of offsets; those before `position` are skipped. One write to the store. Raises Unreadable."""
        get, decode, aggregate_of = self.store.get, self.rules.decode_slim, self.rules.aggregate_of
        position = self.store.position
        work = Changes()
        entries = work.entries
        for record in records:
            if record.offset < position:
                continue
            position, key = record.offset + 1, record.key
            try:
                decision = decode(record.value)
                entry = entries.get(key) or get(key)
                version = entry.version if entry else 0
                if decision.version != version + 1:
                    self.rejected += 1
                    continue
                aggregate = aggregate_of(key)
                cause = cause_of(decision.cause)
            except (msgspec.MsgspecError, Refused, ValueError) as error:
                raise Unreadable(
                    f"record {record.offset} of decisions partition {self.partition} cannot be read ({error}); "
                    "a newer version wrote it: upgrade this worker"
                ) from error
            if entry is None:
                entry = Entry(0, aggregate.initial())
                work.new += 1
                if aggregate.settings_copy is not None:
                    work.settings.add(key)
            causes = with_cause(entry.causes, cause, record.timestamp)
            work.put(key, advanced(entry, aggregate, decision.source, decision.events, causes), cause, record.timestamp)
        if position != self.store.position:
            self.store.write(work, position)
