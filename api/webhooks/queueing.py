"""Requests become messages on SQS, durably: `put` returns when SQS has acknowledged. Requests that come at the same time share calls."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from bridge.sqs.port import LARGEST_BATCH, Outgoing, Queue, SqsError
from runtime.errors import TrunklineError

LARGEST = 1_048_576
"""Bytes of one message, and of all messages of one call (Amazon SQS quotas, read 2026-11)."""
WAITING = 64 * LARGEST
"""Bytes that may wait for one queue; what comes then is not taken."""
log = structlog.get_logger(__name__)


class NotTaken(Exception):
    """SQS has not acknowledged the message. It may be there all the same: whoever sends it again sends the same ids."""


class _Waiting(NamedTuple):
    message: Outgoing
    size: int
    taken: asyncio.Future[None]


class Sender:
    """Sends to one queue. calls: how many are in flight at most. linger: seconds that a call waits for more messages. largest: bytes of
    all messages of one call."""

    def __init__(self, name: str, queue: Queue, calls: int, linger: float, largest: int = LARGEST) -> None:
        self.name, self.queue, self.calls, self.linger, self.largest = name, queue, calls, linger, largest
        self.trouble: str | None = None
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def put(self, message: Outgoing) -> None:
        """Returns when the message is on the queue. Raises NotTaken."""
        size = len(message.body) if message.body.isascii() else len(message.body.encode())
        if size > self.largest:
            raise NotTaken("the message is larger than SQS takes")
        if self._bytes + size > WAITING:
            raise NotTaken("too much is waiting already")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(message, size, loop.create_future())
        self._waiting.append(waiting)
        self._bytes += size
        if len(self._waiting) >= LARGEST_BATCH:
            self._start()
        elif self._timer is None:
            self._timer = loop.call_later(self.linger, self._start)
        await waiting.taken

    async def close(self) -> None:
        """After the calls in flight."""
        self._start()
        while self._running:
            await asyncio.wait(self._running)
        await self.queue.close()

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while len(self._running) < self.calls and (batch := self._batch()):
            task = asyncio.create_task(self._send(batch), name=f"webhooks to {self.name}")
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start()

    def _batch(self) -> list[_Waiting]:
        """What fits into one call, the oldest first; whoever has given up waiting is left out."""
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and len(batch) < LARGEST_BATCH and size + self._waiting[0].size <= self.largest:
            waiting = self._waiting.popleft()
            self._bytes -= waiting.size
            if not waiting.taken.done():
                batch.append(waiting)
                size += waiting.size
        return batch

    async def _send(self, batch: Sequence[_Waiting]) -> None:
        failed = dict.fromkeys(range(len(batch)), "Lost")
        try:
            refused = await self.queue.send_batch([each.message for each in batch])
            failed = {each.position: each.code for each in refused}
        except SqsError as error:
            failed = dict.fromkeys(failed, error.code)
            log.warning("a queue does not take webhooks", queue=self.name, messages=len(batch), error=str(error))
        finally:
            self.trouble = f"the queue {self.name} does not take messages: {min(failed.values())}" if failed else None
            for position, waiting in enumerate(batch):
                if waiting.taken.done():
                    continue
                if position in failed:
                    waiting.taken.set_exception(NotTaken(failed[position]))
                else:
                    waiting.taken.set_result(None)


class Outbox:
    """A sender per queue, made when it is first needed. open_: opens the queue at a URL; may raise TrunklineError. seconds: for one
    message."""

    def __init__(
        self, open_: Callable[[str], Queue], calls: int, linger: float, seconds: float, largest: int = LARGEST
    ) -> None:
        self._open, self._calls, self._linger, self._seconds, self._largest = open_, calls, linger, seconds, largest
        self._senders: dict[str, Sender] = {}

    async def put(self, url: str, message: Outgoing) -> None:
        """Returns when the message is on the queue at `url`. Raises NotTaken."""
        try:
            sender = self._senders.get(url) or self._sender(url)
            async with asyncio.timeout(self._seconds):
                await sender.put(message)
        except TrunklineError as error:
            log.warning("a queue cannot be opened", queue=url, error=str(error))
            raise NotTaken(str(error)) from error
        except TimeoutError:
            raise NotTaken("Timeout") from None

    def problems(self) -> list[str]:
        """Which queues did not take the last messages."""
        return [sender.trouble for sender in self._senders.values() if sender.trouble is not None]

    async def close(self) -> None:
        """After the calls in flight."""
        for sender in self._senders.values():
            await sender.close()

    def _sender(self, url: str) -> Sender:
        name = url.rpartition("/")[2]
        sender = self._senders[url] = Sender(name, self._open(url), self._calls, self._linger, self._largest)
        return sender
