"""One batch, one transaction: the position first, then the rows of every tenant (law 3)."""

import time
from collections.abc import Sequence

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from projections import positions
from projections.dead_letters import DeadLetters
from projections.fold import Batch
from projections.positions import Held, Move
from projections.tenancy import Tenancy
from projections.view import View
from runtime import failpoints, metrics, postgres, tracing
from schemas.times import milliseconds_of


class Writer:
    """Writes the batches of one view through an engine with one connection."""

    def __init__(self, view: View, engine: AsyncEngine, tenancy: Tenancy, letters: DeadLetters) -> None:
        self.view, self.engine, self.tenancy, self.letters = view, engine, tenancy, letters
        self._statements: dict[tuple[str, str], str] = {}
        self._shaped: asyncpg.Connection | None = None

    async def write(self, batch: Batch, moves: Sequence[Move]) -> list[Held]:
        """Gives the positions that were committed. Raises LostRace, or whatever the database or the brokers raise; the outcome is
        then read from the positions."""
        began = time.perf_counter()
        failpoints.hit("P1")
        await self.tenancy.ensure(batch.schemas)
        async with postgres.transaction(self.engine) as open_:
            await positions.move(open_.sql, self.view.name, self.view.version, moves)
            failpoints.hit("P2")
            await self.rows(open_.driver, batch)
            if batch.letters:
                # Durable before the position passes them, and not before the rows are taken: a batch that is rolled back says nothing.
                await self.letters.write(batch.letters)
            failpoints.hit("P4")
        failpoints.hit("P5")
        self._measure(batch, time.perf_counter() - began)
        failpoints.hit("P6")
        return [move.moved for move in moves]

    async def rows(self, driver: asyncpg.Connection, batch: Batch) -> None:
        """Carries out the view's writes, for one schema after another."""
        if driver is not self._shaped:
            for write in self.view.writes:
                await driver.execute(write.shape())
            self._shaped = driver
        for write in self.view.writes:
            for schema, rows in sorted(batch.rows[write.name].items()):
                statement = self._statements.get((write.name, schema))
                if statement is None:
                    statement = self._statements[write.name, schema] = write.live(schema)
                await driver.execute(statement, rows)
                failpoints.hit("P3")

    def _measure(self, batch: Batch, seconds: float) -> None:
        name = self.view.name
        metrics.PROJECTIONS_BATCH_SECONDS.labels(name).observe(seconds)
        metrics.PROJECTIONS_RECORDS.labels(name).inc(batch.records)
        metrics.PROJECTIONS_ROWS.labels(name).inc(batch.row_count)
        if batch.rejected:
            metrics.PROJECTIONS_REJECTED.labels(name).inc(batch.rejected)
        if batch.newest:
            age = time.time() - milliseconds_of(batch.newest) / 1000
            metrics.END_TO_END_SECONDS.labels(name).observe(max(0.0, age))
        if batch.traces:
            end = time.time_ns()
            for trace in batch.traces:
                tracing.record(f"project {name}", trace, end - int(seconds * 1e9), end, view=name)

    async def close(self) -> None:
        await self.letters.close()
        await self.engine.dispose()
