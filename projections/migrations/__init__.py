"""The history of the tables: alembic, run in one schema at a time, all of a schema's steps in one transaction.

`views` is the history of the tables that every tenant's schema and `trunkline` have, `shared` of those that exist once. Each schema
keeps its own version table. A step names no schema: the transaction's search_path does (docs/adr/0011).
"""

from projections.migrations.histories import HISTORIES, SHARED_HISTORY, VIEWS_HISTORY, History
from projections.migrations.making import make
from projections.migrations.migrating import Migrated, State, migrate, require, state, upgrade

__all__ = [
    "HISTORIES",
    "SHARED_HISTORY",
    "VIEWS_HISTORY",
    "History",
    "Migrated",
    "State",
    "make",
    "migrate",
    "require",
    "state",
    "upgrade",
]
