"""Live and rebuilt tables side by side, in one snapshot in which both stand at the same place of the log."""

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.digest import Digest, digest, hashed
from projections.rebuild import live
from projections.rebuild.shadow import tables_in
from projections.tables import tenant_of
from projections.view import View


class Found(Struct, frozen=True, kw_only=True):
    """One table as it was rebuilt. tenant: "" for rows that belong to nobody. live_rows and live_digest: of the table in use, None when
    there is none that it could be compared with."""

    tenant: str
    schema: str
    table: str
    rows: int
    digest: str
    live_rows: int | None = None
    live_digest: str | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """How a table in use is not what the log says. missing: rows that only the rebuilt table has; surplus: rows that only the live one
    has; changed: rows that both have, with other values. example: the key of one of them."""

    tenant: str
    table: str
    missing: int
    surplus: int
    changed: int
    example: str


async def look(sql: AsyncConnection, view: View, shadows: Mapping[str, str], *, beside: bool) -> list[Found]:
    """Digests of all shadows' tables and, with `beside`, of the live ones."""
    there = await live.whole(sql, shadows, view) if beside else set()
    found = []
    for schema, shadow in sorted(shadows.items()):
        for table in tables_in(view, shadow):
            mine = await digest(sql, shadow, table)
            theirs = None
            if beside:
                theirs = await digest(sql, schema, table) if (schema, table.name) in there else Digest()
            found.append(
                Found(
                    tenant=tenant_of(schema),
                    schema=str(schema),
                    table=str(table.name),
                    rows=mine.rows,
                    digest=mine.text,
                    live_rows=theirs and theirs.rows,
                    live_digest=theirs and theirs.text,
                )
            )
    return found


async def differences(
    sql: AsyncConnection, view: View, shadows: Mapping[str, str], found: list[Found]
) -> list[Difference]:
    """Row by row where the digests are not equal."""
    there = await live.whole(sql, shadows, view)
    out = []
    for each in found:
        if (each.rows, each.digest) == (each.live_rows, each.live_digest):
            continue
        shadow = shadows[each.schema]
        table = next(t for t in tables_in(view, shadow) if t.name == each.table)
        in_use = (
            f"{each.schema}.{table.name}"
            if (each.schema, table.name) in there
            else f"(SELECT * FROM {shadow}.{table.name} LIMIT 0)"
        )
        row = (await sql.exec_driver_sql(_difference(table, in_use, shadow))).one()
        out.append(
            Difference(
                tenant=each.tenant,
                table=each.table,
                missing=row.missing,
                surplus=row.surplus,
                changed=row.changed,
                example=row.example or "",
            )
        )
    return out


def _difference(table: Table, in_use: str, shadow: str) -> str:
    keys = [column.name for column in table.primary_key]
    names = ", ".join(keys)
    return f"""
SELECT count(*) FILTER (WHERE l.hash IS NULL) AS missing, count(*) FILTER (WHERE r.hash IS NULL) AS surplus,
 count(*) FILTER (WHERE l.hash <> r.hash) AS changed, min(concat_ws(' ', {names})) AS example
FROM (SELECT {names}, {hashed(table, 0)} AS hash FROM {in_use} AS t) AS l
FULL JOIN (SELECT {names}, {hashed(table, 0)} AS hash FROM {shadow}.{table.name} AS t) AS r USING ({names})
WHERE l.hash IS DISTINCT FROM r.hash"""
