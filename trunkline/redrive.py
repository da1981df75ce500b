"""Dead letters once more: the original body back on its queue with its attributes, the original record back on its topic.

Doing it twice is harmless: every id is derived from what is inside (law 1).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from bridge.claims import ClaimError, claim_store
from bridge.sqs import open_queue
from bridge.sqs.port import Outgoing, SqsError
from runtime.errors import TrunklineError, Unavailable, UsageError
from runtime.kafka import client_options, topic_name
from runtime.settings import Settings
from schemas.topics import DEAD_LETTERS, TOPICS

# What SQS itself says about a message: it says so anew about the next one (Amazon SQS API reference, ReceiveMessage).
OF_SQS = frozenset(
    "ApproximateFirstReceiveTimestamp ApproximateReceiveCount AWSTraceHeader DeadLetterQueueSourceArn MessageDeduplicationId "
    "MessageGroupId SenderId SentTimestamp SequenceNumber".split()
)
KAFKA_CLAIM = "kafka:"
"""A record too large for its dead letter stays where it is; the claim names the place (streams/engine/dead_letters.py)."""


class Redriven(NamedTuple):
    """One dead letter that went back. to: the queue's URL, or the topic."""

    id: str
    to: str


class _Record(NamedTuple):
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


async def redrive(settings: Settings, letter: Mapping[str, Any]) -> Redriven:
    """Sends one dead letter (a row of the view) back to where it came from.

    Raises UsageError when it has no origin or its bytes are gone, Unavailable when queue, broker or claim store do not answer.
    """
    origin = letter["origin"]
    if url := origin.get("queue_url"):
        await _to_queue(settings, letter, url)
        return Redriven(letter["id"], url)
    if topic := origin.get("topic"):
        return Redriven(letter["id"], await _to_topic(settings, letter, topic))
    raise UsageError(
        f"the dead letter {letter['id']} does not say where it came from; `trunkline dead-letters show` has its bytes"
    )


async def _to_queue(settings: Settings, letter: Mapping[str, Any], url: str) -> None:
    attributes = letter["attributes"]
    message = Outgoing(
        body=(await _bytes(settings, letter)).decode("utf-8", "surrogateescape"),
        attributes={name: value for name, value in attributes.items() if name not in OF_SQS},
        group=attributes.get("MessageGroupId"),
        deduplication=letter["id"] if "MessageGroupId" in attributes else None,
    )
    queue = open_queue(url, settings.sqs)
    try:
        failed = await queue.send_batch([message])
    except SqsError as error:
        raise Unavailable(f"{url}: {error}") from error
    finally:
        await queue.close()
    if failed:
        raise TrunklineError(
            f"{url} refuses the dead letter {letter['id']}: {failed[0].code} {failed[0].message}".rstrip()
        )


async def _to_topic(settings: Settings, letter: Mapping[str, Any], topic: str) -> str:
    """Appends the original record again; its key and headers are taken from the log, the bytes from the dead letter."""
    kafka = settings.kafka
    name = next((topic_name(kafka, each) for each in TOPICS if each.name == topic), topic)
    origin = letter["origin"]
    try:
        original = await _at(settings, name, origin["partition"], origin["offset"])
        if original is None:
            # Retention has taken it. A dead letter has the key of its source.
            parked = await _at(settings, topic_name(kafka, DEAD_LETTERS), letter["log_partition"], letter["log_offset"])
            original = _Record(parked.key if parked else None, await _bytes(settings, letter), ())
        producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **client_options(kafka))
        try:
            await producer.start()
            await producer.send_and_wait(name, original.value, original.key, headers=list(original.headers))
        finally:
            await producer.stop()
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {kafka.brokers}: {error}") from error
    return name


async def _bytes(settings: Settings, letter: Mapping[str, Any]) -> bytes:
    claim = letter["raw_claim"]
    if claim is None:
        return bytes(letter["raw"] or b"")
    if claim.startswith(KAFKA_CLAIM):
        raise UsageError(f"the bytes of the dead letter {letter['id']} were at {claim}, and retention has taken them")
    try:
        return await claim_store(settings.bridge.claim_store, settings.sqs).get(claim)
    except ClaimError as error:
        raise Unavailable(str(error)) from error


async def _at(settings: Settings, topic: str, partition: int, offset: int) -> _Record | None:
    """The record at one place of the log, None when it is no longer there."""
    consumer = AIOKafkaConsumer(enable_auto_commit=False, fetch_max_wait_ms=50, **client_options(settings.kafka))
    place = TopicPartition(topic, partition)
    try:
        await consumer.start()
        consumer.assign([place])
        first, end = (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        consumer.seek(place, offset)
        record = await consumer.getone()
        return _Record(record.key, record.value, record.headers) if record.offset == offset else None
    finally:
        await consumer.stop()
