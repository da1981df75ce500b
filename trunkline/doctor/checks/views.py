"""What the views tell: aggregates that are parked, and what was given up lately."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections.migrations.migrating import SCHEMAS
from projections.tables import tenant_of
from projections.views.communication_events import CommunicationEvent as Event
from projections.views.dead_letters import DeadLetter
from runtime import postgres
from runtime.settings import Settings
from trunkline.doctor.finding import Finding, note, problem, well

ORDER = 6
LATELY = timedelta(days=1)
FOR_EVER = ("parse", "peel", "decode")
"""Stages whose dead letters are invalid in themselves: sending them again changes nothing."""


async def check(settings: Settings) -> list[Finding]:
    """Parked aggregates and the dead letters of one day, tenant by tenant. Raises Unavailable or ConfigurationError."""
    engine = postgres.engine(settings.postgres, pool_size=1)
    try:
        with postgres.explained(settings.postgres):
            found = [finding async for finding in _all(engine)]
    finally:
        await engine.dispose()
    return found or [well("messages", "nothing is parked, and nothing was given up in the last 24 hours")]


async def _all(engine: AsyncEngine) -> AsyncIterator[Finding]:
    async with engine.connect() as connection:
        for schema in [row[0] for row in await connection.execute(text(SCHEMAS))]:
            for finding in [*await _parked(connection, schema), *await _given_up(connection, schema)]:
                yield finding


async def _parked(connection: AsyncConnection, schema: str) -> list[Finding]:
    latest = (
        select(Event.aggregate, Event.type)
        .distinct(Event.aggregate)
        .where(Event.type.in_(("aggregate_parked", "aggregate_released")))
        .order_by(Event.aggregate, Event.version.desc(), Event.log_offset.desc())
        .subquery()
    )
    parked = await _scalars(connection, schema, select(latest.c.aggregate).where(latest.c.type == "aggregate_parked"))
    if not parked:
        return []
    shown = ", ".join(parked[:3]) + (" ..." if len(parked) > 3 else "")
    return [
        problem(
            f"tenant {tenant_of(schema)}",
            f"{len(parked)} aggregates are parked: {shown}",
            "a bug of ours on one input: see `trunkline parked list`, mend it, then `trunkline parked release`",
        )
    ]


async def _given_up(connection: AsyncConnection, schema: str) -> list[Finding]:
    since = datetime.now(UTC) - LATELY
    counted = select(DeadLetter.stage, DeadLetter.reason, func.count()).where(DeadLetter.parked_at >= since)
    options = {"schema_translate_map": {None: schema}}
    rows = (
        await connection.execute(counted.group_by(DeadLetter.stage, DeadLetter.reason), execution_options=options)
    ).all()
    tenant = tenant_of(schema)
    asked = f"--tenant {tenant}" if tenant else "--quarantine"
    about = f"tenant {tenant}" if tenant else "quarantine"
    found = []
    for state, remedy in (
        (note, f"`trunkline dead-letters list {asked}` shows them"),
        (problem, f"see `trunkline dead-letters list {asked}`; mend the cause, then `trunkline dead-letters redrive`"),
    ):
        chosen = [(reason, number) for stage, reason, number in rows if (stage in FOR_EVER) == (state is note)]
        if chosen:
            told = ", ".join(f"{number} {reason}" for reason, number in sorted(chosen))
            found.append(state(about, f"given up in the last 24 hours: {told}", remedy))
    return found


async def _scalars(connection: AsyncConnection, schema: str, statement: Any) -> list[str]:
    options = {"schema_translate_map": {None: schema}}
    return [str(value) for value in (await connection.execute(statement, execution_options=options)).scalars()]
