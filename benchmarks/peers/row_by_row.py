"""The simplest processor: receive, validate, one transaction per message through the ORM, delete it. No Kafka.

`python -m benchmarks.peers.row_by_row QUEUE_URL`; any number of them.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

import aioboto3
import uvloop
from aiobotocore.config import AioConfig
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from benchmarks.peers.events_table import Base, Event, engine_of, tables
from benchmarks.peers.twilio import received

RECEIVERS = 4


class Message(Base):
    """What became of each queue message."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    status: Mapped[str]
    receives: Mapped[int]
    body: Mapped[str]
    processed_at: Mapped[datetime | None]


async def process(engine: AsyncEngine, message: dict[str, Any]) -> None:
    """One message in one transaction."""
    attributes = message["Attributes"]
    async with AsyncSession(engine) as session, session.begin():
        row = await session.get(Message, message["MessageId"])
        if row is None:
            row = Message(id=message["MessageId"], channel="sms", status="processing", receives=0, body=message["Body"])
            session.add(row)
        row.receives = int(attributes["ApproximateReceiveCount"])
        await session.flush()
        event = received(message["Body"], datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC))
        if await session.get(Event, event.event_id) is None:
            session.add(Event(**event.model_dump()))
        row.status, row.processed_at = "processed", datetime.now(UTC)


async def receive(sqs: Any, engine: AsyncEngine, queue_url: str) -> None:
    """One receiver."""
    while True:
        answer = await sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20, AttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            await process(engine, message)
            await sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


async def main(queue_url: str) -> None:
    engine = engine_of(os.environ["DATABASE_URL"])
    await tables(engine)
    async with aioboto3.Session().client("sqs", config=AioConfig(max_pool_connections=2 * RECEIVERS)) as sqs:
        print("ready", flush=True)
        await asyncio.gather(*(receive(sqs, engine, queue_url) for _ in range(RECEIVERS)))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
