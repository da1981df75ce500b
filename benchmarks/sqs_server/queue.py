"""A standard queue: messages, visibility, receive counts, redrive. No sockets and no clock: `now` (seconds) comes in."""

import re
from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from uuid import uuid4

from msgspec import Struct, json

from benchmarks.sqs_server.errors import SqsError, invalid_parameter, invalid_receipt
from benchmarks.sqs_server.wire import Attributes, Outgoing

DEFAULTS = {
    "VisibilityTimeout": "30",
    "DelaySeconds": "0",
    "MaximumMessageSize": str(1024 * 1024),
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
}
LIMITS = {
    "VisibilityTimeout": (0, 43_200),
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1024 * 1024),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
}
FLAGS = ("FifoQueue", "ContentBasedDeduplication")
LONGEST_VISIBILITY = 43_200
RECEIPT = re.compile(r"^([0-9]{1,18})-([0-9]{1,9})-([0-9a-f]{32})$")


class Message(Struct, kw_only=True):
    """One message. `visible_at` is 0 while it waits to be received; `receives` counts deliveries and makes receipts unique;
    `group` and `deduplication` are of FIFO queues."""

    id: str
    body: str
    md5: str
    sent_at: float
    attributes: Attributes = {}
    attributes_md5: str | None = None
    trace: str | None = None
    group: str = ""
    deduplication: str = ""
    number: int = -1
    visible_at: float = 0.0
    receives: int = 0
    first_received_at: float = 0.0
    dead_letter_source: str | None = None


class Redrive(Struct, frozen=True, rename="camel"):
    """The RedrivePolicy attribute."""

    dead_letter_target_arn: str
    max_receive_count: int


class Queue:
    """A queue by the name `name`.

    Its server sets `dead_letter_queue`, which finds the queue of an ARN, and `arrived`, which is called when messages may have
    become available by something other than a message being sent.
    """

    def __init__(self, name: str, arn: str, now: float) -> None:
        self.name = name
        self.arn = arn
        self.created_at = self.modified_at = now
        self.settings = dict(DEFAULTS)
        self.redrive: Redrive | None = None
        self.arrived: Callable[[], None] = lambda: None
        self.dead_letter_queue: Callable[[str], Queue | None] = lambda _: None
        self._nonce = uuid4().hex
        self._next = 0
        self._messages: dict[int, Message] = {}
        self._ready: deque[int] = deque()
        # (when, number): stale entries stay until they come up or outnumber the messages.
        self._hidden: list[tuple[float, int]] = []

    def configure(self, settings: dict[str, str], now: float) -> None:
        """Takes attributes as SetQueueAttributes does. Raises SqsError for an unknown name or a value out of its limits."""
        for name, value in settings.items():
            if name == "RedrivePolicy":
                self.redrive = self._redrive(value)
            elif name in FLAGS and name in self.settings and value in ("true", "false"):
                self.settings[name] = value
            elif name in LIMITS:
                low, high = LIMITS[name]
                if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
                    raise SqsError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
                self.settings[name] = value
            else:
                raise SqsError("InvalidAttributeName", f"Unknown Attribute {name}.")
        self.modified_at = now

    def attributes(self, now: float) -> dict[str, str]:
        """All attributes, as GetQueueAttributes names them."""
        self._reveal(now)
        delayed = sum(1 for m in self._messages.values() if m.visible_at and not m.receives)
        ready = sum(1 for m in self._messages.values() if not m.visible_at)
        out = {
            **self.settings,
            "QueueArn": self.arn,
            "CreatedTimestamp": str(int(self.created_at)),
            "LastModifiedTimestamp": str(int(self.modified_at)),
            "ApproximateNumberOfMessages": str(ready),
            "ApproximateNumberOfMessagesNotVisible": str(len(self._messages) - ready - delayed),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
        }
        if self.redrive:
            out["RedrivePolicy"] = json.encode(self.redrive).decode()
        return out

    def accept(self, message: Message, request: Outgoing) -> Message:
        """Takes a new message; the one that stands for it. Raises SqsError where the kind of queue forbids the request."""
        message.number = self._next
        self._next += 1
        self._messages[message.number] = message
        delay = request.delay_seconds
        if delay is None:
            delay = int(self.settings["DelaySeconds"])
        if delay > 0:
            self._hide(message, message.sent_at + delay)
        else:
            self._ready.append(message.number)
        return message

    def take(self, most: int, visibility: float | None, now: float) -> list[Message]:
        """Up to `most` visible messages, in the order in which they became so; they are invisible for `visibility` seconds (the
        queue's own timeout when None). One that was received maxReceiveCount times goes to the dead-letter queue instead."""
        self._reveal(now)
        timeout = float(self.settings["VisibilityTimeout"]) if visibility is None else visibility
        oldest = now - float(self.settings["MessageRetentionPeriod"])
        taken: list[Message] = []
        while self._ready and len(taken) < most:
            message = self._messages.get(self._ready.popleft())
            if message is None or message.visible_at:
                continue
            if message.sent_at < oldest:
                del self._messages[message.number]
                continue
            if self.redrive and message.receives >= self.redrive.max_receive_count:
                target = self.dead_letter_queue(self.redrive.dead_letter_target_arn)
                if target is not None:
                    del self._messages[message.number]
                    target.adopt(message, self.arn)
                    continue
            message.receives += 1
            message.first_received_at = message.first_received_at or now
            self._hide(message, now + timeout)
            taken.append(message)
        return taken

    def receipt(self, message: Message) -> str:
        """The receipt handle of the latest delivery."""
        return f"{message.number}-{message.receives}-{self._nonce}"

    def delete(self, receipt: str) -> Message | None:
        """Deletes by receipt; again is fine. A receipt of an earlier delivery deletes nothing (AWS: "might not be deleted").
        The message that went, if one did. Raises SqsError for text that is no receipt of this queue."""
        message, current = self._find(receipt)
        if message is None or not current:
            return None
        return self._messages.pop(message.number)

    def change_visibility(self, receipt: str, seconds: int, now: float) -> None:
        """Makes a message in flight visible in `seconds`. Raises SqsError when it is not in flight by this receipt."""
        if not 0 <= seconds <= LONGEST_VISIBILITY:
            raise invalid_parameter("VisibilityTimeout", seconds, "Must be between 0 and 43200.")
        message, current = self._find(receipt)
        if message is None:
            raise invalid_parameter(
                "ReceiptHandle", receipt, "Message does not exist or is not available for visibility timeout change."
            )
        if not current or not message.visible_at or message.visible_at <= now:
            raise SqsError(
                "MessageNotInflight", f"Value {receipt} for parameter ReceiptHandle: the message is not in flight."
            )
        if seconds:
            self._hide(message, now + seconds)
        else:
            message.visible_at = 0.0
            self._ready.append(message.number)

    def reappear(self, message: Message) -> None:
        """Puts back a message that was deleted, visible at once: SQS may deliver a deleted message again."""
        message.visible_at = 0.0
        self._messages[message.number] = message
        self._ready.append(message.number)

    def expire(self, message: Message, now: float) -> None:
        """Ends a delivery's visibility now, behind the receiver's back."""
        self._hide(message, now)

    def adopt(self, message: Message, source: str) -> None:
        """Takes over a message of another queue, with its id and the time it was sent."""
        message.number, message.receives, message.visible_at = self._next, 0, 0.0
        message.first_received_at, message.dead_letter_source = 0.0, source
        self._next += 1
        self._messages[message.number] = message
        self._ready.append(message.number)
        self.arrived()

    def purge(self) -> None:
        """Deletes everything."""
        self._messages.clear()
        self._ready.clear()
        self._hidden.clear()

    def next_change(self, now: float) -> float | None:
        """When the next hidden message may become visible, None when there is none."""
        self._reveal(now)
        return self._hidden[0][0] if self._hidden else None

    def available(self) -> int:
        """How many messages are visible, at most."""
        return len(self._ready)

    def _find(self, receipt: str) -> tuple[Message | None, bool]:
        match = RECEIPT.match(receipt)
        if match is None or match[3] != self._nonce:
            raise invalid_receipt(receipt)
        message = self._messages.get(int(match[1]))
        return message, message is not None and message.receives == int(match[2])

    def _hide(self, message: Message, until: float) -> None:
        message.visible_at = until
        heappush(self._hidden, (until, message.number))
        if len(self._hidden) > 2 * len(self._messages) + 1000:
            self._hidden = [(m.visible_at, m.number) for m in self._messages.values() if m.visible_at]
            heapify(self._hidden)

    def _reveal(self, now: float) -> None:
        while self._hidden:
            when, number = self._hidden[0]
            message = self._messages.get(number)
            current = message is not None and message.visible_at == when
            if current and when > now:
                return
            heappop(self._hidden)
            if current:
                assert message is not None
                message.visible_at = 0.0
                self._ready.append(number)

    def _redrive(self, text: str) -> Redrive | None:
        if not text:
            return None
        try:
            policy = json.decode(text, type=Redrive, strict=False)
        except ValueError as error:
            raise SqsError(
                "InvalidAttributeValue", f"Value {text} for parameter RedrivePolicy is invalid: {error}"
            ) from None
        if not 1 <= policy.max_receive_count <= 1000:
            raise invalid_parameter("RedrivePolicy", text, "maxReceiveCount must be between 1 and 1000.")
        if self.dead_letter_queue(policy.dead_letter_target_arn) is None:
            raise invalid_parameter("RedrivePolicy", text, "Dead letter target does not exist.")
        return policy
