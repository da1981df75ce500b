"""Bringing schemas to the newest step."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections.migrations.histories import History, histories_of
from projections.tables import SHARED, schema_of
from runtime import postgres
from runtime.errors import ConfigurationError, UsageError
from runtime.settings import Settings

SCHEMAS = r"""
SELECT nspname FROM pg_namespace WHERE nspname = 'trunkline' OR nspname LIKE 'tenant\_%'
ORDER BY nspname <> 'trunkline', nspname"""

_one_at_a_time = asyncio.Lock()
"""alembic keeps the running migration in the module, so one process runs one at a time."""


class State(StrEnum):
    """How a schema stands to this program's histories."""

    ABSENT = "absent"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"
    """A newer program migrated it; this one goes on, steps only add."""


class Migrated(NamedTuple):
    """What `migrate` did, or would do: the state of each schema before."""

    before: dict[str, State]
    dry_run: bool = False

    @property
    def changed(self) -> list[str]:
        return [schema for schema, was in self.before.items() if was in (State.ABSENT, State.BEHIND)]

    def __str__(self) -> str:
        if not self.changed:
            return f"nothing to do, {_count(len(self.before))} current"
        return f"{'would migrate' if self.dry_run else 'migrated'} {', '.join(self.changed)}; {_count(len(self.before))} in all"


def _count(n: int) -> str:
    return "1 schema" if n == 1 else f"{n} schemas"


async def migrate(settings: Settings, tenant: str | None = None, *, dry_run: bool = False) -> Migrated:
    """Brings `trunkline` and every tenant's schema to the newest step; with `tenant`, `trunkline` and that one's, which is made
    when it is not there. A second run changes nothing. Raises UsageError for what is no tenant, ConfigurationError or Unavailable
    when the database cannot be used."""
    try:
        wanted = [SHARED, schema_of(tenant)] if tenant else None
    except ValueError as error:
        raise UsageError(
            f"{error}; a tenant is a lower-case letter and then letters, digits or '-', 32 at most"
        ) from None
    engine = postgres.engine(settings.postgres, pool_size=1, long_statements=True)
    try:
        with postgres.explained(settings.postgres):
            async with engine.connect() as connection:
                there = [row[0] for row in await connection.exec_driver_sql(SCHEMAS)]
                schemas = wanted or list(dict.fromkeys([SHARED, *there]))
                before = {schema: await state(connection, schema) for schema in schemas}
            done = Migrated(before, dry_run)
            if not dry_run:
                for schema in done.changed:
                    await upgrade(engine, schema)
            return done
    finally:
        await engine.dispose()


async def state(connection: AsyncConnection, schema: str) -> State:
    """How the schema stands to what this program knows."""
    worst = State.CURRENT
    for history in histories_of(schema):
        found = await _state(connection, schema, history)
        if found in (State.ABSENT, State.BEHIND):
            return found
        worst = State.AHEAD if found is State.AHEAD else worst
    return worst


async def _state(connection: AsyncConnection, schema: str, history: History) -> State:
    table = f'"{schema}"."{history.version_table}"'
    there = (await connection.exec_driver_sql("SELECT to_regclass($1) IS NOT NULL", (table,))).scalar()
    revision = (await connection.exec_driver_sql(f"SELECT version_num FROM {table}")).scalar() if there else None
    if revision is None:
        return State.ABSENT
    if revision == history.head:
        return State.CURRENT
    return State.BEHIND if history.knows(revision) else State.AHEAD


async def upgrade(engine: AsyncEngine, schema: str) -> None:
    """Makes the schema if it is not there and takes every step that is left, in one transaction. Whoever does the same at the same
    time waits."""
    async with _one_at_a_time, postgres.transaction(engine) as open_:
        await open_.sql.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('trunkline migrate', 0))")
        await open_.sql.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        await open_.sql.run_sync(_upgrade, schema, histories_of(schema))


def _upgrade(connection: Connection, schema: str, histories: Sequence[History]) -> None:
    connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')
    for history in histories:
        command.upgrade(history.config(connection), "head")


async def require(engine: AsyncEngine) -> None:
    """Raises ConfigurationError unless the shared tables are there."""
    async with engine.connect() as connection:
        found = await state(connection, SHARED)
    if found in (State.ABSENT, State.BEHIND):
        raise ConfigurationError(f"the schema {SHARED} of the database is {found}; run `trunkline migrate`")
