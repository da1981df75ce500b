"""The moment in which the rebuilt tables become the live ones: one transaction, on the connection that holds the positions."""

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from projections.migrations import VIEWS_HISTORY
from projections.positions import Held
from projections.rebuild import live
from projections.tables import SHARED
from projections.view import View
from runtime import postgres
from runtime.errors import ConfigurationError

PATIENCE = 0.5
"""Seconds to wait for readers of the live tables. Everybody else waits behind us meanwhile; and it is below PostgreSQL's
deadlock_timeout, so that it is never a reader that is ended."""
_VACUUM = """
SELECT CASE WHEN count(*) = 0 THEN 0 ELSE extract(epoch FROM current_setting('deadlock_timeout')::interval) END
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.granted AND l.mode = 'ShareUpdateExclusiveLock' AND l.locktype = 'relation' AND c.relname = ANY($1::text[])
 AND n.nspname = ANY($2::text[])"""
"""How much longer: an automatic vacuum gives way to whoever has waited for deadlock_timeout."""
LOCKS = 26
"""What the switch of one table takes, for the old and the new one with indexes, TOAST and constraints (24 to 26 were counted)."""
_BUSY = ("55P03", "40P01")
_ROOM = """
SELECT current_setting('max_locks_per_transaction')::bigint *
 (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint)"""
_MIGRATING = "SELECT pg_advisory_xact_lock(hashtextextended('trunkline migrate', 0))"
_OTHERS = f"""
DELETE FROM {SHARED}.positions AS p WHERE view = $1
 AND NOT (version = $2 AND EXISTS (SELECT FROM unnest($3::text[], $4::int[]) AS n(topic, part)
  WHERE n.topic = p.topic AND n.part = p.partition))"""
_PLACE = f"""
UPDATE {SHARED}.positions AS p SET generation = n.generation, next_offset = n.next_offset, last_sha256 = n.last_sha256, chain = n.chain
FROM unnest($3::text[], $4::int[], $5::text[], $6::bigint[], $7::bytea[], $8::bytea[])
 AS n(topic, part, generation, next_offset, last_sha256, chain)
WHERE p.view = $1 AND p.version = $2 AND p.topic = n.topic AND p.partition = n.part"""


def is_busy(error: BaseException) -> bool:
    """Whether somebody else uses a table right now."""
    return postgres.sqlstate(error) in _BUSY


async def swap(sql: AsyncConnection, view: View, shadows: Mapping[str, str], place: Iterable[Held] | None) -> None:
    """Drops the live tables and puts the shadows' in their place, with the grants of the live ones. place: where the view stands from
    now on, None when its positions stay as they are. Does not commit. Raises ConfigurationError when the live tables are not what
    they were, or what the database raises (see `is_busy`)."""
    schemas = [*shadows, *shadows.values()]
    longer = (await sql.exec_driver_sql(_VACUUM, (list(view.table_names), schemas))).scalar_one()
    await sql.exec_driver_sql(f"SET LOCAL lock_timeout = {int(1000 * (PATIENCE + float(longer)))}")
    await sql.exec_driver_sql(_MIGRATING)
    await require_current(sql, shadows)
    names = view.table_names
    there = sorted(await live.tables(sql, shadows, names), key=lambda each: (each[0], names.index(each[1])))
    old = ", ".join(f"{schema}.{name}" for schema, name in there)
    if old:
        await sql.exec_driver_sql(f"LOCK TABLE {old} IN ACCESS EXCLUSIVE MODE")
    await live.require_plain(sql, shadows, view)
    statements = await live.kept(sql, shadows, names)
    if old:
        statements.append(f"DROP TABLE {old}")
    statements += [
        f"ALTER TABLE {shadow}.{name} SET SCHEMA {schema}" for schema, shadow in shadows.items() for name in names
    ]
    statements += [f"DROP SCHEMA {shadow}" for shadow in shadows.values()]
    driver = (await sql.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.execute(";\n".join(statements))
    if place is not None:
        await _stand(sql, view, place)


async def require_locks(sql: AsyncConnection, tables: int) -> None:
    """Raises ConfigurationError when the server has not the locks for switching so many tables at once."""
    room, needed = (await sql.exec_driver_sql(_ROOM)).scalar_one(), LOCKS * tables
    if needed > room:
        raise ConfigurationError(
            f"switching {tables} tables in one transaction takes about {needed} locks, PostgreSQL has {room} in all: raise its "
            "max_locks_per_transaction, or rebuild one tenant after the other with --tenant"
        )


async def require_current(sql: AsyncConnection, schemas: Iterable[str]) -> None:
    """Raises ConfigurationError unless the tables of these schemas are of this program's newest step."""
    table, wanted = VIEWS_HISTORY.version_table, VIEWS_HISTORY.head
    query = " UNION ALL ".join(
        f"SELECT '{schema}' AS schema, version_num AS step FROM {schema}.{table}" for schema in schemas
    )
    found = (await sql.exec_driver_sql(query)).all() if query else []
    others = [f"{each.schema} ({each.step})" for each in found if each.step != wanted]
    if others:
        raise ConfigurationError(
            f"the tables are of another step than this program's {wanted}: {', '.join(others)}; run `trunkline migrate`, or the release "
            "that migrated them"
        )


async def _stand(sql: AsyncConnection, view: View, place: Iterable[Held]) -> None:
    """An owner keeps its epoch: it finds its position moved and goes on from there."""
    held = list(place)
    topics, parts = [each.topic for each in held], [each.partition for each in held]
    await sql.exec_driver_sql(_OTHERS, (view.name, view.version, topics, parts))
    rest = [[getattr(each, name) for each in held] for name in ("generation", "next_offset", "last_sha256", "chain")]
    await sql.exec_driver_sql(_PLACE, (view.name, view.version, topics, parts, *rest))
