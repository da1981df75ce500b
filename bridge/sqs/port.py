"""The port: what the bridge needs of a queue. Every client keeps the same promises; tests/contract/sqs holds them to it.

Field names on the wire are SQS' own (Amazon SQS API reference, JSON protocol 1.0).
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

LARGEST_BATCH = 10
"""Entries of one batch call, messages of one receive."""


class MessageAttribute(Struct, frozen=True, rename="pascal", gc=False):
    """A typed attribute; `binary_value` is base64 text."""

    data_type: str = "String"
    string_value: str | None = None
    binary_value: str | None = None

    @property
    def text(self) -> str:
        return self.string_value if self.string_value is not None else self.binary_value or ""


class Message(Struct, frozen=True, rename="pascal", gc=False):
    """One message as received. `attributes`: SQS' own (ApproximateReceiveCount, SentTimestamp, MessageGroupId ...)."""

    message_id: str
    receipt_handle: str
    body: str
    attributes: dict[str, str] = {}
    message_attributes: dict[str, MessageAttribute] = {}

    @property
    def receives(self) -> int:
        """How often the queue has handed it out, this time included."""
        return int(self.attributes.get("ApproximateReceiveCount", "1"))

    @property
    def group(self) -> str | None:
        """The message group of a FIFO queue: the queue keeps order within it."""
        return self.attributes.get("MessageGroupId")


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message to send. `group` and `deduplication` are for FIFO queues."""

    body: str
    attributes: dict[str, str] = {}
    group: str | None = None
    deduplication: str | None = None


class Failure(Struct, frozen=True, gc=False):
    """One entry of a batch call that the queue refused although it answered 200. `position`: which entry of the call."""

    position: int
    code: str
    message: str = ""
    sender_fault: bool = False


class SqsError(Exception):
    """A call failed as a whole. `code` is SQS' own or a short name of ours, fit for a log line and a metric's label.

    `transient`: the client has already tried again as often as it may; later it may work.
    """

    def __init__(self, code: str, message: str = "", *, transient: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.transient = transient


class Queue(Protocol):
    """One queue. Every call raises SqsError; batch calls take at most ten entries and return those that failed."""

    async def receive(self, limit: int = 10, wait: int = 20, visibility: int | None = None) -> Sequence[Message]:
        """At most `limit` messages, waiting `wait` seconds for the first. `visibility`: seconds, instead of the queue's own."""

    async def delete_batch(self, handles: Sequence[str]) -> Sequence[Failure]:
        """Deletes messages by their receipt handles."""

    async def change_visibility_batch(self, handles: Sequence[tuple[str, int]]) -> Sequence[Failure]:
        """Sets for each (receipt handle, seconds) when the message becomes visible again, from now on."""

    async def send_batch(self, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        """Sends messages. After an unknown outcome a message may be in the queue twice."""

    async def attributes(self) -> dict[str, str]:
        """The queue's attributes by SQS' names (VisibilityTimeout, ApproximateNumberOfMessages ...)."""

    async def close(self) -> None:
        """Gives the connections back. Calls in flight fail."""
