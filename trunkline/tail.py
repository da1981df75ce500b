"""The events of the decisions log from now on, as lines."""

from collections.abc import AsyncIterator

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from domain.arbitration import Arbiter, WindowNeeded
from runtime.errors import Unavailable
from runtime.kafka import client_options, partitions_of, topic_name
from runtime.settings import Kafka
from schemas.decisions import Decision
from schemas.events import AnyEvent
from schemas.topics import DECISIONS

_decode = msgspec.json.Decoder(Decision).decode


async def tail(kafka: Kafka, tenant: str | None, limit: int | None, *, as_json: bool) -> None:
    """Prints events until `limit` or for ever. Raises Unavailable when the broker does not answer at the start."""
    shown = 0
    async for decision, event in follow(kafka):
        if tenant is not None and decision.aggregate.partition(":")[0] != tenant:
            continue
        print(_json(decision, event) if as_json else _line(decision, event), flush=True)
        shown += 1
        if shown == limit:
            return


async def follow(kafka: Kafka) -> AsyncIterator[tuple[Decision, AnyEvent]]:
    """The events of every decision that counts (law 2), from now on."""
    consumer = AIOKafkaConsumer(
        enable_auto_commit=False, auto_offset_reset="latest", fetch_max_wait_ms=100, **client_options(kafka)
    )
    try:
        try:
            await consumer.start()
            name = topic_name(kafka, DECISIONS)
            ends = await consumer.end_offsets([TopicPartition(name, n) for n in range(partitions_of(kafka, DECISIONS))])
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(f"Kafka at {kafka.brokers}: {error}") from error
        arbiters = {partition: Arbiter(end) for partition, end in ends.items()}
        consumer.assign(list(ends))
        for partition, end in ends.items():
            consumer.seek(partition, end)
        while True:
            record = await consumer.getone()
            partition = TopicPartition(record.topic, record.partition)
            decision = _decode(record.value)
            try:
                counts = arbiters[partition].accepts(record.offset, decision)
            except WindowNeeded as needed:
                arbiters[partition] = Arbiter(needed.base)
                consumer.seek(partition, needed.base)
                continue
            if counts and record.offset >= ends[partition]:
                for event in decision.events:
                    yield decision, event
    finally:
        await consumer.stop()


def _line(decision: Decision, event: AnyEvent) -> str:
    kind = type(event).__struct_config__.tag
    parts = (getattr(event, name, None) for name in ("channel", "provider_id", "reported", "keyword", "state"))
    return f"{decision.at}  {kind:<26}{decision.aggregate}  {'  '.join(str(part) for part in parts if part)}".rstrip()


def _json(decision: Decision, event: AnyEvent) -> str:
    about = {"aggregate": decision.aggregate, "version": decision.version, "at": decision.at}
    return msgspec.json.encode({**about, "event": event}).decode()
