"""Kafka to PostgreSQL: our view of all events, beside the ORM row by row, the ORM in batches, and COPY, which is the limit."""

from collections.abc import Callable, Sequence
from functools import partial

import asyncpg
from msgspec import Struct

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import PARTITIONS, TENANT, Deployment, deployment
from benchmarks.harness.measurement import Measured, measure, until
from benchmarks.harness.postgres import database, migrated
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, against, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.workload import Decider, inbound
from schemas.topics import DECISIONS

TITLE = "Projection: Kafka to PostgreSQL"
WARM_UP = 3000
CONTACTS = 2000
VIEW = "communication_events"
TENANTS = (TENANT, *(f"tenant-{number:02d}" for number in range(1, 100)))
OURS, ROW, ADD_ALL, COPY = "ours", "ORM, a transaction per event", "ORM add_all, 1,000 events", "COPY, 1,000 events"
POSITION = f"SELECT sum(next_offset) FROM trunkline.positions WHERE view = '{VIEW}' AND topic LIKE '%.{DECISIONS.name}'"
PEERS_POSITION = "SELECT sum(next_offset) FROM benchmark_offsets"
DEBEZIUM = 20.0
"""us of client CPU per event that the Debezium JDBC sink (3.0, unnest) took on a comparable machine."""


class Projection(Struct, frozen=True):
    """start(deployment) -> its process; position: SQL that gives how many decisions are in the table."""

    start: Callable[[Deployment], Child]
    position: str
    events: int
    tenants: Sequence[str] = (TENANT,)


def ours(made: Deployment) -> Child:
    return made.child("projections", ["trunkline", "projections", "--views", VIEW])


def peer(method: str, made: Deployment) -> Child:
    argv = ["benchmarks.peers.projection", method, made.topic(DECISIONS), str(PARTITIONS)]
    return made.child("projections", argv)


async def one(options: Run, stem: str, way: Projection, number: int) -> Measured:
    """One variant in one round."""
    name = options.unique(f"{stem}-{number}")
    template = await migrated(options.servers.dsn, f"bench-tables-{len(way.tenants)}", way.tenants)
    async with (
        database(options.servers.dsn, name, template) as dsn,
        deployment(options.servers, name, way.tenants, dsn=dsn) as made,
    ):
        connection = await asyncpg.connect(dsn)
        topic, decider, events = made.topic(DECISIONS), Decider(PARTITIONS), options.scale(way.events)
        warm_up = min(WARM_UP, events)
        await made.broker.write(topic, decider.decisions(inbound(warm_up, CONTACTS, 1, way.tenants)))
        child = way.start(made)

        async def projected(count: int) -> bool:
            try:
                return (await connection.fetchval(way.position) or 0) >= count
            except asyncpg.UndefinedTableError:
                return False

        try:
            await until(partial(projected, warm_up), [child], 120)
            records = list(decider.decisions(inbound(events, CONTACTS, 2, way.tenants)))
            return await measure(
                [child],
                events,
                lambda: made.broker.write(topic, records),
                partial(projected, warm_up + events),
                options.servers.some("broker", "postgres"),
            )
        finally:
            child.stop()
            await connection.close()


async def run(options: Run) -> Report:
    """All variants."""
    many = f", {len(TENANTS)} tenants"
    ways: dict[str, Projection] = {}
    for suffix, tenants in ("", (TENANT,)), (many, TENANTS):
        ways[OURS + suffix] = Projection(ours, POSITION, 40_000, tenants)
        ways[ROW + suffix] = Projection(partial(peer, "row"), PEERS_POSITION, 1500, tenants)
        ways[ADD_ALL + suffix] = Projection(partial(peer, "add_all"), PEERS_POSITION, 12_000, tenants)
        ways[COPY + suffix] = Projection(partial(peer, "copy"), PEERS_POSITION, 40_000, tenants)
    variants: dict[str, Variant] = {
        name: partial(one, options, f"projection{index}", way) for index, (name, way) in enumerate(ways.items())
    }
    found = await interleave(options.rounds, variants)

    def rate(measured: Measured) -> float:
        return measured.per_second

    comparisons = []
    for suffix in "", many:
        for peer_name, goal in (ROW, 30), (ADD_ALL, 2), (COPY, 0.55):
            comparisons.append(compare(found, "events per second", OURS + suffix, peer_name + suffix, rate, goal))
    comparisons.append(
        against(found, "client CPU per event, us (Debezium JDBC sink)", OURS, lambda m: m.per_event, DEBEZIUM)
    )
    return options.report(
        "projection",
        TITLE,
        "event",
        found,
        comparisons,
        [
            "Decisions of about 1,500 bytes, one event each, into the table communication_events with its five indexes.",
            "COPY cannot take a row twice and is the limit, not an alternative.",
            f"Debezium's JDBC sink keeps its position outside of the transaction; its {DEBEZIUM:g} us are a noted figure.",
        ],
    )
