"""The visibility heartbeat of one queue: what is in work stays invisible to others, however long the work takes (T-20).

The timeout is the queue's own. Messages are extended at its half-life; those that SQS no longer lets us extend are let go: the queue
brings them again, and a second copy is harmless (law 1).
"""

import asyncio
import itertools
import time
from collections.abc import Iterable

import structlog

from bridge.sqs.port import LARGEST_BATCH, Message, Queue, SqsError
from runtime import failpoints, metrics

SHORTEST = 1
"""Seconds. A queue with VisibilityTimeout 0 shows its messages at once to everybody; below this there is nothing to keep."""
log = structlog.get_logger(__name__)
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> float:
    """Seconds on a clock that also counts while the process or the machine sleeps."""
    return time.clock_gettime(_CLOCK)


class Held:
    """The messages of one receive call that are in work. `deadline`: when the queue shows them to others."""

    __slots__ = ("deadline", "handles", "renewed")

    def __init__(self, messages: Iterable[Message], timeout: float) -> None:
        self.handles = [message.receipt_handle for message in messages]
        self.renewed = now()
        self.deadline = self.renewed + timeout

    @property
    def lapsed(self) -> bool:
        return now() > self.deadline


class Heartbeat:
    """Keeps the messages of one queue invisible. `timeout`: the queue's VisibilityTimeout in seconds, may change at any time."""

    def __init__(self, queue: Queue, name: str, timeout: float = 30) -> None:
        self.queue = queue
        self.timeout = max(SHORTEST, timeout)
        self._extensions = metrics.BRIDGE_EXTENSIONS.labels(name)
        self._in_flight = metrics.BRIDGE_IN_FLIGHT.labels(name)
        self._errors = metrics.BRIDGE_SQS_ERRORS.labels(name, "extend")
        self._held: dict[Held, None] = {}  # in the order in which they were last renewed

    def hold(self, messages: Iterable[Message]) -> Held:
        """Takes messages into care, from the moment of their receipt on."""
        held = Held(messages, self.timeout)
        self._held[held] = None
        self._in_flight.inc(len(held.handles))
        return held

    def release(self, held: Held) -> None:
        """Leaves them alone from now on."""
        if self._held.pop(held, self) is None:
            self._in_flight.dec(len(held.handles))

    async def run(self) -> None:
        """Extends for as long as it is not cancelled. A failing call is logged and counted, and tried again in time."""
        while True:
            half = self.timeout / 2
            first = next(iter(self._held), None)
            # What is taken into care while this sleeps is due later than that.
            await asyncio.sleep(half if first is None else max(0.0, first.renewed + half - now()))
            failpoints.hit("B6")
            due = list(itertools.takewhile(lambda held: held.renewed + self.timeout / 2 <= now(), self._held))
            if due and not await self._extend(due):
                await asyncio.sleep(self.timeout / 8)

    async def _extend(self, due: list[Held]) -> bool:
        """Extends all of them; whether every call succeeded. Those of a failed call stay due."""
        at, seconds = now(), int(self.timeout)
        handles = [(held, handle) for held in due for handle in held.handles]
        failed: set[Held] = set()
        for start in range(0, len(handles), LARGEST_BATCH):
            chunk = [each for each in handles[start : start + LARGEST_BATCH] if each[0] in self._held]
            if not chunk:
                continue
            try:
                failures = await self.queue.change_visibility_batch([(handle, seconds) for _, handle in chunk])
            except SqsError as error:
                self._errors.inc()
                log.warning("visibility was not extended, messages may be received twice", error=str(error))
                failed.update(held for held, _ in chunk)
                continue
            self._extensions.inc(len(chunk) - len(failures))
            for failure in failures:
                held, handle = chunk[failure.position]
                if failure.sender_fault:
                    self._let_go(held, handle)
                else:
                    failed.add(held)
        for held in due:
            if held not in failed and held in self._held:
                held.renewed, held.deadline = at, at + seconds
                del self._held[held]
                self._held[held] = None  # behind all others
        return not failed

    def _let_go(self, held: Held, handle: str) -> None:
        held.handles.remove(handle)
        if held in self._held:
            self._in_flight.dec()
