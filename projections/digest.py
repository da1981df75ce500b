"""Digests of tables: equal for equal rows, in whatever order PostgreSQL stores or gives them, on whatever server.

A row's columns, in the order of the model, are hashed as PostgreSQL writes them; the hashes are added up. Who wants to deceive can find
rows with the same sum: this finds damage, not forgery.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

_FORMS = """
SELECT set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'postgres', true),
 set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)"""
"""Values must be written in one way, whatever a database or a role has been set to. For the transaction."""


class Digest(NamedTuple):
    """Of one table. text: 32 hexadecimal characters."""

    rows: int = 0
    text: str = "0" * 32


async def digest(sql: AsyncConnection, schema: str, table: Table) -> Digest:
    """Reads the whole table. Raises what the database raises; a table that is not there is the caller's to know."""
    await sql.exec_driver_sql(_FORMS)
    found = await sql.exec_driver_sql(
        f"SELECT count(*) AS rows, coalesce(sum({_half(1)}), 0) AS first, coalesce(sum({_half(17)}), 0) AS second "
        f"FROM (SELECT {hashed(table)} AS hash FROM {schema}.{table.name} AS t) AS h"
    )
    row = found.one()
    return Digest(row.rows, f"{int(row.first) % 2**64:016x}{int(row.second) % 2**64:016x}")


def hashed(table: Table, alias: str = "t") -> str:
    """SQL for the hash of one row."""
    return f"md5(ROW({', '.join(f'{alias}.{column.name}' for column in table.columns)})::text)"


def combined(parts: Iterable[tuple[str, str, Digest]]) -> str:
    """One digest for many tables, from (schema, table, digest); tables without rows do not count, so that a tenant nobody wrote to
    makes no difference."""
    lines = sorted(f"{schema}.{table} {found.rows} {found.text}\n" for schema, table, found in parts if found.rows)
    return sha256("".join(lines).encode()).hexdigest()[:32]


def _half(start: int) -> str:
    return f"('x' || substr(hash, {start}, 16))::bit(64)::bigint"
