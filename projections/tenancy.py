"""Schemas of tenants, made when a tenant is first seen; the tables in them follow from the migrations (law 10, docs/adr/0011)."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncEngine

from projections.migrations.migrating import State, state, upgrade
from runtime.errors import ConfigurationError


class Tenancy:
    """Knows which schemas this process may write to."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._ready: set[str] = set()

    async def ensure(self, schemas: Iterable[str]) -> None:
        """Makes the schemas (of `schema_of`) that are not there. Raises ConfigurationError for one that waits for
        `trunkline migrate`."""
        for schema in sorted(set(schemas) - self._ready):
            async with self.engine.connect() as connection:
                found = await state(connection, schema)
            if found is State.BEHIND:
                raise ConfigurationError(
                    f"the schema {schema} lacks migrations of this release; run `trunkline migrate`"
                )
            if found is State.ABSENT:
                await upgrade(self.engine, schema)
            self._ready.add(schema)
