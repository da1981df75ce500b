"""A bridge in this process between real servers: its own topics and queues, a tenant, and what came out."""

import asyncio
import contextlib
import itertools
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bridge.options import Options
from bridge.shell import Shell
from bridge.sqs import Queue
from bridge.sqs.port import Outgoing
from bridge.sqs.raw import RawQueue
from domain.channels.registry import providers
from runtime import topics
from runtime.kafka import partitions_of, topic_name
from runtime.secrets import new_namespace, wrap
from runtime.settings import Settings
from schemas.dead_letters import DeadLetter
from schemas.inbound import InboundEvent
from schemas.receipts import Receipt, ReceiptBatch
from schemas.settings import AnySettings, ChannelSettings, TenantSettings
from schemas.topics import DEAD_LETTERS, INBOUND, RECEIPTS, SETTINGS, Topic

SECRET = "a key for tests only"
_numbers = itertools.count()


def sms(text: str = "Hi", *, contact: str = "+14155550100", sid: str | None = None) -> str:
    """An inbound text as Twilio posts it."""
    fields = {"from_number": contact, "to_number": "+14155550199", "body": text}
    return providers("sms")[0].build["message_received"](fields, sid[2:] if sid else secrets.token_hex(16))


INVALID = "AccountSid=AC5ef8732a3c49700934481addd5ce1659&From=%2B14155550100&Body=no+id"


async def until(condition: Callable[[], Any], seconds: float = 15, *, what: str = "") -> None:
    """Waits for a condition, plain or awaitable. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what or condition}")
        await asyncio.sleep(0.05)


class World:
    """What a test sees: queues to send to, the bridge to run, the topics to read."""

    def __init__(self, settings: Settings, endpoint_url: str) -> None:
        self.settings = settings
        self.endpoint_url = endpoint_url
        self.tenant = "acme"
        self.namespace = new_namespace()
        self.queues: dict[str, RawQueue] = {}
        self.version = 0
        self.shell: Shell | None = None

    async def queue(self, name: str = "sms", **attributes: str) -> str:
        """Creates a queue; gives its URL."""
        fifo = ".fifo" if "FifoQueue" in attributes else ""
        full = f"bridge-{os.getpid()}-{next(_numbers)}-{name}{fifo}"
        admin = RawQueue(f"{self.endpoint_url}/000000000000/{full}", self.settings.sqs)
        asked = msgspec.json.encode({"QueueName": full, "Attributes": attributes})
        answer = msgspec.json.decode(await admin._call("AmazonSQS.CreateQueue", asked))
        await admin.close()
        url = str(answer["QueueUrl"])
        self.queues[url] = RawQueue(url, self.settings.sqs)
        return url

    async def send(self, url: str, *bodies: str, group: str | None = None, **attributes: str) -> None:
        for batch in _tens(bodies):
            failures = await self.queues[url].send_batch(
                [
                    Outgoing(
                        body=body,
                        attributes=attributes,
                        group=group,
                        deduplication=secrets.token_hex(8) if group else None,
                    )
                    for body in batch
                ]
            )
            assert not failures

    async def depth(self, url: str) -> tuple[int, int]:
        """(waiting, in flight)"""
        attributes = await self.queues[url].attributes()
        return (
            int(attributes["ApproximateNumberOfMessages"]),
            int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        )

    async def is_empty(self, url: str) -> bool:
        return await self.depth(url) == (0, 0)

    async def set_(self, *records: AnySettings) -> None:
        """Writes settings as the agents would."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka.brokers)
        await producer.start()
        for record in records:
            kind = "tenant" if isinstance(record, TenantSettings) else "channel"
            key = f"{record.tenant}:{kind}".encode()
            await producer.send_and_wait(
                topic_name(self.settings.kafka, SETTINGS), msgspec.json.encode(record), key=key
            )
        await producer.stop()

    async def create_tenant(self, tenant: str = "acme") -> None:
        await self.set_(TenantSettings(tenant=tenant, version=1, namespace=wrap(self.namespace, SECRET)))

    def channel(self, url: str, type_: str = "sms", **more: Any) -> ChannelSettings:
        self.version += 1
        values = {"is_active": True, **more}
        return ChannelSettings(tenant=self.tenant, version=self.version, channel_type=type_, queue_url=url, **values)

    @contextlib.asynccontextmanager
    async def running(self, **options: Any) -> AsyncIterator[Shell]:
        """The bridge runs while the block does, and has ended well afterwards."""
        self.shell = Shell(self.settings, Options(**options))
        task = asyncio.create_task(self.shell.run())
        try:
            yield self.shell
        finally:
            self.shell.stopping.set()
            assert await asyncio.wait_for(task, 30) == 0

    async def run(self, **options: Any) -> None:
        """Runs the bridge to its own end."""
        self.shell = Shell(self.settings, Options(**options))
        assert await asyncio.wait_for(self.shell.run(), 30) == 0

    async def read(self, topic: Topic) -> list[Any]:
        """All records of a topic, by partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka.brokers, enable_auto_commit=False)
        await consumer.start()
        try:
            name = topic_name(self.settings.kafka, topic)
            tps = [TopicPartition(name, number) for number in range(partitions_of(self.settings.kafka, topic))]
            consumer.assign(tps)
            await consumer.seek_to_beginning(*tps)
            ends = await consumer.end_offsets(tps)
            records: dict[TopicPartition, list[Any]] = {tp: [] for tp in tps}
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for tp, found in (await consumer.getmany(timeout_ms=200)).items():
                    records[tp] += found
            return [record for tp in tps for record in records[tp]]
        finally:
            await consumer.stop()

    async def events(self) -> list[InboundEvent]:
        return [msgspec.json.decode(record.value, type=InboundEvent) for record in await self.read(INBOUND)]

    async def dead_letters(self) -> list[DeadLetter]:
        return [msgspec.json.decode(record.value, type=DeadLetter) for record in await self.read(DEAD_LETTERS)]

    async def receipts(self) -> list[Receipt]:
        batches = [msgspec.json.decode(record.value, type=ReceiptBatch) for record in await self.read(RECEIPTS)]
        return [receipt for batch in batches for receipt in batch.receipts]

    async def close(self) -> None:
        for queue in self.queues.values():
            await queue._call("AmazonSQS.DeleteQueue", msgspec.json.encode({"QueueUrl": queue.queue.url}))
            await queue.close()


def _tens(bodies: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(bodies), 10):
        yield bodies[start : start + 10]


@pytest.fixture
async def world(kafka: Any, elasticmq: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[World]:
    for name in ("SMS_QUEUE_URL", "EMAIL_QUEUE_URL", "WORKER_TYPE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    variables = {
        "KAFKA_BROKERS": kafka.brokers,
        "AWS_ENDPOINT_URL": elasticmq.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "TRUNKLINE_SECRET_KEY": SECRET,
        "TRUNKLINE_KAFKA__TOPIC_PREFIX": f"bridge-{os.getpid()}-{next(_numbers)}.",
        "TRUNKLINE_KAFKA__PARTITIONS": "4",
        "TRUNKLINE_BRIDGE__HTTP_PORT": "0",
        "TRUNKLINE_BRIDGE__WAIT_SECONDS": "1",
        "TRUNKLINE_BRIDGE__CLAIM_STORE": f"file:{tmp_path}/claims",
        "TRUNKLINE_BRIDGE__BACKOFF_SECONDS": "1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    made = World(Settings(), elasticmq.endpoint_url)
    await topics.create(made.settings.kafka, (INBOUND, RECEIPTS, DEAD_LETTERS, SETTINGS))
    yield made
    await made.close()


__all__ = ["INVALID", "Queue", "World", "sms", "until"]
