"""What can be asked of the views. One file per kind of row: a function from filters to a Query; reader.py carries it out.

The names of a function's parameters are the filters of the API and of the command line.
"""

from collections.abc import Callable
from typing import NamedTuple

from api.reads.channels import channels
from api.reads.conversations import conversations
from api.reads.dead_letters import dead_letters
from api.reads.events import events
from api.reads.messages import messages
from api.reads.query import Query
from api.reads.sqs_messages import sqs_messages

__all__ = [
    "RESOURCES",
    "Query",
    "Resource",
    "channels",
    "conversations",
    "dead_letters",
    "events",
    "messages",
    "sqs_messages",
]


class Resource(NamedTuple):
    """A kind of row. path: as in the URL. query: from filters to a Query. key: the column that names one row."""

    path: str
    query: Callable[..., Query]
    key: str


RESOURCES = (
    Resource("events", events, "event_id"),
    Resource("sqs-messages", sqs_messages, "message_id"),
    Resource("conversations", conversations, "conversation_id"),
    Resource("messages", messages, "message_id"),
    Resource("dead-letters", dead_letters, "id"),
    Resource("channels", channels, "channel_type"),
)
