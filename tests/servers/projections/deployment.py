"""One deployment for a test: topics of its own on the shared broker, a database, projections in this process, an independent judge."""

import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from projections import migrations, worker
from projections.projector import Projector
from projections.tenancy import Tenancy
from projections.view import View
from projections.views import views
from runtime import postgres, topics
from runtime.settings import Kafka, Postgres, Projections, Settings
from schemas.topics import DEAD_LETTERS, DECISIONS, RECEIPTS, Topic
from tests.contract.views.bench import comparable
from tests.contract.views.scribe import Scribe
from tests.crash import facts as crash
from tests.crash import fold
from tests.crash.deployment import AUDIT

TOPICS = (DECISIONS, RECEIPTS, DEAD_LETTERS)
SHADOWS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'"
"""Schemas of rebuilds that go on, or were left behind."""


class Deployment:
    """prefix: of topics and groups, new for each deployment."""

    def __init__(self, brokers: str, dsn: str, partitions: int = 3) -> None:
        self.prefix = f"p{uuid4().hex[:8]}."
        self.dsn = dsn
        self.settings = Settings()
        self.settings.kafka = Kafka(brokers=brokers, topic_prefix=self.prefix, partitions=partitions)
        self.settings.postgres = Postgres(url=SecretStr(dsn), command_timeout=5, connect_timeout=2)
        self.settings.projections = Projections(http_port=0, batch_records=50, session_timeout=2)
        self.produced = crash.Facts(topics={topic.name: [] for topic in TOPICS})

    async def create(self) -> "Deployment":
        await topics.create(self.settings.kafka, TOPICS)
        await migrations.migrate(self.settings)
        await self.execute(AUDIT)
        return self

    def environment(self, **more: str) -> dict[str, str]:
        """Of a process that works for this deployment."""
        return {
            "PATH": os.environ["PATH"],
            "KAFKA_BROKERS": self.settings.kafka.brokers,
            "DATABASE_URL": self.dsn,
            "TRUNKLINE_KAFKA__TOPIC_PREFIX": self.prefix,
            "TRUNKLINE_KAFKA__PARTITIONS": str(self.settings.kafka.partitions),
            "TRUNKLINE_PROJECTIONS__HTTP_PORT": "0",
            "TRUNKLINE_PROJECTIONS__BATCH_RECORDS": "20",
            "TRUNKLINE_PROJECTIONS__SESSION_TIMEOUT": "1",
            **more,
        }

    async def produce(self, facts: crash.Facts, share: float = 1.0) -> None:
        """Appends the records of a scribe that are not there yet, in their places and as of now: the broker deletes what is older
        than a topic's retention. They become part of what is expected. share: only up to so much of each partition."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka.brokers, acks="all", linger_ms=5)
        await producer.start()
        try:
            for topic, all_ in facts.topics.items():
                there = {each[:2] for each in self.produced.topics[topic]}
                sizes = Counter(each.partition for each in all_)
                records = [
                    each for each in all_ if each[:2] not in there and each.offset < share * sizes[each.partition]
                ]
                sent = [
                    await producer.send(
                        self.prefix + topic,
                        msgspec.json.encode(each.value),
                        each.key.encode(),
                        each.partition,
                    )
                    for each in records
                ]
                for each, acked in zip(records, await asyncio.gather(*sent), strict=True):
                    assert acked.offset == each.offset, f"somebody else writes to {topic}"
                self.produced.topics[topic] = sorted(
                    [*self.produced.topics[topic], *records], key=lambda each: each[:2]
                )
        finally:
            await producer.stop()

    async def append(self, topic: str, partition: int, values: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """Appends any bytes, without expecting anything of them."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka.brokers, acks="all")
        await producer.start()
        try:
            for key, value in values:
                await producer.send_and_wait(self.prefix + topic, value, key=key, partition=partition)
        finally:
            await producer.stop()

    # the database

    async def execute(self, sql: str) -> None:
        """Statements without parameters."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def locked(self, table: str) -> AsyncIterator[None]:
        """Nobody writes to the table while the block runs."""
        connection = await asyncpg.connect(self.dsn)
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
                yield
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def backup(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """The database as it is now. Calling it puts it in the place of the one that is there then; either cuts all connections."""
        base, _, name = self.dsn.rpartition("/")
        copy = f"{name}_backup"
        server = await asyncpg.connect(f"{base}/trunkline")

        async def restore() -> None:
            await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await server.execute(f"ALTER DATABASE {copy} RENAME TO {name}")

        try:
            await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name
            )
            await server.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
            await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            yield restore
        finally:
            await server.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
            await server.close()

    # at work

    def projector(self, view: View, *, group: str = "") -> Projector:
        """One view, wired as the worker wires it. group: instead of its own."""
        shared = postgres.engine(self.settings.postgres, pool_size=1)
        made = worker.projector(self.settings, view, Tenancy(shared))
        if group:
            made.consumer_options["group_id"] = self.prefix + group
        return made

    @contextlib.asynccontextmanager
    async def running(self, *names: str) -> AsyncIterator[list[Projector]]:
        """Projects these views (default: all) while the block runs."""
        wanted = [views()[name] for name in names] if names else list(views().values())
        projectors = [self.projector(view) for view in wanted]
        async with at_work(projectors):
            yield projectors

    # judging

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        connection = await asyncpg.connect(self.dsn)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    async def length(self, topic: Topic) -> int:
        """How many records a topic has."""
        found = crash.Facts()
        await crash.read_ends(self.settings.kafka.brokers, self.prefix, found, [topic.name])
        return sum(found.ends.values())

    async def behind(self, *names: str) -> list[str]:
        """Where views are not at the end of what was produced."""
        found = await self.fetch("SELECT view, topic, partition, next_offset FROM trunkline.positions")
        at = {(row["view"], row["topic"], row["partition"]): row["next_offset"] for row in found}
        ends: dict[tuple[str, int], int] = {}
        for topic, records in self.produced.topics.items():
            for record in records:
                ends[topic, record.partition] = max(ends.get((topic, record.partition), 0), record.offset + 1)
        return [
            f"{view.name} {topic}/{partition}: {at.get((view.name, self.prefix + topic, partition))} of {end}"
            for view in (views()[name] for name in names or views())
            for (topic, partition), end in ends.items()
            if topic in {source.topic.name for source in view.sources}
            and at.get((view.name, self.prefix + topic, partition), 0) < end
        ]

    async def projected(self, seed: int, *names: str) -> Scribe:
        """A log, with views at its end and no projector running any more. Gives who writes the log on."""
        scribe = Scribe(seed)
        await self.produce(scribe.write(decisions=160, batches=25, letters=15))
        async with self.running(*names):
            await self.caught_up(*names)
        return scribe

    async def caught_up(self, *names: str, seconds: float = 30) -> None:
        """Waits until views are at the end of what was produced."""
        deadline = time.monotonic() + seconds
        while left := await self.behind(*names):
            assert time.monotonic() < deadline, left
            await asyncio.sleep(0.05)

    async def rows(self, *names: str) -> dict[str, Any]:
        """All rows of the views' tables, in comparable form."""
        tables = [table for name in names or views() for table in views()[name].table_names]
        found = crash.Facts()
        await crash.read_rows(self.dsn, found, tables)
        return comparable({place: dict(enumerate(rows)) for place, rows in found.rows.items()})

    def expected(self, *names: str, without: Iterable[str] = ()) -> dict[str, Any]:
        """What the independent fold of everything produced says that they hold."""
        tables = {table for name in names or views() for table in views()[name].table_names} - set(without)
        all_: Mapping[tuple[str, str], Any] = fold.expected(self.produced)
        return comparable({place: rows for place, rows in all_.items() if place[1] in tables})

    async def assert_fold(self, *names: str) -> None:
        """Every row is what the independent fold says, and every move of a position began where the one before it ended."""
        await self._assert_adjacent()
        rows, due = await self.rows(*names), self.expected(*names)
        for table in sorted(rows.keys() | due.keys()):
            have, want = rows.get(table, {}), due.get(table, {})
            wrong = {
                key: (have.get(key), want.get(key))
                for key in have.keys() | want.keys()
                if have.get(key) != want.get(key)
            }
            assert not wrong, f"{table}: {len(wrong)} of {len(want)} rows, as they are and as they should be: {wrong}"

    async def _assert_adjacent(self) -> None:
        at: dict[Any, int] = {}
        for move in await self.fetch("SELECT * FROM public.position_audit ORDER BY id"):
            place = move["view"], move["version"], move["topic"], move["partition"]
            assert move["old_offset"] == at.get(place, 0), f"{place}: skipped or repeated: {dict(move)}"
            at[place] = move["new_offset"]


@contextlib.asynccontextmanager
async def at_work(projectors: Iterable[Projector]) -> AsyncIterator[None]:
    """Runs projectors while the block runs; raises what they raise."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(each.run(stop)) for each in projectors]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        for each in projectors:
            await each.writer.tenancy.engine.dispose()
