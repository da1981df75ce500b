"""makemigrations: writes the step that is missing between the histories and the models (F-021).

The comparison needs no migrated database: a schema that lives in one transaction takes all steps, is compared and rolled back.
"""

import re
from pathlib import Path
from typing import NamedTuple

from alembic import autogenerate, command
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from projections.migrations.histories import SHARED_HISTORY, VIEWS_HISTORY, History, load_models
from runtime import postgres
from runtime.settings import Settings

SCRATCH = "trunkline_makemigrations"


class Step(NamedTuple):
    """A step that is missing: its Python code, and the file that it was written to unless this was a dry run."""

    history: str
    code: str
    path: Path | None


async def make(settings: Settings, message: str = "", *, dry_run: bool = False) -> list[Step]:
    """Compares models and histories; writes a step where they differ. Gives what is missing, nothing when they agree.

    Raises ConfigurationError or Unavailable when the database cannot be used, OSError when the folder of the steps cannot be
    written to.
    """
    load_models()
    engine = postgres.engine(settings.postgres, pool_size=1, long_statements=True)
    steps: list[Step] = []
    try:
        with postgres.explained(settings.postgres):
            for history in (VIEWS_HISTORY, SHARED_HISTORY):
                async with engine.connect() as connection:
                    step = await connection.run_sync(_make, history, message, dry_run)
                    await connection.rollback()
                    steps += [step] if step else []
    finally:
        await engine.dispose()
    return steps


def _make(connection: Connection, history: History, message: str, dry_run: bool) -> Step | None:
    connection.exec_driver_sql(f"CREATE SCHEMA {SCRATCH}")
    connection.exec_driver_sql(f"SET LOCAL search_path TO {SCRATCH}")
    command.upgrade(history.config(connection), "head")
    code = _difference(connection, history)
    if not code:
        return None
    if dry_run:
        return Step(history.name, code, None)
    number = f"{len(list(history.folder.glob('*.py'))) + 1:04d}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_") or "change"
    script = command.revision(history.config(connection), message or "Change", autogenerate=True, rev_id=number)
    written = Path(str(getattr(script, "path", "")))
    path = written.rename(history.folder / f"{number}_{slug}.py")
    return Step(history.name, code, path)


def _difference(connection: Connection, history: History) -> str:
    """The code of the missing step, "" when there is none."""
    options = {"compare_type": True, "compare_server_default": True, "version_table": history.version_table}
    context = MigrationContext.configure(connection, opts=options)
    found = autogenerate.produce_migrations(context, history.metadata)
    operations = found.upgrade_ops
    if operations is None or operations.is_empty():
        return ""
    return str(autogenerate.render_python_code(operations, migration_context=context))
