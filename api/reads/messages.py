"""Messages with their delivery status."""

from api.reads.query import Query, equal, latest
from projections.views.inbox import InboxMessage as Message


def messages(
    *,
    conversation_id: str | None = None,
    provider_id: str | None = None,
    channel: str | None = None,
    direction: str | None = None,
    status: str | None = None,
    mail_thread_id: str | None = None,
) -> Query:
    """Filters: the conversation, the provider's own id, channel, inbound or outbound, the delivery status, and the mail thread."""
    where = equal(
        (Message.conversation_id, conversation_id),
        (Message.provider_id, provider_id),
        (Message.channel, channel),
        (Message.direction, direction),
        (Message.status, status),
        (Message.mail_thread_id, mail_thread_id),
    )
    return Query(
        Message,
        where,
        order=(latest(Message.occurred_at), Message.message_id.expression),
        heavy=frozenset({"html"}),
        hidden=frozenset({"progress", "failure", "report_offset", "edit_offset"}),
    )
