"""A FIFO queue: order within a message group, one message per deduplication id within five minutes."""

from hashlib import sha256

from benchmarks.sqs_server.errors import SqsError, invalid_parameter
from benchmarks.sqs_server.queue import Message, Queue
from benchmarks.sqs_server.wire import Outgoing

SUFFIX = ".fifo"
DEDUPLICATION_SECONDS = 300


class FifoQueue(Queue):
    """Like a standard queue, but for `accept` and `take`. A take looks at every message: not for deep backlogs."""

    def __init__(self, name: str, arn: str, now: float) -> None:
        super().__init__(name, arn, now)
        self.settings |= {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
        self._sent: dict[str, Message] = {}

    def accept(self, message: Message, request: Outgoing) -> Message:
        if not request.message_group_id:
            raise SqsError("MissingParameter", "The request must contain the parameter MessageGroupId.")
        if request.delay_seconds is not None:
            raise invalid_parameter(
                "DelaySeconds",
                request.delay_seconds,
                "Not valid for this queue type.",
            )
        key = request.message_deduplication_id
        if not key:
            if self.settings["ContentBasedDeduplication"] != "true":
                raise SqsError(
                    "InvalidParameterValue",
                    "Without ContentBasedDeduplication the request must contain the parameter MessageDeduplicationId.",
                )
            key = sha256(message.body.encode()).hexdigest()
        earlier = self._sent.get(key)
        if earlier is not None and message.sent_at - earlier.sent_at < DEDUPLICATION_SECONDS:
            return earlier
        self._sent[key] = message
        message.group, message.deduplication = request.message_group_id, key
        return super().accept(message, request)

    def take(self, most: int, visibility: float | None, now: float) -> list[Message]:
        self._reveal(now)
        blocked = {message.group for message in self._messages.values() if message.visible_at and message.receives}
        self._ready.clear()
        self._ready.extend(
            message.number
            for message in self._messages.values()
            if not message.visible_at and message.group not in blocked
        )
        return super().take(most, visibility, now)

    def delete(self, receipt: str) -> Message | None:
        message = super().delete(receipt)
        self.arrived()
        return message
