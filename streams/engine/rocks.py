"""Snapshots on disk (rocksdict), one database per partition. Entries, causes and position change in one write batch, WAL on.

`Rocks` keeps everything in memory, too, and only writes; a start loads it. `RocksReadThrough` reads each entry from disk: slower,
for more aggregates than fit into memory. Keys: `s`+key -> row, `c`+key+NUL+cause -> milliseconds (aggregates with many causes),
`x`+key: it is a settings aggregate, `w`+key: inputs wait there, `p` -> head.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rocksdict import Options, Rdict, WriteBatch

from domain.aggregates import Aggregate
from runtime import failpoints
from streams.engine.causes import NEWEST, SMALL, WIDTH, Cause, ManyCauses, to_forget, unpacked
from streams.engine.entry import Entry, Waiting
from streams.engine.store import Changes, Memory

FORMAT = 1
WRITE_BUFFER = 16 * 1024 * 1024
log = logging.getLogger(__name__)


class Head(Struct, frozen=True, array_like=True):
    """What a database says about itself. build: fingerprint of the program that folded it; another program folds anew."""

    format: int
    build: str
    mark: str = ""
    position: int = 0
    entries: int = 0


class Row(Struct, frozen=True, array_like=True):
    """An entry on disk; `causes` is their number when they stand under keys of their own."""

    version: int
    state: Any
    causes: bytes | int = b""
    waiting: tuple[Waiting, ...] = ()
    releasing: bool = False


def build_of(aggregates: Mapping[str, Aggregate]) -> str:
    """Fingerprint of everything that shapes a state: our version and the types of all states."""
    try:
        program = version("trunkline")
    except PackageNotFoundError:
        program = "unpacked"
    types = [(kind, msgspec.json.schema(aggregates[kind].state)) for kind in sorted(aggregates)]
    return hashlib.sha256(msgspec.json.encode([program, types])).hexdigest()[:16]


class Disk:
    """The database of one partition: rows, causes and head. Raises OSError-like rocksdict errors when the folder is in use."""

    def __init__(self, path: Path, aggregates: Mapping[str, Aggregate]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        build = build_of(aggregates)
        self.db: Any = _opened(path)  # rocksdict's stubs do not know raw mode: bytes in, bytes out
        head = self._head()
        if head is not None and (head.format, head.build) != (FORMAT, build):
            log.warning("local store %s was written by another version; it is folded anew from the log", path)
            self.db.close()
            Rdict.destroy(str(path), Options(raw_mode=True))
            self.db, head = _opened(path), None
        self.head = head or Head(FORMAT, build)
        self.settings, self.parked = set(self._keys(b"x")), set(self._keys(b"w"))
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = {
            kind.encode(): msgspec.msgpack.Decoder(
                msgspec.defstruct("Row", [("version", int), ("state", a.state)], bases=(Row,), array_like=True)
            ).decode
            for kind, a in aggregates.items()
        }

    def _head(self) -> Head | None:
        raw = self.db.get(b"p")
        try:
            return None if raw is None else msgspec.msgpack.decode(raw, type=Head)
        except msgspec.MsgspecError:
            return Head(0, "unreadable")

    def _keys(self, prefix: bytes) -> Iterator[bytes]:
        for full in self.db.keys(from_key=prefix):
            if full[:1] != prefix:
                return
            yield full[1:]

    def row(self, key: bytes) -> Row | None:
        raw = self.db.get(b"s" + key)
        return None if raw is None else self._row(key, raw)

    def _row(self, key: bytes, raw: bytes) -> Row:
        row: Any = self._decode[key.split(b":", 2)[1]](raw)
        return row

    def rows(self) -> Iterator[tuple[bytes, Row]]:
        for key, raw in self.db.items(from_key=b"s"):
            if key[:1] != b"s":
                return
            yield key[1:], self._row(key[1:], raw)

    def causes(self, key: bytes) -> list[tuple[Cause, int]]:
        """The causes that stand under keys of their own, in the order they were applied."""
        prefix = b"c" + key + b"\0"
        found = []
        for full, raw in self.db.items(from_key=prefix):
            if not full.startswith(prefix):
                break
            found.append((full[len(prefix) :], int.from_bytes(raw, "big")))
        found.sort(key=lambda item: item[1])
        return found

    def has_cause(self, key: bytes, cause: Cause) -> bool:
        return self.db.get(b"c" + key + b"\0" + cause) is not None

    def write(
        self,
        rows: Iterable[tuple[bytes, Row]],
        added: Mapping[bytes, Mapping[Cause, int]],
        gone: Mapping[bytes, Iterable[Cause]],
        settings: set[bytes],
        head: Head,
    ) -> None:
        """Everything at once, or nothing."""
        batch, encode, parked = WriteBatch(raw_mode=True), self._encode, set(self.parked)
        for key, row in rows:
            batch.put(b"s" + key, encode(row))
            if row.waiting:
                batch.put(b"w" + key, b"")
                parked.add(key)
            elif key in parked:
                batch.delete(b"w" + key)
                parked.discard(key)
        for key in settings - self.settings:
            batch.put(b"x" + key, b"")
        for key, causes in added.items():
            for cause, at in causes.items():
                batch.put(b"c" + key + b"\0" + cause, at.to_bytes(6, "big"))
        for key, forgotten in gone.items():
            for cause in forgotten:
                batch.delete(b"c" + key + b"\0" + cause)
        batch.put(b"p", encode(head))
        failpoints.hit("A9")
        self.db.write(batch)
        self.head, self.parked = head, parked
        self.settings |= settings


def _opened(path: Path) -> Rdict:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(WRITE_BUFFER)
    return Rdict(str(path), options)


def _split(changes: Changes) -> dict[bytes, dict[Cause, int]]:
    """Causes that get keys of their own with these changes: added to aggregates with many, or all of those that now have many."""
    added = dict(changes.fresh)
    for key, entry in changes.entries.items():
        causes = entry.causes
        if type(causes) is bytes and len(causes) > SMALL * WIDTH:
            added[key] = dict(unpacked(causes))
    return added


class Rocks(Memory):
    """Memory with a snapshot on disk that is loaded at the start and from then on only written."""

    def __init__(self, path: Path, aggregates: Mapping[str, Aggregate]) -> None:
        super().__init__()
        self.disk = Disk(path, aggregates)
        self.position, self.mark = self.disk.head.position, self.disk.head.mark
        self.settings, self.parked = set(self.disk.settings), set(self.disk.parked)
        for key, row in self.disk.rows():
            causes: bytes | ManyCauses = row.causes if isinstance(row.causes, bytes) else ManyCauses()
            if isinstance(causes, ManyCauses):
                causes.times.update(self.disk.causes(key))
            self.entries[key] = Entry(row.version, row.state, causes, row.waiting, row.releasing)

    def write(self, changes: Changes, position: int) -> None:
        added = _split(changes)
        gone = self.take(changes)
        rows = []
        for key in changes.entries:
            e = self.entries[key]
            causes = e.causes if isinstance(e.causes, bytes) else len(e.causes)
            rows.append((key, Row(e.version, e.state, causes, e.waiting, e.releasing)))
        head = Head(FORMAT, self.disk.head.build, self.mark, position, len(self.entries))
        self.disk.write(rows, added, gone, changes.settings, head)
        self.position = position

    def close(self) -> None:
        self.disk.db.close()
        super().close()


class DiskCauses:
    """The many causes of one aggregate, looked up on disk."""

    __slots__ = ("count", "disk", "key")

    def __init__(self, disk: Disk, key: bytes, count: int) -> None:
        self.disk, self.key, self.count = disk, key, count

    def __contains__(self, cause: Cause) -> bool:
        return self.disk.has_cause(self.key, cause)

    def __len__(self) -> int:
        return self.count


class RocksReadThrough:
    """Every entry is read from disk when it is asked for."""

    def __init__(self, path: Path, aggregates: Mapping[str, Aggregate]) -> None:
        self.disk = Disk(path, aggregates)
        self.position, self.mark = self.disk.head.position, self.disk.head.mark

    def get(self, key: bytes) -> Entry | None:
        row = self.disk.row(key)
        return None if row is None else self._entry(key, row)

    def _entry(self, key: bytes, row: Row) -> Entry:
        causes: Any = row.causes if isinstance(row.causes, bytes) else DiskCauses(self.disk, key, row.causes)
        return Entry(row.version, row.state, causes, row.waiting, row.releasing)

    def write(self, changes: Changes, position: int) -> None:
        added, gone, rows = _split(changes), {}, []
        for key, e in changes.entries.items():
            causes: bytes | int
            if key not in added:
                causes = e.causes if isinstance(e.causes, bytes) else len(e.causes)
            else:
                before = 0 if isinstance(e.causes, bytes) else len(e.causes)
                causes = before + len(added[key])
                if causes >= 2 * NEWEST and causes.bit_length() != before.bit_length():
                    newest = max(added[key].values())
                    gone[key] = to_forget([*self.disk.causes(key), *added[key].items()], newest)
                    causes -= len(gone[key])
            rows.append((key, Row(e.version, e.state, causes, e.waiting, e.releasing)))
        old = self.disk.head
        head = Head(FORMAT, old.build, self.mark, position, old.entries + changes.new)
        self.disk.write(rows, added, gone, changes.settings, head)
        self.position = position

    @property
    def settings(self) -> set[bytes]:
        return self.disk.settings

    @property
    def parked(self) -> set[bytes]:
        return self.disk.parked

    def items(self) -> Iterable[tuple[bytes, Entry]]:
        return ((key, self._entry(key, row)) for key, row in self.disk.rows())

    def __iter__(self) -> Iterator[bytes]:
        return (key for key, _ in self.disk.rows())

    def __len__(self) -> int:
        return self.disk.head.entries

    def close(self) -> None:
        self.disk.db.close()
