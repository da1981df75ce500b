"""Reading topics from beginning to end without a group: for commands that look at everything there is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from runtime.errors import Unavailable

Progress = Callable[[int, int], None]
"""Told (records read, records to read) as it goes on."""
FETCH = 4 * 1024 * 1024


def silent(_: int, __: int) -> None:
    """No progress is shown."""


class Tape:
    """One consumer. client: keyword arguments for aiokafka. Its methods raise Unavailable when the broker does not answer."""

    def __init__(self, client: Mapping[str, Any]) -> None:
        self._client = dict(client)
        self._consumer: Any = None

    async def __aenter__(self) -> "Tape":
        self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False, fetch_max_wait_ms=50, max_partition_fetch_bytes=FETCH, **self._client
        )
        with _answering():
            try:
                await self._consumer.start()
            except BaseException:
                await self._consumer.stop()
                raise
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            await asyncio.wait_for(self._consumer.stop(), 5)

    async def bounds(self, tps: Iterable[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """(first offset, end) of each partition as of now."""
        tps = list(tps)
        with _answering():
            begins, ends = await self._consumer.beginning_offsets(tps), await self._consumer.end_offsets(tps)
        return {tp: (begins[tp], ends[tp]) for tp in tps}

    async def since(self, tps: Iterable[TopicPartition], milliseconds: int) -> dict[TopicPartition, int | None]:
        """The first offset whose record is not older than a time, None when every record is."""
        with _answering():
            found = await self._consumer.offsets_for_times(dict.fromkeys(tps, milliseconds))
        return {tp: None if at is None else at.offset for tp, at in found.items()}

    async def read(self, spans: Mapping[TopicPartition, tuple[int, int]]) -> AsyncIterator[list[Any]]:
        """The records of each partition from the first offset of its span up to its end, in order per partition, in pieces."""
        left = {tp: span for tp, span in spans.items() if span[0] < span[1]}
        if not left:
            return
        self._consumer.assign(list(left))
        for tp, (first, _) in left.items():
            self._consumer.seek(tp, first)
        open_ = set(left)
        while open_:
            with _answering():
                fetched = await self._consumer.getmany(*open_, timeout_ms=1000)
            for tp, records in fetched.items():
                end = left[tp][1]
                if records[-1].offset >= end - 1:
                    open_.discard(tp)
                    records = [r for r in records if r.offset < end]
                if records:
                    yield records


@contextlib.contextmanager
def _answering() -> Any:
    try:
        yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"Kafka does not answer: {error or type(error).__name__}") from error
