"""Communication events: everything that happened to messages, consent and inputs (F-005, F-018, F-042)."""

from datetime import datetime

from api.reads.query import Query, between, canonical, equal
from projections.views.communication_events import CommunicationEvent as Event


def events(
    *,
    provider_id: str | None = None,
    address: str | None = None,
    type: str | None = None,  # noqa: A002  # the event's own word, as the API names it
    meaning: str | None = None,
    channel: str | None = None,
    contact_id: str | None = None,
    conversation_id: str | None = None,
    message_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Query:
    """Filters: the provider's own id, the contact's address as anybody writes it, the event's type, what happened in our
    words (`email.bounced`), and where it belongs."""
    where = equal(
        (Event.provider_id, provider_id),
        (Event.address, canonical(address)),
        (Event.type, type),
        (Event.meaning, meaning),
        (Event.channel, channel),
        (Event.contact_id, contact_id),
        (Event.conversation_id, conversation_id),
        (Event.message_id, message_id),
    )
    return Query(
        Event,
        [*where, *between(Event.occurred_at, since, until)],
        order=(Event.occurred_at.expression, Event.event_id.expression),
        heavy=frozenset({"raw", "html", "fields", "details"}),
    )
