"""What bridge/producer.py reaches for in aiokafka is there, and does what it is relied on for."""

import asyncio
from types import SimpleNamespace

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.producer.sender import Sender

from bridge.producer import abandon


async def test_the_hooks_exist() -> None:
    producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:9", enable_idempotence=True)
    assert producer._closed is False
    assert isinstance(producer._sender, Sender)
    assert producer._sender.sender_task is None
    assert callable(producer.client.close)
    await abandon(producer)
    assert producer._closed is True


async def test_abandoning_ends_a_sender_that_would_go_on_for_ever() -> None:
    producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:9", enable_idempotence=True)
    sending = asyncio.create_task(asyncio.sleep(3600))
    producer._sender = SimpleNamespace(sender_task=sending)
    await asyncio.wait_for(abandon(producer), 5)
    assert sending.cancelled()


def test_a_batch_says_when_it_is_full_and_counts_its_records() -> None:
    builder = BatchBuilder(1000, 0)
    record = {"timestamp": 1, "key": b"k", "value": b"v" * 400, "headers": [("h", b"v")]}
    assert builder.append(**record) is not None
    assert builder.append(**record) is not None
    assert builder.append(**record) is None
    assert builder.record_count() == 2
    assert 800 < builder.size() <= 1000
