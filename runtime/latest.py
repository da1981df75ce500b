"""Follows a compacted topic from its start: the latest record of every key, for as long as the process lives. No consumer group."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from runtime.errors import Unavailable
from runtime.kafka import silent

log = logging.getLogger(__name__)
STOP_SECONDS = 3.0
Apply = Callable[[bytes, bytes | None], None]
"""Takes key and value of one record; None is a tombstone. Raising stops the follower, and `failed` says so."""


class Latest:
    """Reads one topic. client: keyword arguments for aiokafka. A record may come again and in an older version after an outage:
    `apply` keeps the newest by what the record says."""

    def __init__(self, client: Mapping[str, Any], topic: str, partitions: int = 1) -> None:
        self.client, self.topic, self.partitions = dict(client), topic, partitions
        self.failed: BaseException | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._following: asyncio.Task[None] | None = None

    async def start(self, apply: Apply, seconds: float = 30.0) -> None:
        """Returns when everything that is on the topic now was applied; goes on in the background.

        Raises Unavailable when the topic is missing or the broker does not answer for `seconds`.
        """
        try:
            async with asyncio.timeout(seconds):
                ends = await self._open()
                while any([await self._behind(tp, end) for tp, end in ends.items()]):
                    await self._take(apply)
        except (KafkaError, OSError, TimeoutError) as error:
            await self.close()
            raise silent(self.client["bootstrap_servers"], error) from error
        except Unavailable:
            await self.close()
            raise
        self._following = asyncio.create_task(self._follow(apply), name=f"latest of {self.topic}")

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
            self._following = None
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            stopping = asyncio.ensure_future(consumer.stop())
            # Not awaited: a fetch that waits to be tried again ends stop() with a CancelledError that nobody asked for.
            await asyncio.wait({stopping}, timeout=STOP_SECONDS)
            if not stopping.cancel() and not stopping.cancelled() and (error := stopping.exception()):
                log.debug("the reader of %s did not stop cleanly: %r", self.topic, error)

    async def _open(self) -> dict[TopicPartition, int]:
        consumer = self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=100, **self.client
        )
        await consumer.start()
        if self.topic not in await consumer.topics():
            raise Unavailable(f"the topic {self.topic} is missing; create it with `trunkline topics create`")
        tps = [TopicPartition(self.topic, number) for number in range(self.partitions)]
        consumer.assign(tps)
        await consumer.seek_to_beginning(*tps)
        return dict(await consumer.end_offsets(tps))

    async def _behind(self, tp: TopicPartition, end: int) -> bool:
        assert self._consumer is not None
        return int(await self._consumer.position(tp)) < end

    async def _take(self, apply: Apply) -> None:
        assert self._consumer is not None
        for records in (await self._consumer.getmany(timeout_ms=200)).values():
            for record in records:
                if record.key is not None:
                    apply(record.key, record.value)

    async def _follow(self, apply: Apply) -> None:
        while True:
            try:
                await self._take(apply)
            except (KafkaError, OSError) as error:
                log.warning("reading %s is tried again: %r", self.topic, error)
                await asyncio.sleep(1)
            except Exception as error:
                self.failed = error
                log.exception("the record of %s cannot be applied", self.topic)
                raise
