"""The operations of the server: one method each. Requests are typed, answers are JSON bytes."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from benchmarks.sqs_server import batches, wire
from benchmarks.sqs_server.checksums import of_attributes, of_body
from benchmarks.sqs_server.delivery import delivery
from benchmarks.sqs_server.errors import (
    ServerFailure,
    SqsError,
    invalid_parameter,
    queue_does_not_exist,
)
from benchmarks.sqs_server.faults import Dice
from benchmarks.sqs_server.queue import Message, Queue
from benchmarks.sqs_server.waiters import Waiters

ACCOUNT = "000000000000"
REGION = "us-east-1"
QUEUE_NAME = re.compile(r"^[A-Za-z0-9_-]{1,80}$")
FORBIDDEN_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Answer = bytes | Awaitable[bytes]


class HangUp(Exception):
    """The connection is to be closed without an answer."""


class Operations:
    """All queues of one server. `base` is the URL under which queue URLs are made."""

    def __init__(self, base: str, dice: Dice | None = None, clock: Callable[[], float] = time.time) -> None:
        self.base = base
        self.dice = dice or Dice()
        self._clock = clock
        self._queues: dict[str, Queue] = {}
        self._waiters: dict[str, Waiters] = {}
        self._encode = msgspec.json.Encoder().encode
        self._calls: dict[str, Callable[[bytes], Answer]] = {
            operation.__name__.title().replace("_", ""): self._typed(operation)
            for operation in (
                self.create_queue,
                self.get_queue_url,
                self.list_queues,
                self.delete_queue,
                self.purge_queue,
                self.get_queue_attributes,
                self.set_queue_attributes,
                self.send_message,
                self.send_message_batch,
                self.receive_message,
                self.delete_message,
                self.delete_message_batch,
                self.change_message_visibility,
                self.change_message_visibility_batch,
            )
        }

    def call(self, operation: str, body: bytes) -> Answer:
        """One call. The answer's JSON, or, for a long poll, something to await. Raises SqsError, HangUp."""
        handler = self._calls.get(operation)
        if handler is None:
            raise SqsError("InvalidAction", f"The action {operation} is not valid for this endpoint.")
        return handler(body)

    def _typed(self, operation: Callable[[Any], Any]) -> Callable[[bytes], Answer]:
        decode = msgspec.json.Decoder(operation.__annotations__["request"]).decode

        def call(body: bytes) -> Answer:
            try:
                request = decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise SqsError("SerializationException", str(error)) from None
            answer = operation(request)
            return answer if asyncio.iscoroutine(answer) else self._encode(answer)

        return call

    # Queues

    def create_queue(self, request: wire.CreateQueue) -> wire.QueueUrl:
        name = request.queue_name
        if name.endswith(".fifo"):
            raise SqsError(
                "UnsupportedOperation", "this server has no FIFO queues", "AWS.SimpleQueueService.UnsupportedOperation"
            )
        if not QUEUE_NAME.match(name):
            raise invalid_parameter(
                "QueueName", name, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80."
            )
        now = self._clock()
        existing = self._queues.get(name)
        if existing is None:
            queue = Queue(name, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", now, self._by_arn)
            queue.configure(request.attributes, now)
            self._queues[name] = queue
            waiters = self._waiters[name] = Waiters()
            queue.arrived = lambda: waiters.wake(1)
        elif any(existing.attributes(now).get(key) != value for key, value in request.attributes.items()):
            raise SqsError(
                "QueueNameExists",
                "A queue already exists with the same name and a different value.",
                legacy="QueueAlreadyExists",
            )
        return wire.QueueUrl(self._url(name))

    def get_queue_url(self, request: wire.GetQueueUrl) -> wire.QueueUrl:
        if request.queue_name not in self._queues:
            raise queue_does_not_exist()
        return wire.QueueUrl(self._url(request.queue_name))

    def list_queues(self, request: wire.ListQueues) -> wire.QueueUrls:
        return wire.QueueUrls(
            [self._url(name) for name in sorted(self._queues) if name.startswith(request.queue_name_prefix)]
        )

    def delete_queue(self, request: wire.Request) -> dict[str, str]:
        queue = self._queue(request.queue_url)
        del self._queues[queue.name]
        self._waiters.pop(queue.name).wake(1_000_000)
        return {}

    def purge_queue(self, request: wire.Request) -> dict[str, str]:
        self._queue(request.queue_url).purge()
        return {}

    def get_queue_attributes(self, request: wire.GetQueueAttributes) -> wire.QueueAttributes:
        attributes = self._queue(request.queue_url).attributes(self._clock())
        if "All" in request.attribute_names:
            return wire.QueueAttributes(attributes)
        unknown = [name for name in request.attribute_names if name not in attributes and name != "RedrivePolicy"]
        if unknown:
            raise SqsError("InvalidAttributeName", f"Unknown Attribute {unknown[0]}.")
        return wire.QueueAttributes({name: attributes[name] for name in request.attribute_names if name in attributes})

    def set_queue_attributes(self, request: wire.SetQueueAttributes) -> dict[str, str]:
        self._queue(request.queue_url).configure(request.attributes, self._clock())
        return {}

    # Messages

    def send_message(self, request: wire.SendMessage) -> wire.Sent:
        queue = self._queue(request.queue_url)
        self._before(queue)
        sent = self._put(queue, request)
        self._waiters[queue.name].wake(queue.available())
        self._after(queue)
        return sent

    def send_message_batch(self, request: wire.SendMessageBatch) -> wire.BatchAnswer:
        queue = self._queue(request.queue_url)
        size = sum(len(entry.message_body.encode("utf-8", "surrogatepass")) for entry in request.entries)
        if size > int(queue.settings["MaximumMessageSize"]):
            raise SqsError(
                "BatchRequestTooLong",
                "Batch requests cannot be longer than the queue's MaximumMessageSize.",
                legacy="AWS.SimpleQueueService.BatchRequestTooLong",
            )
        answer = self._batch(queue, request.entries, lambda entry: self._put(queue, entry, entry.id))
        self._waiters[queue.name].wake(queue.available())
        self._after(queue)
        return answer

    def receive_message(self, request: wire.ReceiveMessage) -> Any:
        queue = self._queue(request.queue_url)
        if not 1 <= request.max_number_of_messages <= batches.LARGEST:
            raise invalid_parameter(
                "MaxNumberOfMessages", request.max_number_of_messages, "Must be between 1 and 10, if provided."
            )
        wait = request.wait_time_seconds
        if wait is None:
            wait = int(queue.settings["ReceiveMessageWaitTimeSeconds"])
        if not 0 <= wait <= 20:
            raise invalid_parameter("WaitTimeSeconds", wait, "Must be >= 0 and <= 20, if provided.")
        self._before(queue)
        messages = queue.take(request.max_number_of_messages, request.visibility_timeout, self._clock())
        if messages or not wait:
            return self._received(queue, messages, request)
        return self._long_poll(queue, request, self._clock() + wait)

    async def _long_poll(self, queue: Queue, request: wire.ReceiveMessage, deadline: float) -> bytes:
        messages: list[Message] = []
        while not messages and (now := self._clock()) < deadline and self._queues.get(queue.name) is queue:
            change = queue.next_change(now)
            if not queue.available():
                await self._waiters[queue.name].wait(min(deadline, change or deadline) - now)
            messages = queue.take(request.max_number_of_messages, request.visibility_timeout, self._clock())
        return self._encode(self._received(queue, messages, request))

    def delete_message(self, request: wire.DeleteMessage) -> dict[str, str]:
        queue = self._queue(request.queue_url)
        self._before(queue)
        self._delete(queue, request.receipt_handle)
        self._after(queue)
        return {}

    def delete_message_batch(self, request: wire.DeleteMessageBatch) -> wire.BatchAnswer:
        queue = self._queue(request.queue_url)

        def delete(entry: wire.DeleteEntry) -> wire.Done:
            self._delete(queue, entry.receipt_handle)
            return wire.Done(entry.id)

        answer = self._batch(queue, request.entries, delete)
        self._after(queue)
        return answer

    def change_message_visibility(self, request: wire.ChangeMessageVisibility) -> dict[str, str]:
        queue = self._queue(request.queue_url)
        self._before(queue)
        queue.change_visibility(request.receipt_handle, request.visibility_timeout, self._clock())
        self._waiters[queue.name].wake(queue.available())
        self._after(queue)
        return {}

    def change_message_visibility_batch(self, request: wire.ChangeMessageVisibilityBatch) -> wire.BatchAnswer:
        queue = self._queue(request.queue_url)
        now = self._clock()

        def change(entry: wire.ChangeEntry) -> wire.Done:
            queue.change_visibility(entry.receipt_handle, entry.visibility_timeout, now)
            return wire.Done(entry.id)

        answer = self._batch(queue, request.entries, change)
        self._waiters[queue.name].wake(queue.available())
        self._after(queue)
        return answer

    # Parts

    def _url(self, name: str) -> str:
        return f"{self.base}/{ACCOUNT}/{name}"

    def _queue(self, url: str) -> Queue:
        queue = self._queues.get(url.rpartition("/")[2])
        if queue is None:
            raise queue_does_not_exist()
        return queue

    def _by_arn(self, arn: str) -> Queue | None:
        return self._queues.get(arn.rpartition(":")[2])

    def _put(self, queue: Queue, request: wire.SendMessage | wire.SendEntry, id_: str | None = None) -> wire.Sent:
        body = request.message_body
        if not body:
            raise SqsError("MissingParameter", "The request must contain the parameter MessageBody.")
        if FORBIDDEN_CHARACTER.search(body):
            raise SqsError("InvalidMessageContents", "Invalid characters found in the message body.")
        data = body.encode()
        if len(data) > int(queue.settings["MaximumMessageSize"]):
            raise invalid_parameter(
                "MessageBody", f"of {len(data)} bytes", "Message must be shorter than MaximumMessageSize."
            )
        if request.delay_seconds is not None and not 0 <= request.delay_seconds <= 900:
            raise invalid_parameter("DelaySeconds", request.delay_seconds, "DelaySeconds must be >= 0 and <= 900.")
        if len(request.message_attributes) > batches.LARGEST:
            raise invalid_parameter("MessageAttributes", len(request.message_attributes), "The limit is 10 attributes.")
        trace = request.message_system_attributes.get("AWSTraceHeader")
        digest = of_body(data)
        attributes_digest = of_attributes(request.message_attributes)
        copies = 2 if self.dice.falls("duplicates", queue.name) else 1
        sent = [
            queue.put(
                body,
                digest,
                self._clock(),
                delay=request.delay_seconds,
                attributes=request.message_attributes,
                attributes_md5=attributes_digest,
                trace=trace.string_value if trace else None,
            )
            for _ in range(copies)
        ]
        return wire.Sent(sent[0].id, digest, attributes_digest, id_)

    def _delete(self, queue: Queue, receipt: str) -> None:
        message = queue.delete(receipt)
        if message is not None and self.dice.falls("reappearances", queue.name):
            queue.reappear(message)
            self._waiters[queue.name].wake(1)

    def _received(self, queue: Queue, messages: list[Message], request: wire.ReceiveMessage) -> wire.ReceiveAnswer:
        system = {*request.attribute_names, *request.message_system_attribute_names}
        wanted = request.message_attribute_names
        answer = wire.ReceiveAnswer([delivery(queue, message, system, wanted) for message in messages])
        if self.dice.faults.expiries:
            for message in messages:
                if self.dice.falls("expiries", queue.name):
                    queue.expire(message, self._clock())
        self._after(queue)
        return answer

    def _batch(self, queue: Queue, entries: list[Any], carry_out: Callable[[Any], Any]) -> wire.BatchAnswer:
        batches.check_batch(entries)
        self._before(queue)
        done: list[Any] = []
        failed: list[wire.Failed] = []
        for entry in entries:
            if self.dice.falls("partial_failures", queue.name):
                failed.append(wire.Failed(entry.id, "InternalError", "a fault that was asked for", sender_fault=False))
                continue
            try:
                done.append(carry_out(entry))
            except SqsError as error:
                failed.append(wire.Failed(entry.id, error.code, error.message, sender_fault=True))
        return wire.BatchAnswer(done, failed)

    def _before(self, queue: Queue) -> None:
        if self.dice.falls("errors_before", queue.name):
            raise ServerFailure

    def _after(self, queue: Queue) -> None:
        if self.dice.falls("errors_after", queue.name):
            raise ServerFailure
        if self.dice.falls("hang_ups", queue.name):
            raise HangUp
