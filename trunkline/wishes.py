"""Commands from the command line: written to comms.commands.v1, and answered by the first decision that names them as its cause.

A command's id is derived from the wish and from the version of the aggregate it was made for (law 1): made twice, it is carried out once;
made again after something else has changed, it is a new wish.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from domain.arbitration import Arbiter, WindowNeeded
from domain.directory import Directory
from runtime.errors import TrunklineError, Unavailable
from runtime.kafka import client_options, partitions_of, topic_name
from runtime.latest import Latest
from runtime.settings import Kafka
from schemas import envelope
from schemas.commands import AnyCommand
from schemas.dead_letters import DeadLetter, Origin
from schemas.decisions import Decision
from schemas.events import CommandRefused
from schemas.identity import derived, split_key
from schemas.settings import AnySettings
from schemas.times import text_of
from schemas.topics import COMMANDS, DEAD_LETTERS, DECISIONS, SETTINGS, Topic

_FIXED = envelope.fixed_headers("trunkline.command.v1", "trunkline/cli")
_decisions = msgspec.json.Decoder(Decision)
_letters = msgspec.json.Decoder(DeadLetter)
_settings = msgspec.json.Decoder(AnySettings)


class Refused(TrunklineError):
    """The decision was that the command cannot be carried out; the text is its reason."""


def wish_id(namespace: UUID, command: AnyCommand, version: int) -> str:
    """The id of `command`, made for the aggregate at `version`."""
    return derived(
        namespace, f"command|{version}|{msgspec.json.encode(msgspec.structs.replace(command, id='')).decode()}"
    )


@contextlib.asynccontextmanager
async def directory(kafka: Kafka) -> AsyncIterator[Directory]:
    """Tenants and channels as the settings topic has them now, and as it changes while the block runs. Raises Unavailable."""
    found = Directory()
    latest = Latest(client_options(kafka), topic_name(kafka, SETTINGS))

    def apply(key: bytes, value: bytes | None) -> None:
        if value is not None:
            found.apply(_settings.decode(value))

    await latest.start(apply)
    try:
        yield found
    finally:
        await latest.close()


async def carry_out(kafka: Kafka, command: AnyCommand, seconds: float = 30.0) -> Decision:
    """Writes one command and gives the decision on it.

    Raises Refused with the reason in words, also when the command became a dead letter; Unavailable when no decision comes within
    `seconds`, or Kafka does not answer.
    """
    try:
        async with asyncio.timeout(seconds), _consumer(kafka) as consumer:
            ends = await consumer.end_offsets(_partitions(kafka, DECISIONS) + _partitions(kafka, DEAD_LETTERS))
            place = await _send(kafka, command)
            decision = await _answer(kafka, consumer, ends, place, command.id)
    except TimeoutError as error:
        raise Unavailable(
            f"no decision within {seconds:.0f} s. The command stays on {topic_name(kafka, COMMANDS)} and is decided as soon as "
            "a streams worker runs (`trunkline status`)"
        ) from error
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {kafka.brokers}: {error}") from error
    for event in decision.events:
        if isinstance(event, CommandRefused):
            raise Refused(event.reason)
    return decision


def _partitions(kafka: Kafka, topic: Topic) -> list[TopicPartition]:
    return [TopicPartition(topic_name(kafka, topic), number) for number in range(partitions_of(kafka, topic))]


@contextlib.asynccontextmanager
async def _consumer(kafka: Kafka) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(enable_auto_commit=False, fetch_max_wait_ms=50, **client_options(kafka))
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def _send(kafka: Kafka, command: AnyCommand) -> Origin:
    """Appends the command; gives its place as a dead letter would name it."""
    tenant, _, _ = split_key(command.aggregate)
    key = command.aggregate.encode()
    headers = envelope.headers(
        _FIXED,
        id_=command.id,
        subject=key,
        time=text_of(round(time.time() * 1000)),
        tenant=tenant,
        correlation=command.correlation,
        trace=command.trace,
    )
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **client_options(kafka))
    try:
        await producer.start()
        sent = await producer.send_and_wait(
            topic_name(kafka, COMMANDS), msgspec.json.encode(command), key, headers=headers
        )
        return Origin(topic=COMMANDS.name, partition=sent.partition, offset=sent.offset)
    finally:
        await producer.stop()


async def _answer(
    kafka: Kafka, consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], place: Origin, cause: str
) -> Decision:
    """The decision on `cause` that counts (law 2), behind `ends`. Raises Refused when the record at `place` was dead-lettered."""
    # Commands, decisions and dead letters are co-partitioned, and a dead letter has the key of its source.
    decisions = TopicPartition(topic_name(kafka, DECISIONS), place.partition)
    letters = TopicPartition(topic_name(kafka, DEAD_LETTERS), place.partition)
    consumer.assign([decisions, letters])
    for partition in (decisions, letters):
        consumer.seek(partition, ends[partition])
    arbiter = Arbiter(ends[decisions])
    while True:
        record = await consumer.getone()
        if record.topic == letters.topic:
            letter = _letters.decode(record.value)
            if letter.origin == place:
                raise Refused(f"the command became a dead letter: {letter.error}")
            continue
        decision = _decisions.decode(record.value)
        try:
            counts = arbiter.accepts(record.offset, decision)
        except WindowNeeded as needed:
            arbiter = Arbiter(needed.base)
            consumer.seek(decisions, needed.base)
            continue
        if counts and decision.cause == cause and record.offset >= ends[decisions]:
            return decision
