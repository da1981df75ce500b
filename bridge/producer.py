"""aiokafka's producer: how we start one, and how we throw one away (F7: after any error its sequence numbers cannot be trusted).

Reaches into aiokafka 0.14.0, pinned exactly; tests/unit/bridge/test_producer.py fails when what it reaches for is gone.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

BROKER_TROUBLE = (KafkaError, OSError, asyncio.TimeoutError)
"""What aiokafka raises when broker or network do not do their part."""


async def start(client: Mapping[str, Any], batch: int) -> AIOKafkaProducer:
    """A started producer: acks from all in-sync replicas, idempotent, appends of at most `batch` bytes. Raises BROKER_TROUBLE."""
    producer = AIOKafkaProducer(
        acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=batch, max_request_size=8_000_000, **client
    )
    try:
        await producer.start()
    except BaseException:
        await abandon(producer)
        raise
    return producer


async def abandon(producer: AIOKafkaProducer) -> None:
    """Ends a producer without sending what has no outcome yet: it must not come later, behind its own redelivery.

    stop() would flush first, for as long as the broker is away. The futures of its appends never complete.
    """
    producer._closed = True
    sending = producer._sender.sender_task if producer._sender is not None else None
    if sending is not None:
        sending.cancel()
    await producer.client.close()  # what is on the wire fails now, so the sender can end
    if sending is not None:
        await asyncio.wait({sending}, timeout=1)
