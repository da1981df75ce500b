"""What was given up, with its original bytes (law 8)."""

from datetime import datetime

from api.reads.query import Query, between, containing, equal
from projections.views.dead_letters import DeadLetter as Letter


def dead_letters(
    *,
    stage: str | None = None,
    reason: str | None = None,
    channel: str | None = None,
    provider_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Query:
    """Filters: where it failed and why, channel, and the provider's own id of what was inside."""
    where = equal((Letter.stage, stage), (Letter.reason, reason), (Letter.channel, channel))
    return Query(
        Letter,
        [*where, *containing(Letter.provider_ids, provider_id), *between(Letter.parked_at, since, until)],
        order=(Letter.parked_at.expression, Letter.id.expression),
        heavy=frozenset({"raw"}),
    )
