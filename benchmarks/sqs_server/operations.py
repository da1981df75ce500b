"""The operations about messages: one method each. Requests are typed, answers are JSON bytes."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import msgspec

from benchmarks.sqs_server import batches, wire
from benchmarks.sqs_server.checksums import of_attributes, of_body
from benchmarks.sqs_server.delivery import delivery
from benchmarks.sqs_server.errors import (
    ServerFailure,
    SqsError,
    invalid_parameter,
)
from benchmarks.sqs_server.faults import Dice
from benchmarks.sqs_server.queue import Message, Queue
from benchmarks.sqs_server.queues import Queues

FORBIDDEN_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Answer = bytes | Awaitable[bytes]


class HangUp(Exception):
    """The connection is to be closed without an answer."""


class Operations:
    """Everything that a client can call."""

    def __init__(self, queues: Queues, dice: Dice | None = None, clock: Callable[[], float] = time.time) -> None:
        self.queues = queues
        self.dice = dice or Dice()
        self._clock = clock
        self._encode = msgspec.json.Encoder().encode
        self._calls: dict[str, Callable[[bytes], Answer]] = {
            operation.__name__.title().replace("_", ""): self._typed(operation)
            for operation in (
                queues.create_queue,
                queues.get_queue_url,
                queues.list_queues,
                queues.delete_queue,
                queues.purge_queue,
                queues.get_queue_attributes,
                queues.set_queue_attributes,
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

    def send_message(self, request: wire.SendMessage) -> wire.Sent:
        queue = self.queues.find(request.queue_url)
        self._before(queue)
        sent = self._put(queue, request)
        self.queues.waiters(queue).wake(queue.available())
        self._after(queue)
        return sent

    def send_message_batch(self, request: wire.SendMessageBatch) -> wire.BatchAnswer:
        queue = self.queues.find(request.queue_url)
        size = sum(len(entry.message_body.encode("utf-8", "surrogatepass")) for entry in request.entries)
        if size > int(queue.settings["MaximumMessageSize"]):
            raise SqsError(
                "BatchRequestTooLong",
                "Batch requests cannot be longer than the queue's MaximumMessageSize.",
                legacy="AWS.SimpleQueueService.BatchRequestTooLong",
            )
        answer = self._batch(queue, request.entries, lambda entry: self._put(queue, entry, entry.id))
        self.queues.waiters(queue).wake(queue.available())
        self._after(queue)
        return answer

    def receive_message(self, request: wire.ReceiveMessage) -> Any:
        queue = self.queues.find(request.queue_url)
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
        while self.queues.exists(queue):
            now = self._clock()
            messages = queue.take(request.max_number_of_messages, request.visibility_timeout, now)
            if messages or now >= deadline:
                break
            until = min(deadline, queue.next_change(now) or deadline)
            await self.queues.waiters(queue).wait(until - now)
        return self._encode(self._received(queue, messages, request))

    def delete_message(self, request: wire.DeleteMessage) -> dict[str, str]:
        queue = self.queues.find(request.queue_url)
        self._before(queue)
        self._delete(queue, request.receipt_handle)
        self._after(queue)
        return {}

    def delete_message_batch(self, request: wire.DeleteMessageBatch) -> wire.BatchAnswer:
        queue = self.queues.find(request.queue_url)

        def delete(entry: wire.DeleteEntry) -> wire.Done:
            self._delete(queue, entry.receipt_handle)
            return wire.Done(entry.id)

        answer = self._batch(queue, request.entries, delete)
        self._after(queue)
        return answer

    def change_message_visibility(self, request: wire.ChangeMessageVisibility) -> dict[str, str]:
        queue = self.queues.find(request.queue_url)
        self._before(queue)
        queue.change_visibility(request.receipt_handle, request.visibility_timeout, self._clock())
        self.queues.waiters(queue).wake(queue.available())
        self._after(queue)
        return {}

    def change_message_visibility_batch(self, request: wire.ChangeMessageVisibilityBatch) -> wire.BatchAnswer:
        queue = self.queues.find(request.queue_url)
        now = self._clock()

        def change(entry: wire.ChangeEntry) -> wire.Done:
            queue.change_visibility(entry.receipt_handle, entry.visibility_timeout, now)
            return wire.Done(entry.id)

        answer = self._batch(queue, request.entries, change)
        self.queues.waiters(queue).wake(queue.available())
        self._after(queue)
        return answer

    def _put(self, queue: Queue, request: wire.Outgoing, id_: str | None = None) -> wire.Sent:
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
        trace_text = trace.string_value if trace else None

        def put() -> Message:
            message = Message(
                id=str(uuid4()),
                body=body,
                md5=digest,
                sent_at=self._clock(),
                attributes=request.message_attributes,
                attributes_md5=attributes_digest,
                trace=trace_text,
            )
            return queue.accept(message, request)

        sent = put()
        if self.dice.falls("duplicates", queue.name):
            put()
        return wire.Sent(sent.id, digest, attributes_digest, id_)

    def _delete(self, queue: Queue, receipt: str) -> None:
        message = queue.delete(receipt)
        if message is not None and self.dice.falls("reappearances", queue.name):
            queue.reappear(message)
            self.queues.waiters(queue).wake(1)

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
