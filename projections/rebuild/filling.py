"""Rows into the shadows: many at once by COPY and the view's own statements, while the next batch is read and folded."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing

import asyncpg
from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.fold import Batch
from projections.positions import Move
from projections.rebuild.guard import Guard
from projections.rebuild.reading import Reading
from projections.rebuild.shadow import Shadows
from projections.view import View
from runtime import failpoints, postgres

COPIED = 1000
"""Rows of one table and schema from which on COPY into the temporary table is cheaper than an array."""
_SESSION = "SET temp_buffers = '128MB'; SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'; SET synchronous_commit = off"
"""A server's crash may lose what was built; the switch commits with the server's own setting and so makes all of it durable."""

Told = Callable[[int, int], None]


class Filling:
    """Fills shadows. engine: one connection, which nobody else uses. only: the one schema whose rows are wanted, or None for all."""

    def __init__(
        self, view: View, guard: Guard, engine: AsyncEngine, shadows: Shadows, reading: Reading, only: str | None
    ) -> None:
        self.view, self.guard, self.engine = view, guard, engine
        self.shadows, self.reading, self.only = shadows, reading, only
        self.records = self.rejected = self.letters = 0
        self._shaped: asyncpg.Connection | None = None
        self._failed: tuple[Batch, Sequence[Move]] | None = None

    async def fill(self, upto: Mapping[TopicPartition, int], told: Told) -> None:
        """Goes on to these offsets. Raises Unavailable, or what the database raises."""
        while any(self.reading.vector[tp] < end for tp, end in upto.items()):
            try:
                await self._fill(upto, told)
            except Exception as error:
                if self._failed is None or not _refused(error, *self._failed):
                    raise
                said = f"PostgreSQL refuses the values: {postgres.sqlstate(error) or type(error).__name__}"
                self.reading.narrow(*self._failed, said)

    async def _fill(self, upto: Mapping[TopicPartition, int], told: Told) -> None:
        writing: asyncio.Task[None] | None = None
        begun, total = sum(self.reading.vector.values()), sum(upto.values())
        told(0, max(0, total - begun))
        try:
            async with aclosing(self.reading.batches(upto)) as batches:
                async for batch, moves in batches:
                    if writing is not None:
                        await writing
                        told(sum(self.reading.vector.values()) - begun, total - begun)
                    writing = asyncio.create_task(self._write(batch, moves))
            if writing is not None:
                await writing
        finally:
            if writing is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)

    async def _write(self, batch: Batch, moves: Sequence[Move]) -> None:
        await self.guard.keep()
        self._failed = batch, moves
        for schema in sorted(batch.schemas):
            if self.only in (None, schema):
                await self.shadows.make(schema)
        async with postgres.transaction(self.engine) as open_:
            await open_.sql.exec_driver_sql("SELECT 1")
            await self._rows(open_.driver, batch)
        failpoints.hit("R2")
        self.reading.wrote(moves)
        self._failed = None
        self.records += batch.records
        self.rejected += batch.rejected
        self.letters += len(batch.letters)

    async def _rows(self, driver: asyncpg.Connection, batch: Batch) -> None:
        if driver is not self._shaped:
            await driver.execute(_SESSION)
            for write in self.view.writes:
                await driver.execute(write.shape())
            self._shaped = driver
        for write in self.view.writes:
            for schema, rows in sorted(batch.rows[write.name].items()):
                if self.only not in (None, schema):
                    continue
                shadow = self.shadows.of(schema)
                if len(rows) < COPIED or batch.records == 1:
                    await driver.execute(write.live(shadow), rows)
                    continue
                await driver.copy_records_to_table(
                    write.table, schema_name="pg_temp", records=rows, columns=list(write.columns)
                )
                await driver.execute(write.staged(shadow))
                await driver.execute(f"TRUNCATE pg_temp.{write.table}")


def _refused(error: Exception, batch: Batch, _: Sequence[Move]) -> bool:
    """COPY raises the codecs' own errors where a statement's parameters raise asyncpg.DataError. One record is always judged by the
    live view's statement."""
    encoded = batch.records > 1 and isinstance(error, ValueError | TypeError | OverflowError)
    return encoded or postgres.refuses_values(error)
