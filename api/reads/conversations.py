"""Conversations: one per contact and address of ours, the latest message first."""

from api.reads.query import Query, canonical, equal, latest
from projections.views.inbox import InboxConversation as Conversation


def conversations(
    *, channel: str | None = None, status: str | None = None, address: str | None = None, contact_id: str | None = None
) -> Query:
    """Filters: channel, status, and the contact by its address as anybody writes it or by its id."""
    where = equal(
        (Conversation.channel, channel),
        (Conversation.status, status),
        (Conversation.address, canonical(address)),
        (Conversation.contact_id, contact_id),
    )
    return Query(
        Conversation,
        where,
        order=(latest(Conversation.last_message_at, Conversation.opened_at), Conversation.conversation_id.expression),
        hidden=frozenset({"last_message_offset"}),
    )
