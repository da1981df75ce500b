"""Views on a bench: the product's fold and writer on a real database, with records from memory cut into any batches."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.arbitration import Arbiter, WindowNeeded
from projections import positions
from projections.fold import Batch, Cursor, Fold, Letter, judge
from projections.positions import Held
from projections.tenancy import Tenancy
from projections.view import View
from projections.writer import Writer
from runtime import postgres
from runtime.settings import Postgres
from tests.crash import facts as crash
from tests.crash import fold


@dataclass(frozen=True)
class Stored:
    """A Kafka record as aiokafka gives it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


Log = Mapping[tuple[str, int], Sequence[Stored]]
"""(topic, partition) -> its records, offsets from 0."""


def stored(records: Iterable[crash.Record]) -> list[Stored]:
    return [Stored(r.offset, r.timestamp, r.key.encode(), msgspec.json.encode(r.value)) for r in records]


def log_of(facts: crash.Facts) -> dict[tuple[str, int], list[Stored]]:
    log: dict[tuple[str, int], list[Stored]] = {}
    for topic, records in facts.topics.items():
        for record in records:
            log.setdefault((topic, record.partition), []).extend(stored([record]))
    return log


class Letters:
    """Keeps the dead letters of one view."""

    def __init__(self) -> None:
        self.written: list[Letter] = []

    async def write(self, letters: Iterable[Letter]) -> None:
        self.written += letters

    async def close(self) -> None:
        pass


class Bench:
    """Applies logs to views. `letters` are those of the last run."""

    def __init__(self, settings: Postgres) -> None:
        self.settings = settings
        self.letters: list[Letter] = []
        self.rejected = 0

    async def run(
        self, view: View, log: Log, *, cut: random.Random | None = None, twice: bool = False
    ) -> dict[str, Any]:
        """Clears the view's tables, applies the log from its start, gives the rows of all its tables by "schema.table".

        cut: cuts every partition into batches at random, mixes the partitions, and begins anew in between with nothing but the
        positions. twice: writes the rows of each batch a second time.
        """
        engine = postgres.engine(self.settings, pool_size=1)
        shared = postgres.engine(self.settings, pool_size=1)
        letters = Letters()
        self.rejected = 0
        writer = Writer(view, engine, Tenancy(shared), letters)  # type: ignore[arg-type]
        try:
            await self.clear(view)
            topics = {source.topic.name: source for source in view.sources}
            parts = {place: records for place, records in log.items() if place[0] in topics}
            await self._begin(view, engine, parts)
            cursors: dict[tuple[str, int], Cursor] = {}
            left = {place: list(records) for place, records in parts.items()}
            fold_ = Fold(view)
            while any(left.values()):
                if not cursors or (cut and cut.random() < 0.1):
                    async with engine.connect() as sql:
                        held = await positions.read(sql, view.name, view.version)
                    cursors = {place: Cursor(each, topics[place[0]]) for place, each in held.items()}
                batch = fold_.batch()
                for place, records in left.items():
                    n = len(records) if cut is None else cut.choice((0, 1, 2, 7, 40))
                    taken, left[place] = records[:n], records[n:]
                    if taken:
                        self._fold(fold_, cursors[place], place, taken, log, batch)
                if batch.records:
                    self.rejected += batch.rejected
                    await writer.write(batch, batch.moves())
                    if twice:
                        async with postgres.transaction(engine) as open_:
                            await open_.sql.exec_driver_sql("SELECT 1")
                            await writer.rows(open_.driver, batch)
            self.letters = letters.written
            return await self.rows(view)
        finally:
            await writer.close()
            await shared.dispose()

    async def _begin(self, view: View, engine: Any, places: Iterable[tuple[str, int]]) -> None:
        async with postgres.transaction(engine) as open_:
            await open_.sql.exec_driver_sql("DELETE FROM trunkline.positions WHERE view = $1", (view.name,))
            held = [Held(topic, partition, "", 0, 0) for topic, partition in places]
            await positions.create(open_.sql, view.name, view.version, held)

    def _fold(
        self, fold_: Fold, cursor: Cursor, place: tuple[str, int], records: Sequence[Stored], log: Log, batch: Batch
    ) -> None:
        while True:
            try:
                return fold_.fold(cursor, place[1], records, batch)
            except WindowNeeded as needed:
                cursor.arbiter = seen(log[place], needed.base, cursor.next_offset)

    async def clear(self, view: View) -> None:
        """Empties the view's tables in every schema."""
        engine = postgres.engine(self.settings, pool_size=1)
        async with engine.begin() as sql:
            found = await sql.exec_driver_sql("SELECT schemaname, tablename FROM pg_tables")
            names = ['"{}"."{}"'.format(*row) for row in found if tuple(row)[1] in view.table_names]
            if names:
                await sql.exec_driver_sql(f"TRUNCATE {', '.join(names)}")
        await engine.dispose()

    async def rows(self, view: View) -> dict[str, Any]:
        """All rows of the view's tables in a form that compares, by "schema.table"; tables without rows are left out."""
        found = crash.Facts()
        await crash.read_rows(self.settings.url.get_secret_value(), found, view.table_names)
        return comparable({place: dict(enumerate(rows)) for place, rows in found.rows.items()})

    async def positions(self, view: View) -> dict[tuple[str, int], Held]:
        engine = postgres.engine(self.settings, pool_size=1)
        async with engine.connect() as sql:
            found = await positions.read(sql, view.name, view.version)
        await engine.dispose()
        return found


def seen(records: Sequence[Stored], base: int, upto: int) -> Arbiter:
    """An arbiter that has seen [base, upto), or more where that does not tell."""
    while True:
        arbiter = Arbiter(base)
        try:
            for record in records[base:upto]:
                judge(arbiter, record.offset, record.value)
            return arbiter
        except WindowNeeded as needed:
            base = needed.base


def comparable(tables: Mapping[tuple[str, str], Mapping[Any, Mapping[str, Any]]]) -> dict[str, Any]:
    """Rows by key, every value in one plain form."""
    out: dict[str, Any] = {}
    for (schema, table), rows in tables.items():
        if rows:
            out[f"{schema}.{table}"] = {
                "|".join(str(row[name]) for name in fold.KEYS[table]): fold.plain(dict(row)) for row in rows.values()
            }
    return out


def expected(facts: crash.Facts, view: View) -> dict[str, Any]:
    """What the independent fold says that the view's tables hold."""
    return comparable({place: rows for place, rows in fold.expected(facts).items() if place[1] in view.table_names})
