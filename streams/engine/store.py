"""Snapshot of one decisions partition: entries by key and the position they are folded from, changed in ONE step (law 3).

A snapshot is the fold of a prefix of the log, so an old one is as valid as a new one: it only has more to catch up.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec

from runtime import failpoints
from streams.engine.causes import SMALL, WIDTH, Cause, ManyCauses
from streams.engine.entry import Entry


class Changes:
    """What one write changes: entries, causes of aggregates that have many, number of new aggregates; `settings`: keys of those
    among them whose copy goes to the settings topic."""

    __slots__ = ("entries", "fresh", "new", "settings")

    def __init__(self) -> None:
        self.entries: dict[bytes, Entry] = {}
        self.fresh: dict[bytes, dict[Cause, int]] = {}
        self.new = 0
        self.settings: set[bytes] = set()

    def put(self, key: bytes, entry: Entry, cause: Cause, at: int) -> None:
        """Notes `entry`, which is the one after the decision on `cause`."""
        if type(entry.causes) is not bytes:
            self.fresh.setdefault(key, {})[cause] = at
        self.entries[key] = entry

    def knows(self, key: bytes, entry: Entry, cause: Cause) -> bool:
        """Whether the cause took effect before, in the store or in these changes."""
        if entry.knows(cause):
            return True
        return cause in self.fresh.get(key, ())


class Store(Protocol):
    """One partition's snapshot. `position`: next offset of the log to fold. `mark`: of the log it belongs to, "" when unknown.
    `settings`, `parked`: keys of the aggregates that are settings, and of those where inputs wait."""

    position: int
    mark: str

    @property
    def settings(self) -> set[bytes]: ...

    @property
    def parked(self) -> set[bytes]: ...

    def get(self, key: bytes) -> Entry | None: ...

    def write(self, changes: Changes, position: int) -> None:
        """All changes and the position, atomically."""

    def items(self) -> Iterable[tuple[bytes, Entry]]: ...

    def __iter__(self) -> Iterator[bytes]: ...

    def __len__(self) -> int: ...

    def close(self) -> None: ...


class Memory:
    """Entries in a dict; nothing survives the process."""

    def __init__(self) -> None:
        self.entries: dict[bytes, Entry] = {}
        self.position, self.mark = 0, ""
        self.settings: set[bytes] = set()
        self.parked: set[bytes] = set()
        self.get = self.entries.get

    def write(self, changes: Changes, position: int) -> None:
        failpoints.hit("A9")
        self.take(changes)
        self.position = position

    def take(self, changes: Changes) -> dict[bytes, list[Cause]]:
        """Takes the changes over; gives the causes that were forgotten. Aggregates with many causes get their dictionary here."""
        gone: dict[bytes, list[Cause]] = {}
        entries, parked = self.entries, self.parked
        self.settings |= changes.settings
        for key, entry in changes.entries.items():
            causes = entry.causes
            if type(causes) is bytes and len(causes) > SMALL * WIDTH:
                entry = msgspec.structs.replace(entry, causes=ManyCauses(causes))
            entries[key] = entry
            if entry.waiting:
                parked.add(key)
            elif parked:
                parked.discard(key)
        for key, fresh in changes.fresh.items():
            many: Any = entries[key].causes
            for cause, at in fresh.items():
                forgotten = many.add(cause, at)
                if forgotten:
                    gone.setdefault(key, []).extend(forgotten)
        return gone

    def items(self) -> Iterable[tuple[bytes, Entry]]:
        return self.entries.items()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def close(self) -> None:
        self.entries.clear()
