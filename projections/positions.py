"""Where each view stands in the log, kept in the database of its rows and moved in the transaction that writes them (law 3).

Whoever takes a partition over raises `owner_epoch`; the first statement of every batch transaction moves `next_offset` from the batch's
first offset to its end if both still are what the writer believes. What was committed is therefore a partition of the log into adjacent
ranges, for any number of writers that believe to own it (delivery.md B.3, docs/adr/0008).
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import SHARED, SharedTable, Small

NOTHING = bytes(32)
"""Digest and chain before the first record."""


class Position(SharedTable):
    """`generation` marks the topic (see `mark`), "" while it was empty. `last_sha256` is of the record at next_offset - 1, `chain` of
    all records since the view's first, so that two views of one log can be compared."""

    __tablename__ = "positions"

    view: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[Small] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[Small] = mapped_column(primary_key=True)
    generation: Mapped[str] = mapped_column(Text(), server_default="")
    next_offset: Mapped[int]
    owner_epoch: Mapped[int]
    last_sha256: Mapped[bytes]
    chain: Mapped[bytes]


class Held(NamedTuple):
    """A position as its owner knows it."""

    topic: str
    partition: int
    generation: str
    next_offset: int
    owner_epoch: int
    last_sha256: bytes = NOTHING
    chain: bytes = NOTHING


class Move(NamedTuple):
    """From what a writer holds to the end of its batch."""

    held: Held
    next_offset: int
    last_sha256: bytes
    chain: bytes
    generation: str

    @property
    def moved(self) -> Held:
        """What the writer holds when the move was committed."""
        return self.held._replace(
            next_offset=self.next_offset, last_sha256=self.last_sha256, chain=self.chain, generation=self.generation
        )


class Loss(StrEnum):
    """Why a position did not move (delivery.md B.3); the label of trunkline_projections_lost_races_total."""

    NONE = "none"
    """This one would have moved; another one of the batch did not."""
    ZOMBIE = "zombie"
    """Somebody else took the partition over: let go of it."""
    COMMITTED = "committed"
    """Our own commit, whose answer was lost: go on after it."""
    REWOUND = "rewound"
    """The database went back (failover, restore): write again what it lost."""
    UNFENCED = "unfenced"
    """The database went back before our own take-over: take over again."""
    MISSING = "missing"
    """No such row: another database, or a rebuild of a later version: stop."""
    RECREATED = "recreated"
    """The row is of another topic of this name: stop."""


class LostRace(Exception):
    """The batch must be rolled back; its positions have to be classified on a new connection."""


def mark(timestamp: int, value: bytes | None) -> str:
    """What tells a topic from another one of the same name: its first record. Kafka's topic ids are not on aiokafka's wire."""
    return f"{timestamp}:{sha256(value or b'').hexdigest()[:16]}"


_COLUMNS = "topic, partition, generation, next_offset, owner_epoch, last_sha256, chain"
_READ = f"SELECT {_COLUMNS} FROM {SHARED}.positions WHERE view = $1 AND version = $2"
_LATEST = f"SELECT max(version) FROM {SHARED}.positions WHERE view = $1"
_CREATE = f"""
INSERT INTO {SHARED}.positions (view, version, {_COLUMNS})
SELECT $1, $2, * FROM unnest($3::text[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bytea[])
ON CONFLICT DO NOTHING"""
_FENCE = f"""
UPDATE {SHARED}.positions AS p SET owner_epoch = greatest(p.owner_epoch, n.epoch) + 1
FROM unnest($3::text[], $4::int[], $5::bigint[]) AS n(topic, partition, epoch)
WHERE p.view = $1 AND p.version = $2 AND p.topic = n.topic AND p.partition = n.partition
RETURNING {", ".join(f"p.{name}" for name in _COLUMNS.split(", "))}"""
_MOVE = f"""
UPDATE {SHARED}.positions AS p
SET next_offset = n.next_offset, last_sha256 = n.last_sha256, chain = n.chain, generation = n.generation
FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bytea[], $10::text[], $11::text[])
 AS n(topic, partition, epoch, first, next_offset, last_sha256, chain, known, generation)
WHERE p.view = $1 AND p.version = $2 AND p.topic = n.topic AND p.partition = n.partition
 AND p.owner_epoch = n.epoch AND p.next_offset = n.first AND p.generation = n.known"""


async def read(sql: AsyncConnection, view: str, version: int) -> dict[tuple[str, int], Held]:
    """All positions of a view, by topic and partition."""
    found = await sql.exec_driver_sql(_READ, (view, version))
    return {(each.topic, each.partition): each for each in (Held._make(row) for row in found)}


async def latest_version(sql: AsyncConnection, view: str) -> int | None:
    """The version of the view whose positions are there, None when it never wrote."""
    return (await sql.exec_driver_sql(_LATEST, (view,))).scalar()


async def create(sql: AsyncConnection, view: str, version: int, held: Iterable[Held]) -> None:
    """Writes positions that are not there yet; those that are stay as they are."""
    columns = list(zip(*held, strict=True))
    if columns:
        await sql.exec_driver_sql(_CREATE, (view, version, *(list(column) for column in columns)))


async def fence(
    sql: AsyncConnection, view: str, version: int, partitions: Sequence[tuple[str, int, int]]
) -> dict[tuple[str, int], Held]:
    """Takes over (topic, partition, epoch that we had): raises the owner's epoch above every one before. Doing it twice is harmless
    (P8). Gives what was taken; a partition without a position is not in it."""
    topics, numbers, epochs = (list(column) for column in zip(*partitions, strict=True))
    found = await sql.exec_driver_sql(_FENCE, (view, version, topics, numbers, epochs))
    return {(each.topic, each.partition): each for each in (Held._make(row) for row in found)}


async def move(sql: AsyncConnection, view: str, version: int, moves: Sequence[Move]) -> None:
    """The first statement of a batch transaction. Raises LostRace when not every position moved."""
    held = [each.held for each in moves]
    values = (
        [each.topic for each in held],
        [each.partition for each in held],
        [each.owner_epoch for each in held],
        [each.next_offset for each in held],
        [each.next_offset for each in moves],
        [each.last_sha256 for each in moves],
        [each.chain for each in moves],
        [each.generation for each in held],
        [each.generation for each in moves],
    )
    if (await sql.exec_driver_sql(_MOVE, (view, version, *values))).rowcount != len(moves):
        raise LostRace(f"{view} v{version}: a position is not where this process left it")


def classify(mine: Held, row: Held | None) -> Loss:
    """Why `mine` did not move, from the row as it is now."""
    if row is None:
        return Loss.MISSING
    if mine.generation and row.generation and row.generation != mine.generation:
        return Loss.RECREATED
    if row.owner_epoch > mine.owner_epoch:
        return Loss.ZOMBIE
    if row.owner_epoch < mine.owner_epoch:
        return Loss.UNFENCED
    if row.next_offset > mine.next_offset:
        return Loss.COMMITTED
    if row.next_offset < mine.next_offset:
        return Loss.REWOUND
    return Loss.NONE
