"""What a run left behind, read without the product: all topics, committed offsets, all rows. aiokafka and asyncpg only."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import asyncpg
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

INBOUND, COMMANDS, DECISIONS = "comms.inbound.v1", "comms.commands.v1", "comms.decisions.v1"
RECEIPTS, DEAD_LETTERS = "comms.receipts.v1", "comms.dead-letters.v1"
TOPICS = (INBOUND, COMMANDS, DECISIONS, RECEIPTS, DEAD_LETTERS)
SOURCES = (INBOUND, COMMANDS)


class Record(NamedTuple):
    """One record of a topic; value is its JSON."""

    partition: int
    offset: int
    timestamp: int
    key: str
    value: Mapping[str, Any]
    headers: tuple[tuple[str, bytes], ...] = ()


Row = Mapping[str, Any]


@dataclass
class Facts:
    """topics: records in order of (partition, offset). committed, ends: next offsets of the agents' group and of the log, by
    (topic, partition). rows: by (schema, table). positions: rows of the projections' positions. audit: every change of a position,
    in order. waiting: messages that are still in a queue, by queue."""

    topics: dict[str, list[Record]] = field(default_factory=dict)
    committed: dict[tuple[str, int], int] = field(default_factory=dict)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    positions: list[Row] = field(default_factory=list)
    audit: list[Row] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)


async def read_topics(brokers: str, prefix: str, facts: Facts, topics: Iterable[str] = TOPICS) -> None:
    """Reads each topic from its start to its end as of now."""
    for topic in topics:
        consumer = AIOKafkaConsumer(
            prefix + topic,
            bootstrap_servers=brokers,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        await consumer.start()
        try:
            partitions = sorted(consumer.assignment())
            ends = await consumer.end_offsets(partitions)
            records: list[Record] = []
            while any([await consumer.position(each) < ends[each] for each in partitions]):
                for batch in (await consumer.getmany(timeout_ms=500, max_records=10_000)).values():
                    records.extend(_record(each) for each in batch)
        finally:
            await consumer.stop()
        facts.topics[topic] = sorted(records, key=lambda record: record[:2])
        facts.ends.update({(topic, each.partition): end for each, end in ends.items()})


async def read_ends(brokers: str, prefix: str, facts: Facts, topics: Iterable[str] = TOPICS) -> None:
    """Where each log ends now."""
    consumer = AIOKafkaConsumer(*(prefix + topic for topic in topics), bootstrap_servers=brokers)
    await consumer.start()
    try:
        for each, end in (await consumer.end_offsets(sorted(consumer.assignment()))).items():
            facts.ends[each.topic.removeprefix(prefix), each.partition] = end
    finally:
        await consumer.stop()


def _record(raw: Any) -> Record:
    key = (raw.key or b"").decode()
    return Record(raw.partition, raw.offset, raw.timestamp, key, json.loads(raw.value), tuple(raw.headers))


async def read_commits(brokers: str, prefix: str, group: str, facts: Facts) -> None:
    """The offsets that the agents' group committed."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        for each, offset in (await admin.list_consumer_group_offsets(group)).items():
            facts.committed[each.topic.removeprefix(prefix), each.partition] = offset.offset
    finally:
        await admin.close()


SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname = 'trunkline' OR nspname LIKE 'tenant\\_%'"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = $1"


async def read_rows(dsn: str, facts: Facts, tables: Iterable[str]) -> None:
    """All rows of the named tables in every schema; JSON columns parsed."""
    wanted = set(tables)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        for (schema,) in await connection.fetch(SCHEMAS):
            for (table,) in await connection.fetch(TABLES, schema):
                if table in wanted:
                    rows = await connection.fetch(f'SELECT * FROM "{schema}"."{table}"')
                    facts.rows[schema, table] = [dict(row) for row in rows]
    finally:
        await connection.close()


async def read_positions(dsn: str, prefix: str, facts: Facts) -> None:
    """Where each view stands, and every move that brought it there."""
    connection = await asyncpg.connect(dsn)
    try:
        positions = await connection.fetch("SELECT * FROM trunkline.positions")
        moves = await connection.fetch("SELECT * FROM public.position_audit ORDER BY id")
    finally:
        await connection.close()
    facts.positions = [{**row, "topic": row["topic"].removeprefix(prefix)} for row in positions]
    facts.audit = [{**row, "topic": row["topic"].removeprefix(prefix)} for row in moves]
