"""Waiting for conditions with a deadline: tests never sleep to pass."""

import asyncio
import time
from collections.abc import Callable


async def until(true: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Returns when `true()` holds; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or true}"
        await asyncio.sleep(0.02)


def until_now(true: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """The same outside of an event loop."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or true}"
        time.sleep(0.02)
