"""What became of each SQS message (F-017, F-041, F-111)."""

from datetime import datetime

from api.reads.query import Query, between, containing, equal
from projections.views.sqs_messages import SQSMessage as Message


def sqs_messages(
    *,
    status: str | None = None,
    channel: str | None = None,
    queue: str | None = None,
    provider_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Query:
    """Filters: processed, ignored, failed or dead_lettered; channel, queue, and the provider's own id of what was inside."""
    where = equal((Message.status, status), (Message.channel, channel), (Message.queue, queue))
    return Query(
        Message,
        [*where, *containing(Message.provider_ids, provider_id), *between(Message.updated_at, since, until)],
        order=(Message.updated_at.expression, Message.message_id.expression, Message.queue_url.expression),
        heavy=frozenset({"body", "receipt_handle"}),
        hidden=frozenset({"rank"}),
    )
