"""One rebuild from its beginning to the switch (docs/adr/0016)."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from projections import log, migrations, positions
from projections.digest import Digest, combined
from projections.migrations.migrating import SCHEMAS, State, state
from projections.positions import Held
from projections.rebuild import comparison, live
from projections.rebuild.filling import Filling
from projections.rebuild.guard import Guard, guarding
from projections.rebuild.reading import Reading, answering
from projections.rebuild.report import Report
from projections.rebuild.shadow import Shadows
from projections.rebuild.standing import Standing, standing
from projections.rebuild.switch import is_busy, require_locks, swap
from projections.tables import SHARED, schema_of, tenant_of
from projections.tenancy import Tenancy
from projections.view import View
from runtime import failpoints, postgres, topics
from runtime.errors import ConfigurationError, ProblemsFound, Unavailable, UsageError
from runtime.kafka import client_options, partitions_of, topic_name
from runtime.settings import Settings

FEW = 2000
"""Records that may be left when the live view is made to wait."""
ROUNDS = 20
"""How often to catch up before that; whoever writes faster than we read would keep us for ever."""
TRIES, PAUSE = 60, 1.0
_TROUBLE = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)

Told = Callable[[str, int, int], None]
"""Told (what is being done, how far, of how much) as it goes on."""


def silent(_: str, __: int, ___: int) -> None:
    """No progress is shown."""


async def rebuild(
    settings: Settings,
    view: View,
    tenant: str | None = None,
    *,
    dry_run: bool = False,
    accept: bool = False,
    told: Told = silent,
) -> Report:
    """Makes the tables of a view anew from the log, beside the live ones, and switches. tenant: only this one's tables. dry_run: build
    and compare, switch nothing. accept: switch although rows are not the same or cannot be made again.

    Raises UsageError for an unknown tenant, ProblemsFound when what would be lost was not accepted, ConfigurationError or Unavailable
    when topics, tables or servers are not as they must be. Whatever is raised, the live tables are as they were; only when the
    database goes away in the very commit, they may be the rebuilt ones.
    """
    began = time.monotonic()
    await topics.require(settings.kafka, {source.topic for source in view.sources})
    engines = [postgres.engine(settings.postgres, pool_size=1, long_statements=True) for _ in range(3)]
    try:
        with postgres.explained(settings.postgres):
            await migrations.require(engines[0])
            async with guarding(engines[0], view) as guard:
                job = Rebuilding(settings, view, tenant, guard, engines[1], engines[2], told)
                report = await job.run(dry_run=dry_run, accept=accept)
                report.seconds = round(time.monotonic() - began, 3)
                return report
    finally:
        for engine in engines:
            await engine.dispose()


class Rebuilding:
    """engine: fills; maker: makes tables and compares."""

    def __init__(
        self,
        settings: Settings,
        view: View,
        tenant: str | None,
        guard: Guard,
        engine: AsyncEngine,
        maker: AsyncEngine,
        told: Told,
    ) -> None:
        self.view, self.tenant, self.guard, self.told = view, tenant, guard, told
        self.engine, self.maker = engine, maker
        self.client: Mapping[str, Any] = client_options(settings.kafka)
        self.sources = {topic_name(settings.kafka, source.topic): source for source in view.sources}
        self.tps = [
            TopicPartition(name, number)
            for name, source in self.sources.items()
            for number in range(partitions_of(settings.kafka, source.topic))
        ]
        self.shadows = Shadows(view, maker)
        self.standing: Standing
        self.reading: Reading
        self.filling: Filling
        self._consumer: AIOKafkaConsumer

    async def run(self, *, dry_run: bool, accept: bool) -> Report:
        """Leaves no shadow behind, however it ends, unless the database is gone too."""
        schemas = await self._schemas()
        await self.shadows.remove()
        async with self.maker.connect() as sql:
            self.standing = await standing(sql, self.client, self.view, self.tps)
        self._refuse(accept=accept or dry_run)
        async with AsyncExitStack() as stack:
            with answering(self.client):
                self._consumer = await stack.enter_async_context(log.reader(self.client))
            try:
                await self._build(schemas)
                report = await self._compared(dry_run=dry_run)
                if not dry_run and (accept or not report.differences):
                    await self._switch()
                    report.switched = True
                else:
                    await self.shadows.remove()
            except BaseException:
                with suppress(*_TROUBLE):  # what stays is removed by the next rebuild
                    await self.shadows.remove()
                raise
        return report

    async def _schemas(self) -> list[str]:
        """Live schemas whose tables will be made anew. Raises UsageError, ConfigurationError."""
        async with self.maker.connect() as sql:
            schemas = [row[0] for row in await sql.exec_driver_sql(SCHEMAS)]
            if self.tenant is not None:
                schemas = [_schema_of(self.tenant, schemas)]
            for schema in schemas:
                found = await state(sql, schema)
                if found is not State.CURRENT:
                    helps = "use the release that migrated it" if found is State.AHEAD else "run `trunkline migrate`"
                    raise ConfigurationError(f"the schema {schema} is {found} of this program's migrations; {helps}")
            await live.require_plain(sql, schemas, self.view)
            await require_locks(sql, len(schemas) * len(self.view.tables))
        return schemas

    def _refuse(self, *, accept: bool) -> None:
        """Before anything is read. Raises ConfigurationError, UsageError or ProblemsFound."""
        found = self.standing
        gone = [said for tp, said in found.lost.items() if self.sources[tp.topic].topic.retention < 0]
        if gone:
            raise ConfigurationError(f"{'; '.join(gone)}. This topic must never delete: restore what is missing")
        if found.exact:
            return
        if self.tenant is not None:
            raise UsageError(f"--tenant: {found.why}; the tables of one tenant alone cannot be made anew")
        if found.version is None:
            return
        reasons = [*found.lost.values(), *([found.why] if found.version == self.view.version else [])]
        if reasons and not accept:
            raise ProblemsFound(
                f"rows of the view {self.view.name} may be in its live tables alone: {'; '.join(reasons)}. With "
                "--accept-differences it is made anew from what the log has; nothing was changed"
            )

    async def _build(self, schemas: Iterable[str]) -> None:
        """Fills shadows until little is left. A row that an index refuses (the live view's one refused it too) shows itself only when
        the index is made; then all is done again with the indexes in place."""
        for whole in (False, True):
            self.shadows = Shadows(self.view, self.maker, whole=whole)
            self.reading = Reading(
                self.view, self._consumer, self.client, self.sources, list(self.standing.starts.values())
            )
            only = schema_of(self.tenant) if self.tenant is not None else None
            self.filling = Filling(self.view, self.guard, self.engine, self.shadows, self.reading, only)
            for schema in schemas:
                await self.shadows.make(schema)
            failpoints.hit("R1")
            await self._catch_up()
            self.told("building indexes", 0, 1)
            try:
                await self.shadows.finish()
                break
            except Exception as error:
                if whole or not postgres.refuses_values(error):
                    raise
                await self.shadows.remove()
                await self.engine.dispose()  # a new connection has no temporary tables yet
        await self.shadows.vacuum()
        await self._catch_up()
        failpoints.hit("R3")

    async def _catch_up(self) -> None:
        for _ in range(ROUNDS):
            await self.filling.fill(await self._target(), partial(self.told, "reading the log"))
            if sum((await self._target()).values()) - sum(self.reading.vector.values()) <= FEW:
                return

    async def _target(self) -> dict[TopicPartition, int]:
        """Where the live view stands; the end of the log when nothing depends on that."""
        if not self.standing.exact:
            with answering(self.client):
                return dict(await self._consumer.end_offsets(self.tps))
        async with self.maker.connect() as sql:
            held = await positions.read(sql, self.view.name, self.view.version)
        return {tp: held.get((tp.topic, tp.partition), start).next_offset for tp, start in self.standing.starts.items()}

    async def _meet(self, held: Mapping[TopicPartition, Held]) -> None:
        """Goes exactly to where the live view is being held. Raises Unavailable when that is behind us."""
        upto = {tp: held[tp].next_offset for tp in self.tps}
        if any(upto[tp] < at for tp, at in self.reading.vector.items()):
            raise Unavailable(
                f"the positions of the view {self.view.name} went back: was the database restored? Nothing was changed; try again"
            )
        await self.filling.fill(upto, lambda _, __: None)

    async def _compared(self, *, dry_run: bool) -> Report:
        """Digests of what was built, beside those of the live tables where both must be the same: in one snapshot, which is taken while
        the live view is held at our place and read when it has gone on."""
        exact = self.standing.exact
        async with AsyncExitStack() as stack:
            if exact:
                async with self.guard.meeting(self.standing.starts.values()) as held:
                    await self._meet(held)
                    sql = await stack.enter_async_context(self.maker.connect())
                    await sql.execution_options(isolation_level="REPEATABLE READ")
                    await sql.exec_driver_sql("SELECT 1")
            else:
                sql = await stack.enter_async_context(self.maker.connect())
            self.told("comparing", 0, 1)
            tables = await comparison.look(sql, self.view, self.shadows.schemas, beside=exact)
            different = await comparison.differences(sql, self.view, self.shadows.schemas, tables) if exact else []
            await sql.rollback()
        return Report(
            view=self.view.name,
            version=self.view.version,
            live_version=self.standing.version,
            tenant=self.tenant,
            dry_run=dry_run,
            compared=exact,
            why_not=self.standing.why,
            lost=list(self.standing.lost.values()),
            records=self.filling.records,
            rejected=self.filling.rejected,
            dead_letters=self.filling.letters,
            rows=sum(each.rows for each in tables),
            digest=combined((each.schema, each.table, Digest(each.rows, each.digest)) for each in tables),
            positions={f"{tp.topic}/{tp.partition}": at for tp, at in sorted(self.reading.vector.items())},
            tables=tables,
            differences=different,
        )

    async def _switch(self) -> None:
        """Raises Unavailable when readers never let go of the live tables."""
        self.told("switching", 0, 1)
        await Tenancy(self.maker).ensure(self.shadows.schemas)
        for _ in range(TRIES):
            await self._catch_up()
            try:
                async with self.guard.meeting(self.standing.starts.values()) as held:
                    if self.standing.exact:
                        await self._meet(held)
                    place = None if self.standing.exact else list(self.reading.held.values())
                    await swap(self.guard.sql, self.view, self.shadows.schemas, place)
                    failpoints.hit("R4")
                    await self.guard.sql.commit()
                    failpoints.hit("R5")
                    return
            except Exception as error:
                if not is_busy(error):
                    raise
            await asyncio.sleep(PAUSE)
        raise Unavailable(
            f"the tables of the view {self.view.name} are in use without a pause, for example by a backup or a long report; nothing was "
            "changed. Try again when that has ended"
        )


def _schema_of(tenant: str, there: Iterable[str]) -> str:
    """Raises UsageError for a tenant that has no tables."""
    try:
        schema = schema_of(tenant)
    except ValueError as error:
        raise UsageError(f"--tenant: {error}") from None
    if not tenant or schema not in there:
        known = ", ".join(tenant_of(each) for each in there if each != SHARED) or "none yet"
        raise UsageError(f"--tenant: there is no tenant {tenant!r} in this database; there are: {known}")
    return schema
