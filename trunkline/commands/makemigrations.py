"""Write the migration that is missing between the models and the history of the tables."""

import asyncio

from cyclopts import App

command = App(name="makemigrations", help="Write a migration when the models and the history of the tables differ.")


@command.default
def makemigrations(*, message: str = "", dry_run: bool = False, json: bool = False) -> None:
    """Write a migration when the models and the history of the tables differ. Needs a database to compare in; changes nothing there.

    Parameters
    ----------
    message
        What the migration does; becomes part of its file's name.
    dry_run
        Only print the code that would be written; exit code 3 when there is any.
    json
        Print JSON instead of text.
    """
    from projections import migrations
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json

    steps = asyncio.run(migrations.make(settings(), message, dry_run=dry_run))
    if json:
        print_json([{"history": step.history, "path": str(step.path or ""), "code": step.code} for step in steps])
    elif not steps:
        print("No changes detected")
    for step in [] if json else steps:
        print(f"{step.history}: {step.path or 'would write'}\n{step.code}\n")
    if dry_run and steps:
        raise ProblemsFound(f"models and migrations differ: {', '.join(step.history for step in steps)}")
