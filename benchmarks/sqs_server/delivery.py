"""What a receiver is told about a message."""

from collections.abc import Iterable

from benchmarks.sqs_server import wire
from benchmarks.sqs_server.checksums import of_attributes
from benchmarks.sqs_server.queue import Message, Queue


def delivery(queue: Queue, message: Message, system: set[str], wanted: list[str]) -> wire.Received:
    """A message with the system attributes and message attributes that the receiver asked for."""
    attributes = _selected(message.attributes, wanted) if message.attributes and wanted else {}
    complete = len(attributes) == len(message.attributes)
    return wire.Received(
        message.id,
        queue.receipt(message),
        message.md5,
        message.body,
        _system(message, system) if system else {},
        attributes,
        message.attributes_md5 if attributes and complete else of_attributes(attributes),
    )


def _system(message: Message, wanted: set[str]) -> dict[str, str]:
    out = {
        "SenderId": "local",
        "SentTimestamp": str(int(message.sent_at * 1000)),
        "ApproximateReceiveCount": str(message.receives),
        "ApproximateFirstReceiveTimestamp": str(int(message.first_received_at * 1000)),
    }
    if message.trace:
        out["AWSTraceHeader"] = message.trace
    if message.group:
        out |= {
            "MessageGroupId": message.group,
            "MessageDeduplicationId": message.deduplication,
            "SequenceNumber": f"{message.number:020d}",
        }
    if message.dead_letter_source:
        out["DeadLetterQueueSourceArn"] = message.dead_letter_source
    return out if "All" in wanted else {name: value for name, value in out.items() if name in wanted}


def _selected(attributes: wire.Attributes, wanted: Iterable[str]) -> wire.Attributes:
    if "All" in wanted or ".*" in wanted:
        return attributes
    prefixes = tuple(name.removesuffix(".*") for name in wanted if name.endswith(".*"))
    return {
        name: value for name, value in attributes.items() if name in wanted or (prefixes and name.startswith(prefixes))
    }
