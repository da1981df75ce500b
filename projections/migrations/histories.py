"""The two histories, and alembic's configuration for running one of them in one schema."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from projections.positions import Position
from projections.tables import SHARED, SharedTable, ViewTable
from projections.views import views

FOLDER = Path(__file__).parent


class History(NamedTuple):
    """A line of steps. version_table: where a schema keeps how far it went."""

    name: str
    metadata: MetaData
    version_table: str

    @property
    def folder(self) -> Path:
        return FOLDER / "versions" / self.name

    @property
    def head(self) -> str:
        """The newest step that this program knows."""
        return _script(self.folder).get_current_head() or ""

    def knows(self, revision: str) -> bool:
        """Whether the step is one of this program's; a newer program may have gone further."""
        return revision in {step.revision for step in _script(self.folder).walk_revisions()}

    def config(self, connection: Connection, **attributes: Any) -> Config:
        """For alembic's commands on `connection`, whose search_path is the schema."""
        config = Config(attributes={"connection": connection, "history": self, **attributes})
        config.set_main_option("script_location", _escaped(FOLDER))
        config.set_main_option("version_locations", _escaped(self.folder))
        config.set_main_option("path_separator", "newline")
        return config


VIEWS_HISTORY = History("views", ViewTable.metadata, "alembic_version")
SHARED_HISTORY = History("shared", SharedTable.metadata, "alembic_version_shared")

HISTORIES = {SHARED: (VIEWS_HISTORY, SHARED_HISTORY)}
"""Which histories a schema has; every other schema has the views' alone."""


def histories_of(schema: str) -> tuple[History, ...]:
    return HISTORIES.get(schema, (VIEWS_HISTORY,))


def load_models() -> None:
    """Makes sure that every table stands in its metadata."""
    views()
    assert Position.metadata is SharedTable.metadata


@cache
def _script(folder: Path) -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER), version_locations=[str(folder)])


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
