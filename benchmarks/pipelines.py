"""Whole pipelines from a queue to rows: ours, the one that is usually built, and the simplest one. Measured by pipeline and latency."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
from msgspec import Struct

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import PARTITIONS, TENANT, Deployment, deployment
from benchmarks.harness.measurement import until
from benchmarks.harness.postgres import database, migrated
from benchmarks.harness.queues import BenchmarkQueue
from benchmarks.harness.run import Run
from benchmarks.projection import VIEW
from benchmarks.workload import Decider, events, first_texts, texts
from projections.tables import schema_of
from schemas.topics import DECISIONS

CONTACTS = 2000
WARM_UP = 500
HISTORY = 99
"""The seed of its texts."""


class Pipeline(Struct, frozen=True):
    """start(deployment, queue URL) -> its processes. table: where a message is visible when its `provider_id` is there.
    position: SQL that gives how many messages are."""

    start: Callable[[Deployment, str], Sequence[Child]]
    table: str
    position: str


class Running(Struct, frozen=True):
    """A pipeline that has processed its history and the warm-up. history: contacts that it knows from before."""

    pipeline: Pipeline
    history: int
    children: Sequence[Child]
    queue: BenchmarkQueue
    connection: asyncpg.Connection

    async def visible(self, count: int) -> bool:
        """Whether so many messages, the warm-up but not the history included, are visible and off the queue."""
        try:
            rows = await self.connection.fetchval(self.pipeline.position)
        except asyncpg.UndefinedTableError:
            return False
        return (rows or 0) >= self.history + count and await self.queue.empty()


def ours(views: str) -> Pipeline:
    """Our rooms with some of the views; those that are not waited for go on beside."""

    def start(made: Deployment, queue_url: str) -> Sequence[Child]:
        return [
            made.child("streams", ["faust", "-A", "streams", "worker"]),
            made.child("projections", ["trunkline", "projections", "--views", views]),
            made.child("bridge", ["trunkline", "run-communication-processor"], SMS_QUEUE_URL=queue_url),
        ]

    waited = VIEW if views != "all" else "%"
    return Pipeline(
        start,
        f"{schema_of(TENANT)}.communication_events",
        "SELECT min(done) FROM (SELECT sum(next_offset) AS done FROM trunkline.positions "
        f"WHERE view LIKE '{waited}' AND topic LIKE '%.comms.decisions.v1' GROUP BY view) AS views",
    )


def _usual(made: Deployment, queue_url: str) -> Sequence[Child]:
    received, counted = f"{made.name}.received", f"{made.name}.counted"
    told = {"APP": f"{made.name}.app", "INPUT": received, "OUTPUT": counted, "PARTITIONS": str(PARTITIONS)}
    faust = ["benchmarks.peers.faust_count", "worker", "--loglevel", "INFO"]
    return [
        made.child("streams", faust, EVENT="received", **told),
        made.child("projections", ["benchmarks.peers.events_table", counted, str(PARTITIONS)]),
        made.child("bridge", ["benchmarks.peers.bridge", queue_url, received]),
    ]


def _row_by_row(made: Deployment, queue_url: str) -> Sequence[Child]:
    return [made.child("processor", ["benchmarks.peers.row_by_row", queue_url]) for _ in range(2)]


USUAL = Pipeline(_usual, "events", "SELECT sum(next_offset) FROM offsets")
ROW_BY_ROW = Pipeline(_row_by_row, "events", "SELECT count(*) FROM messages WHERE status = 'processed'")


@asynccontextmanager
async def running(options: Run, name: str, pipeline: Pipeline, history: int = 0) -> AsyncIterator[Running]:
    """Starts a pipeline on a queue and a database of its own and puts the warm-up through. history: one decision of each of so many
    contacts is in the log before that; only ours can read it."""
    servers = options.servers
    template = await migrated(servers.dsn, "bench-tables-1", (TENANT,))
    async with database(servers.dsn, name, template) as dsn, deployment(servers, name, dsn=dsn) as made:
        topics = (f"{name}.received", f"{name}.counted", f"{name}.app-counts-changelog")
        await made.broker.create(*topics)
        queue = BenchmarkQueue(servers.sqs, name)
        await queue.create()
        connection = await asyncpg.connect(dsn)
        decided = Decider(PARTITIONS).decisions(events(first_texts(history, HISTORY)))
        await made.broker.write(made.topic(DECISIONS), decided)
        children = pipeline.start(made, queue.url)
        found = Running(pipeline, history, children, queue, connection)
        try:
            await queue.fill(texts(WARM_UP, CONTACTS, seed=1))
            await until(partial(found.visible, WARM_UP), children, 120 + history / 1000)
            yield found
        finally:
            for child in reversed(children):
                child.stop()
            await connection.close()
            await queue.close()
