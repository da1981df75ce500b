"""The tables that a rebuild fills: as the models have them, in schemas of their own beside the live ones.

A shadow is named for the view and the live schema, so that what a killed rebuild left behind is found by its name. Indexes that no
statement needs and foreign keys come last: one sort instead of a million descents.
"""

from hashlib import sha256

from sqlalchemy import Index, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from projections.rebuild import live
from projections.tables import ViewTable
from projections.view import View
from runtime import postgres

_LEFT = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY nspname"


def prefix_of(view: str) -> str:
    """What the names of a view's shadows begin with. A hash, because two names of full length do not fit into PostgreSQL's 63 bytes."""
    return f"rebuild_{sha256(view.encode()).hexdigest()[:8]}_"


def tables_in(view: View, schema: str) -> list[Table]:
    """The view's tables, in the order in which they can be created, as tables of `schema`."""
    metadata = MetaData(naming_convention=ViewTable.metadata.naming_convention)
    return [table.metadata.tables[table.__tablename__].to_metadata(metadata, schema=schema) for table in view.tables]


class Shadows:
    """The shadows of one view. engine: makes and removes them. whole: make them with everything at once, for rows that an index
    may refuse."""

    def __init__(self, view: View, engine: AsyncEngine, *, whole: bool = False) -> None:
        self.view, self.engine, self.whole = view, engine, whole
        self.schemas: dict[str, str] = {}
        """Live schema -> its shadow."""
        self._finished: set[str] = set()

    def of(self, schema: str) -> str:
        return prefix_of(self.view.name) + schema

    async def make(self, schema: str) -> None:
        """Makes the shadow of a live schema, empty, unless it is there."""
        if schema in self.schemas:
            return
        shadow = self.of(schema)
        async with postgres.transaction(self.engine) as open_:
            await open_.sql.exec_driver_sql(f'CREATE SCHEMA "{shadow}"')
            await open_.sql.exec_driver_sql(
                f"COMMENT ON SCHEMA \"{shadow}\" IS 'trunkline rebuild {self.view.name}: unfinished tables of {schema}'"
            )
            for table in tables_in(self.view, shadow):
                await open_.sql.execute(CreateTable(table, include_foreign_key_constraints=[]))
                for index in _indexes(table, unique=True):
                    await open_.sql.execute(CreateIndex(index))
        self.schemas[schema] = shadow
        if self.whole or self._finished:
            await self._finish(schema)

    async def finish(self) -> None:
        """Adds what was left out. What is made from here on is made whole."""
        for schema in sorted(self.schemas.keys() - self._finished):
            await self._finish(schema)

    async def _finish(self, schema: str) -> None:
        shadow = self.schemas[schema]
        async with postgres.transaction(self.engine) as open_:
            tables = tables_in(self.view, shadow)
            for table in tables:
                for index in _indexes(table, unique=False):
                    await open_.sql.execute(CreateIndex(index))
            for statement in await live.own_indexes(open_.sql, schema, shadow, self.view.table_names):
                await open_.sql.exec_driver_sql(statement)
            for table in tables:
                for foreign in table.foreign_key_constraints:
                    await open_.sql.execute(AddConstraint(foreign))
        self._finished.add(schema)

    async def vacuum(self) -> None:
        """Gives the planner its statistics and index-only scans their map: both move with the tables."""
        async with self.engine.connect() as sql:
            await sql.execution_options(isolation_level="AUTOCOMMIT")
            for shadow in self.schemas.values():
                for name in self.view.table_names:
                    await sql.exec_driver_sql(f"VACUUM (ANALYZE) {shadow}.{name}")

    async def remove(self) -> int:
        """Removes every shadow of the view, those of an earlier rebuild too; gives their number."""
        async with self.engine.connect() as sql:
            left = await leftovers(sql, self.view.name)
        for shadow in left:
            async with postgres.transaction(self.engine) as open_:
                await open_.sql.exec_driver_sql(f'DROP SCHEMA "{shadow}" CASCADE')
        self.schemas, self._finished = {}, set()
        return len(left)


async def leftovers(sql: AsyncConnection, view: str) -> list[str]:
    """The shadows of a view that are in the database."""
    return [row[0] for row in await sql.exec_driver_sql(_LEFT, (prefix_of(view),))]


def _indexes(table: Table, *, unique: bool) -> list[Index]:
    """Unique ones are needed from the first row on: a statement may name them in ON CONFLICT."""
    return sorted((each for each in table.indexes if bool(each.unique) is unique), key=lambda each: str(each.name))
