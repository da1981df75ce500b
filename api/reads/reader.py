"""Carries out queries in the schema of one tenant, a page at a time.

A tenant without a schema has no rows, and what is not this tenant's is not there: both are answered as a random id would be (law 10).
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, select, text, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from api.reads.query import Query
from projections.tables import SHARED, schema_of
from runtime.errors import UsageError
from runtime.postgres import refuses_values

LARGEST_PAGE = 200


class Page(NamedTuple):
    """Rows, newest first, and the cursor that continues behind them; None at the end."""

    rows: list[dict[str, Any]]
    cursor: str | None


class Reader:
    """Reads views through `engine`. `tenant` is a slug; "" are the rows that belong to nobody (quarantine)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known = {SHARED}

    async def page(self, tenant: str, query: Query, limit: int = 50, cursor: str | None = None) -> Page:
        """At most `limit` rows behind `cursor`. Raises UsageError for a cursor that is none."""
        place = [each.label(f"place_{n}") for n, each in enumerate(query.order)]
        statement = select(*_columns(query, query.heavy | query.hidden), *place).where(*query.where)
        if cursor is not None:
            statement = statement.where(tuple_(*query.order) < tuple_(*_position(cursor, query.order)))
        found = await self._rows(tenant, statement.order_by(*(each.desc() for each in query.order)).limit(limit + 1))
        places = [[row.pop(each.name) for each in place] for row in found]
        return Page(found[:limit], _cursor(places[limit - 1]) if len(found) > limit else None)

    async def one(self, tenant: str, query: Query, key: str, id_: str) -> dict[str, Any] | None:
        """The row whose `key` is `id_`, with all it holds; None when the tenant has no such row."""
        column = getattr(query.table, key)
        statement = select(*_columns(query, query.hidden)).where(*query.where, column == id_).limit(1)
        found = await self._rows(tenant, statement)
        return found[0] if found else None

    async def _rows(self, tenant: str, statement: Select[Any]) -> list[dict[str, Any]]:
        try:
            schema = schema_of(tenant)
        except ValueError:
            return []
        async with self._engine.connect() as connection:
            if schema not in self._known:
                if not await connection.scalar(text("SELECT to_regnamespace(:schema)::oid"), {"schema": schema}):
                    return []
                self._known.add(schema)
            translated = {"schema_translate_map": {None: schema}}
            try:
                return [
                    dict(row) for row in (await connection.execute(statement, execution_options=translated)).mappings()
                ]
            except DBAPIError as error:
                # An id that is no UUID names nothing, as a random one does.
                if refuses_values(error):
                    return []
                raise


def _columns(query: Query, without: Iterable[str]) -> list[Any]:
    return [column for column in query.table.__table__.columns if column.name not in frozenset(without)]


def _cursor(place: Sequence[Any]) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else str(value) for value in place]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _position(cursor: str, order: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    try:
        first, *ids = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(first)
        if len(ids) + 1 != len(order) or moment.tzinfo is None:
            raise ValueError
    except (ValueError, TypeError, binascii.Error) as error:
        raise UsageError("the cursor is none that this list gave") from error
    return [literal(value, column.type) for value, column in zip((moment, *map(str, ids)), order, strict=True)]
