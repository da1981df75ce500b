"""One deployment for a test: topics of its own on the shared broker, inputs, workers as processes, and an independent judge."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.partitioner import DefaultPartitioner

from runtime import topics
from runtime.settings import Kafka
from schemas.topics import COMMANDS, DEAD_LETTERS, DECISIONS, INBOUND, SETTINGS
from tests.counting import encode, key_of, message
from tests.waiting import until_now

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Deployment:
    """folder: for logs and local stores. The prefix is new for each deployment."""

    def __init__(self, brokers: str, folder: Path, partitions: int = 4, **environment: str) -> None:
        self.prefix = f"s{uuid4().hex[:8]}."
        self.brokers, self.folder, self.partitions = brokers, folder, partitions
        self.kafka = Kafka(brokers=brokers, topic_prefix=self.prefix, partitions=partitions)
        self.group = f"{self.prefix}trunkline-streams"
        self.inbound, self.commands = self.prefix + INBOUND.name, self.prefix + COMMANDS.name
        self.decisions, self.settings = self.prefix + DECISIONS.name, self.prefix + SETTINGS.name
        self.dead_letters = self.prefix + DEAD_LETTERS.name
        self.workers: list[subprocess.Popen[bytes]] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KAFKA_BROKERS": brokers,
            "TRUNKLINE_KAFKA__TOPIC_PREFIX": self.prefix,
            "TRUNKLINE_KAFKA__PARTITIONS": str(partitions),
            "TRUNKLINE_STREAMS__DATADIR": str(folder / "streams"),
            "TRUNKLINE_STREAMS__HTTP_PORT": "0",
            **environment,
        }

    async def create(self) -> "Deployment":
        await topics.create(self.kafka)
        return self

    # workers

    def start(self, app: str = "tests.servers.streams.counting_app", **environment: str) -> subprocess.Popen[bytes]:
        """One more worker, as a user starts it."""
        out = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        with out:
            worker = subprocess.Popen(
                [sys.executable, "-m", "faust", "-A", app, "worker"],
                env=self.environment | environment,
                cwd=self.folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(worker)
        return worker

    def log(self, worker: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"worker-{self.workers.index(worker)}.log").read_text()

    def until_ready(self, worker: subprocess.Popen[bytes], times: int = 1, seconds: float = 40.0) -> None:
        """Until the worker has said `times` times that it is ready."""

        def ready() -> bool:
            assert worker.poll() is None, self.log(worker)
            return self.log(worker).count("partitions are caught up") >= times

        until_now(ready, seconds, "the worker is ready")

    def stop(self, worker: subprocess.Popen[bytes], seconds: float = 10.0) -> int:
        worker.send_signal(signal.SIGTERM)
        return worker.wait(seconds)

    def kill(self) -> None:
        """Ends every worker that is left."""
        for worker in self.workers:
            if worker.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    worker.send_signal(signal.SIGCONT)
                    worker.kill()
            worker.wait()

    # inputs

    async def send(self, records: Iterable[tuple[int, bytes, bytes]], topic: str | None = None) -> None:
        """(partition, key, value) to a source topic, in this order."""
        producer = AIOKafkaProducer(bootstrap_servers=self.brokers, acks="all", linger_ms=5, enable_idempotence=True)
        await producer.start()
        try:
            sent = [
                await producer.send(topic or self.inbound, value, key=key, partition=partition)
                for partition, key, value in records
            ]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    def messages(self, contacts: int, each: int, first: int = 1) -> Iterator[tuple[int, bytes, bytes]]:
        """`each` numbered messages of `contacts` contacts, round by round."""
        for number in range(first, first + each):
            for contact in range(contacts):
                yield self.partition(contact), key_of(contact).encode(), encode(message(contact, number))

    def partition(self, contact: int) -> int:
        """Where every producer puts a contact: Kafka's murmur2 of its key (law 7)."""
        all_ = list(range(self.partitions))
        return int(DefaultPartitioner()(key_of(contact).encode(), all_, all_))

    # what became of them

    async def read(self, topic: str, partitions: int | None = None) -> list[Any]:
        """Everything on a topic, by partition and offset."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.brokers, enable_auto_commit=False)
        await consumer.start()
        try:
            tps = [TopicPartition(topic, p) for p in range(partitions or self.partitions)]
            consumer.assign(tps)
            await consumer.seek_to_beginning(*tps)
            ends, found = await consumer.end_offsets(tps), []
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return sorted(found, key=lambda r: (r.partition, r.offset))
        finally:
            await consumer.stop()

    async def accepted(self) -> list[dict[str, Any]]:
        """Decisions that count, by a rule written again on purpose: the first record of each (aggregate, version)."""
        versions: Counter[str] = Counter()
        found = []
        for record in await self.read(self.decisions):
            decision = msgspec.json.decode(record.value)
            assert decision["aggregate"] == record.key.decode()
            if decision["version"] == versions[decision["aggregate"]] + 1:
                versions[decision["aggregate"]] += 1
                found.append(decision | {"partition": record.partition, "offset": record.offset})
        return found

    async def numbers(self) -> dict[str, list[int]]:
        """Aggregate -> numbers of its messages in the order they took effect."""
        found: dict[str, list[int]] = defaultdict(list)
        for decision in await self.accepted():
            for event in decision.get("events", ()):
                if event["type"] == "keyword_recognised" and event["keyword"] != "0":
                    found[decision["aggregate"]].append(int(event["message"]))
        return found

    async def until_decided(self, contacts: int, each: int, seconds: float = 40.0) -> None:
        """Until every message took effect once and in order; fails with the first contact where that is not so."""
        deadline = time.monotonic() + seconds
        want = list(range(1, each + 1))
        while True:
            numbers = await self.numbers()
            wrong = [n for n in range(contacts) if numbers.get(key_of(n)) != want]
            if not wrong:
                return
            doubled = [n for n in wrong if len(numbers.get(key_of(n), ())) > each]
            if doubled or time.monotonic() > deadline:
                n = (doubled or wrong)[0]
                raise AssertionError(
                    f"{len(wrong)} of {contacts} contacts differ; contact {n}: {numbers.get(key_of(n))}"
                )
            await asyncio.sleep(0.2)

    async def commit(self, offsets: dict[tuple[str, int], int]) -> None:
        """Sets offsets of the group, while no worker runs."""
        group = AIOKafkaConsumer(bootstrap_servers=self.brokers, group_id=self.group, enable_auto_commit=False)
        await group.start()
        group.assign([TopicPartition(*tp) for tp in offsets])
        await group.commit({TopicPartition(*tp): offset for tp, offset in offsets.items()})
        await group.stop()

    async def delete_before(self, offsets: dict[tuple[str, int], int]) -> None:
        """Moves the beginning of a log, as retention does."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        await admin.start()
        await admin.delete_records({TopicPartition(*tp): RecordsToDelete(offset) for tp, offset in offsets.items()})
        await admin.close()

    async def committed(self) -> dict[tuple[str, int], int]:
        """The group's offsets."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(self.group)
            return {(tp.topic, tp.partition): offset.offset for tp, offset in found.items()}
        finally:
            await admin.close()
