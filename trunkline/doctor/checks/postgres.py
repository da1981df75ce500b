"""The database and its tables."""

from projections import migrations
from runtime.settings import Settings
from trunkline.doctor.finding import Finding, problem, well

ORDER = 2


async def check(settings: Settings) -> list[Finding]:
    """Whether the database answers and every schema is at the newest step. Raises Unavailable or ConfigurationError."""
    done = await migrations.migrate(settings, dry_run=True)
    if done.changed:
        return [problem("tables", f"not at the newest step: {', '.join(done.changed)}", "run `trunkline migrate`")]
    newer = [schema for schema, state in done.before.items() if state is migrations.State.AHEAD]
    if newer:
        return [
            problem("tables", f"migrated by a newer program: {', '.join(newer)}", "run the same version everywhere")
        ]
    return [well("tables", f"PostgreSQL answers, {len(done.before)} schemas are at the newest step")]
