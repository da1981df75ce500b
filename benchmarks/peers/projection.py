"""Three usual ways to write events into the same table: SQLAlchemy's ORM event by event, its add_all per thousand, and COPY.

They decode and map as our view does, so that the way of writing alone is compared. Each keeps its position in the same transaction.
`python -m benchmarks.peers.projection row|add_all|copy TOPIC PARTITIONS`
"""

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from projections.tables import schema_of
from projections.view import Place
from projections.views.communication_events import VIEW, CommunicationEvent
from schemas.topics import DECISIONS

SOURCE = next(source for source in VIEW.sources if source.topic is DECISIONS)
COLUMNS = list(VIEW.writes[0].columns)
JSON = ("person", "attachments", "fields")
OFFSET = text(
    "INSERT INTO benchmark_offsets VALUES (:partition, :next) "
    "ON CONFLICT (partition) DO UPDATE SET next_offset = EXCLUDED.next_offset"
)
LARGEST, WAIT = 1000, 0.02
Rows = Mapping[str, list[tuple[Any, ...]]]
Write = Callable[[AsyncEngine, Rows, Mapping[int, int]], Awaitable[None]]


def objects(rows: Sequence[tuple[Any, ...]]) -> list[CommunicationEvent]:
    """Rows as mapped objects."""
    made = []
    for row in rows:
        values = dict(zip(COLUMNS, row, strict=True))
        for name in JSON:
            values[name] = json.loads(values[name]) if values[name] else None
        made.append(CommunicationEvent(**values))
    return made


async def moved(connection: AsyncConnection | AsyncSession, ends: Mapping[int, int]) -> None:
    """Writes the positions."""
    await connection.execute(OFFSET, [{"partition": partition, "next": end} for partition, end in ends.items()])


async def add_all(engine: AsyncEngine, rows: Rows, ends: Mapping[int, int]) -> None:
    """A transaction for a batch, the unit of work for each schema."""
    async with engine.connect() as connection, connection.begin():
        for schema, values in rows.items():
            mapped = await connection.execution_options(schema_translate_map={None: schema})
            async with AsyncSession(bind=mapped, join_transaction_mode="rollback_only") as session:
                session.add_all(objects(values))
                await session.commit()
        await moved(connection, ends)


async def copy(engine: AsyncEngine, rows: Rows, ends: Mapping[int, int]) -> None:
    """A transaction for a batch, COPY into each schema's table: the limit, for it cannot take a row twice."""
    async with engine.begin() as connection:
        await moved(connection, ends)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        for schema, values in rows.items():
            await driver.copy_records_to_table(
                "communication_events", schema_name=schema, records=values, columns=COLUMNS
            )


WRITES: Mapping[str, Write] = {"row": add_all, "add_all": add_all, "copy": copy}


async def main(method: str, topic: str, partitions: int) -> None:
    url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, pool_size=2)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=os.environ["TRUNKLINE_KAFKA__BROKERS"],
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
    await consumer.seek_to_beginning()
    write, decode = WRITES[method], msgspec.json.Decoder(SOURCE.record).decode
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS benchmark_offsets (partition int PRIMARY KEY, next_offset bigint NOT NULL)"
            )
        )
    print("ready", flush=True)
    while True:
        records = await fetched(consumer)
        if method == "row":
            for record in records:
                await write(engine, *rows_of(decode, [record]))
        elif records:
            await write(engine, *rows_of(decode, records))


async def fetched(consumer: AIOKafkaConsumer) -> list[Any]:
    """Up to a thousand records, waiting a little for more once some are there."""
    records: list[Any] = []
    deadline = None
    while len(records) < LARGEST and (deadline is None or time.perf_counter() < deadline):
        got = await consumer.getmany(timeout_ms=200 if deadline is None else 5, max_records=LARGEST - len(records))
        for each in got.values():
            records += each
        if records and deadline is None:
            deadline = time.perf_counter() + WAIT
        if not records:
            break
    return records


def rows_of(decode: Callable[[bytes], Any], records: Sequence[Any]) -> tuple[Rows, dict[int, int]]:
    """Rows by schema, and where each partition stands after them."""
    rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    ends = {}
    for record in records:
        place = Place(record.topic, record.partition, record.offset)
        for _, tenant, values in SOURCE.rows(decode(record.value), place, False):
            rows[schema_of(tenant)].append(values)
        ends[record.partition] = record.offset + 1
    return rows, ends


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
