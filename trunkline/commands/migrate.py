"""Bring the tables to the newest step."""

import asyncio

from cyclopts import App

command = App(name="migrate", help="Create or update the tables, in `trunkline` and in every tenant's schema.")


@command.default
def migrate(*, tenant: str | None = None, dry_run: bool = False, json: bool = False) -> None:
    """Create or update the tables, in `trunkline` and in every tenant's schema. Doing it again changes nothing.

    Parameters
    ----------
    tenant
        Only this tenant's schema (and `trunkline`); it is made when it is not there.
    dry_run
        Only say what would be migrated; exit code 3 when that is anything.
    json
        Print JSON instead of a sentence.
    """
    from projections import migrations
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json

    done = asyncio.run(migrations.migrate(settings(), tenant, dry_run=dry_run))
    if json:
        print_json({"schemas": done.before, "migrated": [] if dry_run else done.changed})
    elif not (dry_run and done.changed):
        print(done)
    if dry_run and done.changed:
        raise ProblemsFound(str(done))
