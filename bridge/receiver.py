"""The loops of one queue: receive and deliver, look at the queue, keep messages invisible. Its own client and tasks, so that a broken
queue leaves the others alone (F-048)."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from bridge import journal
from bridge.counters import Counters
from bridge.heartbeat import Heartbeat
from bridge.options import Options
from bridge.queues import WantedQueue
from bridge.sqs.port import LARGEST_BATCH, Message, Queue, SqsError
from bridge.statistics import Statistics
from runtime.settings import Bridge

SAMPLE_SECONDS = 15.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between tries while the queue does not answer; doubling."""
SILENT_TIMEOUT = 30
"""Visibility timeout where the queue does not tell it: SQS' default."""
T = TypeVar("T")
Deliver = Callable[[Sequence[Message]], Awaitable[Statistics]]


class Receiver:
    """Receives from one queue until it is stopped or has run its cycles.

    ready: returns when messages can be delivered; nothing is received before. `trouble`: what is wrong now, in words, or None.
    """

    def __init__(
        self,
        wanted: WantedQueue,
        queue: Queue,
        heartbeat: Heartbeat,
        deliver: Deliver,
        ready: Callable[[], Coroutine[Any, Any, None]],
        bridge: Bridge,
        options: Options,
        counters: Counters,
    ) -> None:
        self.wanted = wanted
        self.queue = queue
        self.heartbeat = heartbeat
        self.deliver = deliver
        self.ready = ready
        self.bridge = bridge
        self.options = options
        self.counters = counters
        self.trouble: str | None = None
        self._stopping = False
        self._waiting: set[asyncio.Task[object]] = set()
        self._polling: set[asyncio.Task[object]] = set()
        self._more = 0  # loops beyond the settings' number, while batches come full
        self._pause = FIRST_PAUSE

    async def run(self) -> None:
        """Returns after `stop`, or after the cycles that were asked for. Raises only what is a bug or ends the process."""
        beside = []
        try:
            await self._interruptible(self._look_until_answered(), self._waiting)
            if not self.options.dry_run:
                beside = [asyncio.create_task(self.heartbeat.run()), asyncio.create_task(self._look_again())]
            async with asyncio.TaskGroup() as group:
                if self.options.in_cycles:
                    group.create_task(self._cycles())
                else:
                    for _ in range(self.bridge.receivers):
                        group.create_task(self._loop(group, extra=False))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.queue.close()

    def stop(self, grace: float) -> None:
        """No receive call from here on; what is in work is finished, then `run` returns.

        A call that is under way may go on for `grace` seconds: what SQS hands to one that was cut off stays hidden from everybody
        until its visibility timeout has passed.
        """
        self._stopping = True
        _cancel(self._waiting)
        asyncio.get_running_loop().call_later(grace, _cancel, self._polling)

    async def _loop(self, group: asyncio.TaskGroup, *, extra: bool) -> None:
        limit = min(self.bridge.batch_size, LARGEST_BATCH)
        while not self._stopping:
            statistics = await self._cycle(limit)
            if statistics.received == limit and not self._stopping and self._more < self.bridge.more_receivers:
                self._more += 1
                group.create_task(self._loop(group, extra=True))
            elif extra and not statistics.received:
                break
        if extra:
            self._more -= 1

    async def _cycles(self) -> None:
        limit = self.options.batch_size or self.bridge.batch_size
        most = self.options.max_cycles or (1 if self.options.dry_run else None)
        done = 0
        while not self._stopping:
            await self._cycle(limit)
            done += 1
            if done == most:
                return
            await self._interruptible(asyncio.sleep(self.options.interval or 0), self._waiting)

    async def _cycle(self, limit: int) -> Statistics:
        """Receives at most `limit` messages, with several calls when they are more than ten, and takes them to their end."""
        batches = await self._receive(limit)
        count = sum(map(len, batches))
        if not count:
            return Statistics()
        channel = self.wanted.channel
        journal.received(channel, count)
        if len(batches) == 1:
            statistics = await self.deliver(batches[0])
        else:
            statistics = Statistics()
            for each in await asyncio.gather(*map(self.deliver, batches)):
                statistics = statistics.plus(each)
        if not self.options.dry_run:
            journal.statistics(statistics.processed, statistics.failed, statistics.deleted)
        return statistics

    async def _receive(self, limit: int) -> list[Sequence[Message]]:
        """The first call waits for messages; when it comes full, the next take what is there."""
        batches: list[Sequence[Message]] = []
        left, wait = limit, self.bridge.wait_seconds
        await self._interruptible(self.ready(), self._waiting)
        try:
            while left > 0:
                asked = min(left, LARGEST_BATCH)
                # What has been received is not thrown away by a stop: only the first call may be cut short.
                call = self.queue.receive(asked, wait)
                messages = (await call if batches else await self._interruptible(call, self._polling)) or ()
                self.trouble, self._pause = None, FIRST_PAUSE
                self.counters.received(len(messages), _age(messages))
                if messages:
                    batches.append(messages)
                if len(messages) < asked:
                    break
                left, wait = left - asked, 0
        except SqsError as error:
            await self._interruptible(self._recover("receive", error), self._waiting)
        return batches

    async def _recover(self, call: str, error: SqsError) -> None:
        self.counters.sqs_error(call, error)
        self.trouble = f"{self.wanted.channel} queue {self.wanted.url}: {error}"
        pause, self._pause = self._pause, min(LONGEST_PAUSE, self._pause * 2)
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # jitter

    async def _look_until_answered(self) -> None:
        while True:
            try:
                await self._look()
                self.trouble = None
                return
            except SqsError as error:
                if "Denied" in error.code:
                    # Receiving may still be allowed; SQS' default has to do for the heartbeat.
                    self.counters.sqs_error("attributes", error)
                    self.heartbeat.timeout = SILENT_TIMEOUT
                    return
                await self._recover("attributes", error)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            try:
                await self._look()
            except SqsError as error:
                self.counters.sqs_error("attributes", error)

    async def _look(self) -> None:
        attributes = await self.queue.attributes()
        self.counters.sampled(attributes)
        self.heartbeat.timeout = max(1, int(attributes.get("VisibilityTimeout", SILENT_TIMEOUT)))

    async def _interruptible(self, waiting: Coroutine[Any, Any, T], where: set["asyncio.Task[object]"]) -> T | None:
        """Awaits something that `stop` may cut short; None then. `where`: at once, or after its grace."""
        if self._stopping:
            waiting.close()
            return None
        task = cast("asyncio.Task[object]", asyncio.current_task())
        where.add(task)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._was_stopped() and task.uncancel() == 0:
                return None
            raise
        finally:
            where.discard(task)

    def _was_stopped(self) -> bool:
        return self._stopping


def _cancel(tasks: set["asyncio.Task[object]"]) -> None:
    for task in tasks:
        task.cancel()


def _age(messages: Sequence[Message]) -> float:
    """Seconds since the oldest of them was sent."""
    sent = [int(at) for message in messages if (at := message.attributes.get("SentTimestamp"))]
    return max(0.0, time.time() - min(sent) / 1000) if sent else 0.0
