"""The usual bridge: aioboto3, batches of ten, 32 receivers, pydantic, aiokafka's send(), one batch delete after the acks.

`python -m benchmarks.peers.bridge QUEUE_URL TOPIC`
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

import aioboto3
import uvloop
from aiobotocore.config import AioConfig
from aiokafka import AIOKafkaProducer

from benchmarks.peers.twilio import received

RECEIVERS = 32


async def receive(sqs: Any, producer: AIOKafkaProducer, queue_url: str, topic: str) -> None:
    """One receiver."""
    while True:
        answer = await sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=20,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            continue
        acks = []
        for message in messages:
            sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
            event = received(message["Body"], sent_at)
            key = str(event.contact_id).encode()
            acks.append(await producer.send(topic, event.model_dump_json().encode(), key=key))
        await asyncio.gather(*acks)
        entries = [{"Id": str(n), "ReceiptHandle": each["ReceiptHandle"]} for n, each in enumerate(messages)]
        failed = (await sqs.delete_message_batch(QueueUrl=queue_url, Entries=entries)).get("Failed")
        if failed:
            raise RuntimeError(failed)


async def main(queue_url: str, topic: str) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["TRUNKLINE_KAFKA__BROKERS"],
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=262_144,
    )
    await producer.start()
    config = AioConfig(max_pool_connections=2 * RECEIVERS)
    async with aioboto3.Session().client("sqs", config=config) as sqs:
        print("ready", flush=True)
        await asyncio.gather(*(receive(sqs, producer, queue_url, topic) for _ in range(RECEIVERS)))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2]))
