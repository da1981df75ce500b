"""From records to the rows of one batch: decode, arbitrate, show. What cannot be shown becomes a dead letter, in the same order."""

import traceback
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from domain.arbitration import Arbiter, WindowNeeded
from projections.positions import Held, Move, mark
from projections.tables import schema_of
from projections.text import ESCAPED_NUL
from projections.view import Place, Source, View, Write
from schemas.identity import TENANT, split_key
from schemas.topics import DECISIONS


class LogRecord(Protocol):
    """What the fold reads of a Kafka record."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


class Poison(Exception):
    """A record that a view cannot show, with the reason as a short name."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(error)
        self.reason, self.error = reason, error


class Judged(msgspec.Struct, frozen=True, gc=False):
    """What the arbiter must know of a decision that nothing else can be read of."""

    aggregate: str
    version: int
    base: int
    slot: int = 0


_judged = msgspec.json.Decoder(Judged).decode


class Letter(msgspec.Struct, frozen=True):
    """A record that will be dead-lettered."""

    place: Place
    record: Any
    tenant: str
    reason: str
    error: str


class Batch:
    """What one transaction writes. rows: write name -> schema -> rows."""

    __slots__ = ("cursors", "letters", "newest", "records", "rejected", "rows", "traces")

    def __init__(self, writes: Iterable[Write]) -> None:
        self.rows: dict[str, defaultdict[str, list[tuple[Any, ...]]]] = {w.name: defaultdict(list) for w in writes}
        self.letters: list[Letter] = []
        self.cursors: dict[tuple[str, int], Cursor] = {}
        self.records = self.rejected = 0
        self.newest = ""
        self.traces: list[str] = []

    @property
    def schemas(self) -> set[str]:
        return {schema for groups in self.rows.values() for schema in groups}

    @property
    def statements(self) -> int:
        return sum(map(len, self.rows.values()))

    @property
    def row_count(self) -> int:
        return sum(len(rows) for groups in self.rows.values() for rows in groups.values())

    def moves(self) -> list[Move]:
        """The moves of the positions, in one order for every writer. The cursors then hold what the next batch starts from."""
        return [self.cursors[key].move() for key in sorted(self.cursors)]


class Cursor:
    """How far one partition was folded. topic: its full name; held: where the last batch will have left the position."""

    __slots__ = ("arbiter", "chain", "generation", "held", "last", "next_offset", "source", "topic")

    def __init__(self, held: Held, source: Source, arbiter: Arbiter | None = None) -> None:
        self.topic, self.source, self.held = held.topic, source, held
        self.next_offset, self.chain, self.generation = held.next_offset, held.chain, held.generation
        self.last: bytes | None = None
        if arbiter is None and source.topic.name == DECISIONS.name:
            arbiter = Arbiter(held.next_offset)
        self.arbiter = arbiter

    def move(self) -> Move:
        digest = self.held.last_sha256 if self.last is None else sha256(self.last).digest()
        move = Move(self.held, self.next_offset, digest, self.chain, self.generation)
        self.held = move.moved
        return move


class Fold:
    """The fold of one view. `refused`: offsets whose rows the database refused, with what it said. traces: keep the traceparents."""

    def __init__(self, view: View, traces: bool = False) -> None:
        self.view, self.traces = view, traces
        self.refused: dict[tuple[str, int, int], str] = {}
        self._decoders = {source.topic.name: msgspec.json.Decoder(source.record).decode for source in view.sources}

    def batch(self) -> Batch:
        return Batch(self.view.writes)

    def fold(self, cursor: Cursor, partition: int, records: Iterable[LogRecord], batch: Batch) -> None:
        """Adds records to the batch, in order of offsets; those before the cursor are skipped. Raises WindowNeeded when the arbiter
        must see more first: give the cursor such an arbiter, and the same records again."""
        source, arbiter = cursor.source, cursor.arbiter
        topic, decode, show = source.topic.name, self._decoders[source.topic.name], source.rows
        groups, refused, traces = batch.rows, self.refused, self.traces
        next_offset, chain, taken = cursor.next_offset, cursor.chain, 0
        decision: Any = None
        value: bytes | None = None
        try:
            for record in records:
                offset = record.offset
                if offset < next_offset:
                    continue
                place = Place(topic, partition, offset)
                try:
                    decision = decode(record.value)  # type: ignore[arg-type]
                    if arbiter is None or arbiter.accepts(offset, decision):
                        made = [
                            (write.name, schema_of(tenant), row)
                            for write, tenant, row in show(decision, place, ESCAPED_NUL in record.value)  # type: ignore[operator]
                        ]
                        if refused and place in refused:
                            raise Poison("refused", refused[place])
                        for name, schema, row in made:
                            groups[name][schema].append(row)
                    else:
                        batch.rejected += 1
                except WindowNeeded:
                    raise
                except Exception as error:  # noqa: BLE001  # a bug of a view parks the record, not the view
                    decision = None
                    self._poison(place, record, arbiter, error, batch)
                value = record.value
                if not cursor.generation and offset == 0:
                    cursor.generation = mark(record.timestamp, value)
                chain = sha256(chain + (value or b"")).digest()
                next_offset = offset + 1
                taken += 1
                if traces and (trace := getattr(decision, "trace", None)):
                    batch.traces.append(trace)
        finally:
            if taken:
                cursor.next_offset, cursor.chain, cursor.last = next_offset, chain, value or b""
                batch.records += taken
                batch.cursors[cursor.topic, partition] = cursor
                batch.newest = getattr(decision, "at", "") or batch.newest

    def _poison(self, place: Place, record: LogRecord, arbiter: Arbiter | None, error: Exception, batch: Batch) -> None:
        """Whatever the reason is, the record is kept and the view goes on (law 8)."""
        if arbiter is not None and isinstance(error, msgspec.MsgspecError | TypeError):
            judge(arbiter, place.offset, record.value)
        tenant = tenant_of_key(record.key) if arbiter is not None else ""
        batch.letters.append(Letter(place, record, tenant, *_reason(error)))


def tenant_of_key(key: bytes | None) -> str:
    """The tenant of an aggregate key; "" for any other one: a tenant is never guessed (law 10)."""
    try:
        tenant = split_key((key or b"").decode())[0]
    except ValueError:
        return ""
    return tenant if TENANT.fullmatch(tenant) else ""


def judge(arbiter: Arbiter, offset: int, value: bytes | None) -> None:
    """Lets the arbiter see a record whose rows are not wanted, or cannot be read. One that is no decision at all counts for nobody.
    Raises WindowNeeded."""
    try:
        arbiter.accepts(offset, _judged(value or b""))
    except msgspec.MsgspecError:
        return


def _reason(error: Exception) -> tuple[str, str]:
    """A short name, and a text that holds no value of the record but where a record is not what we wrote."""
    if isinstance(error, Poison):
        return error.reason, error.error
    if isinstance(error, msgspec.MsgspecError):
        return "unreadable", str(error)
    if isinstance(error, ValueError):
        return "not_showable", f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    return "not_showable", f"{type(error).__name__} in {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}"
