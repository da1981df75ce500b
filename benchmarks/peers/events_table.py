"""The table of the usual pipeline, and the usual writer: ORM objects, add_all, one commit per fetch, position in the same transaction.

`python -m benchmarks.peers.events_table TOPIC PARTITIONS`
"""

import os
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import BigInteger, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.peers.twilio import MessageReceived


class Base(DeclarativeBase):
    type_annotation_map = {str: Text(), int: BigInteger(), datetime: DateTime(timezone=True), dict[str, str]: JSONB()}  # noqa: RUF012


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (
        Index(None, "provider_id"),
        Index(None, "conversation_id", "occurred_at"),
        Index(None, "contact_id"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    type: Mapped[str]
    channel: Mapped[str]
    direction: Mapped[str]
    provider: Mapped[str]
    provider_id: Mapped[str]
    sender: Mapped[str]
    recipient: Mapped[str]
    body: Mapped[str]
    status: Mapped[str]
    occurred_at: Mapped[datetime]
    sequence: Mapped[int]
    fields: Mapped[dict[str, str]]
    raw: Mapped[str]


class Offset(Base):
    __tablename__ = "offsets"

    partition: Mapped[int] = mapped_column(primary_key=True)
    next_offset: Mapped[int]


OFFSET = text(
    "INSERT INTO offsets VALUES (:partition, :next) ON CONFLICT (partition) DO UPDATE SET next_offset = EXCLUDED.next_offset"
)


def engine_of(url: str) -> AsyncEngine:
    """An engine for a plain DSN."""
    return create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=16)


async def tables(engine: AsyncEngine) -> None:
    """Makes the tables."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


def event_of(value: bytes) -> Event:
    """A record as an object."""
    return Event(**MessageReceived.model_validate_json(value).model_dump())


async def main(topic: str, partitions: int) -> None:
    engine = engine_of(os.environ["DATABASE_URL"])
    await tables(engine)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=os.environ["TRUNKLINE_KAFKA__BROKERS"],
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
    await consumer.seek_to_beginning()
    print("ready", flush=True)
    while True:
        fetched: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=1000, max_records=1000)
        if not fetched:
            continue
        async with AsyncSession(engine) as session:
            session.add_all([event_of(record.value) for records in fetched.values() for record in records])
            ends = [{"partition": tp.partition, "next": records[-1].offset + 1} for tp, records in fetched.items()]
            await session.execute(OFFSET, ends)
            await session.commit()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
