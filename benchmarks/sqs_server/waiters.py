"""Long polls in waiting."""

import asyncio
from collections import deque


class Waiters:
    """Receive calls that wait for messages of one queue, first come first served."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()

    def wake(self, count: int) -> None:
        """Lets up to `count` callers look again."""
        while self._waiting and count > 0:
            waiter = self._waiting.popleft()
            if _settle(waiter):
                count -= 1

    async def wait(self, seconds: float) -> None:
        """Returns when woken or after `seconds`. A caller that is cancelled hands its wake-up on."""
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_later(seconds, _settle, waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.wake(1)
            raise
        finally:
            timer.cancel()


def _settle(waiter: asyncio.Future[None]) -> bool:
    if waiter.done():
        return False
    waiter.set_result(None)
    return True
