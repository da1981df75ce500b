"""What a benchmark does to a broker: topics of its own, records laid out in large batches, ends of the log."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.partitioner import murmur2

BATCH = 256 * 1024
"""Bytes of a batch: what a busy producer with `batch.size` raised sends."""


class Record(NamedTuple):
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


@lru_cache(2_000_000)
def partition(key: bytes, partitions: int) -> int:
    """Kafka's default partitioner."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


class Broker:
    """Client of one benchmark."""

    def __init__(self, brokers: str, partitions: int) -> None:
        self.brokers = brokers
        self.partitions = partitions
        self._admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False)
        self._producer = AIOKafkaProducer(
            bootstrap_servers=brokers,
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=BATCH,
            max_request_size=8 * BATCH,
        )

    async def create(self, *topics: str, partitions: int | None = None, **settings: str) -> None:
        """Makes topics. Settings by Kafka's names with `_` for `.`."""
        configuration = {name.replace("_", "."): value for name, value in settings.items()}
        await self._admin.create_topics(
            [NewTopic(topic, partitions or self.partitions, 1, topic_configs=configuration or None) for topic in topics]
        )

    async def delete(self, *topics: str) -> None:
        """Removes topics; of a prefix, see `topics`."""
        if topics:
            await self._admin.delete_topics(list(topics))

    async def topics(self, part: str) -> list[str]:
        """Names of topics that have `part` in them."""
        return [name for name in await self._admin.list_topics() if part in name]

    async def write(self, topic: str, records: Iterable[Record], partitions: int | None = None) -> int:
        """Appends records by key, each partition in the order given. Returns when the broker has acked all; gives their number."""
        count = partitions or self.partitions
        batches: dict[int, Any] = {}
        acks: dict[int, list[Any]] = defaultdict(list)
        written = 0
        for key, value, headers in records:
            number = partition(key, count)
            batch = batches.get(number)
            if batch is None:
                batch = batches[number] = self._producer.create_batch()
            if batch.append(key=key, value=value, timestamp=None, headers=list(headers)) is None:
                batch.close()
                acks[number].append(await self._producer.send_batch(batch, topic, partition=number))
                batch = batches[number] = self._producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=list(headers))
            written += 1
        for number, batch in batches.items():
            batch.close()
            acks[number].append(await self._producer.send_batch(batch, topic, partition=number))
        for each in acks.values():
            for ack in each:
                await ack
        return written

    async def end(self, topic: str) -> int:
        """How many records the topic has had."""
        return sum((await self.ends(topic)).values())

    async def ends(self, topic: str) -> Mapping[TopicPartition, int]:
        """End offset of each partition."""
        numbers = await self._producer.partitions_for(topic)
        return dict(await self._consumer.end_offsets([TopicPartition(topic, number) for number in numbers]))

    async def close(self) -> None:
        await self._producer.stop()
        await self._consumer.stop()
        await self._admin.close()

    async def start(self) -> None:
        await self._admin.start()
        await self._consumer.start()
        await self._producer.start()


@asynccontextmanager
async def broker(brokers: str, partitions: int) -> AsyncIterator[Broker]:
    """A client for the time of a benchmark."""
    client = Broker(brokers, partitions)
    await client.start()
    try:
        yield client
    finally:
        await client.close()
