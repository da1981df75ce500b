"""The one connection that may switch. It holds the lock of its view's rebuild, so that two never work on one view; a killed process
gives it back by dying."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections import positions
from projections.positions import Held
from projections.tables import SHARED
from projections.view import View
from runtime.errors import Unavailable

_TRY = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
_HOLDER = """
SELECT a.pid, a.backend_start::timestamp(0) AS since FROM pg_locks l JOIN pg_stat_activity a USING (pid), hashtextextended($1, 0) AS h(key)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
 AND ((l.classid::bigint << 32) | l.objid::bigint) = h.key"""
_LOCK = f"""
SELECT version, topic, partition, generation, next_offset, owner_epoch, last_sha256, chain FROM {SHARED}.positions
WHERE view = $1 ORDER BY version, topic, partition FOR UPDATE"""
_BATCH_SECONDS = 10
"""How long a projector's transaction may take before we give up to wait for its end."""


class Guard:
    """Holds the lock while it lives."""

    def __init__(self, view: View, sql: AsyncConnection) -> None:
        self.view, self.sql = view, sql

    async def keep(self) -> None:
        """To be called now and then: a connection that is silent for hours is cut off by what lies between. Raises what the database
        raises when the lock is lost."""
        if not self.sql.in_transaction():
            await self.sql.exec_driver_sql("SELECT 1")
            await self.sql.rollback()

    @asynccontextmanager
    async def meeting(self, starts: Iterable[Held]) -> AsyncIterator[dict[TopicPartition, Held]]:
        """Holds every position of the view: until the end of the block no live row changes. Gives the positions of this version; a
        partition that has none stands at its start. Whoever wants what was done to last commits `sql`."""
        try:
            await self.sql.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BATCH_SECONDS}s'")
            await positions.create(self.sql, self.view.name, self.view.version, starts)
            rows = await self.sql.exec_driver_sql(_LOCK, (self.view.name,))
            mine = [Held._make(tuple(row)[1:]) for row in rows if row.version == self.view.version]
            yield {TopicPartition(each.topic, each.partition): each for each in mine}
        finally:
            await self.sql.rollback()


@asynccontextmanager
async def guarding(engine: AsyncEngine, view: View) -> AsyncIterator[Guard]:
    """Takes the lock. Raises Unavailable when another rebuild of the view has it."""
    name = f"trunkline rebuild {view.name}"
    async with engine.connect() as sql:
        if not (await sql.exec_driver_sql(_TRY, (name,))).scalar():
            holder = (await sql.exec_driver_sql(_HOLDER, (name,))).first()
            # The time is hidden from roles that may not see others' statistics.
            since = f", connected since {holder.since} UTC" if holder and holder.since else ""
            who = f" (PostgreSQL process {holder.pid}{since})" if holder else ""
            raise Unavailable(
                f"another rebuild of the view {view.name} is at work{who}; wait for its end, or end it, and try again"
            )
        await sql.commit()
        yield Guard(view, sql)
