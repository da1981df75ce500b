"""Ending well, whatever aiokafka does meanwhile."""

import asyncio
from typing import Any

import pytest

from runtime.latest import Latest


async def cancelled() -> None:
    """As aiokafka's stop() ends when a fetch is waiting to be tried again."""
    raise asyncio.CancelledError


async def broken() -> None:
    raise OSError("the connection is gone")


async def endless() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("stop", [cancelled, broken, endless])
async def test_closing_raises_nothing(stop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when stop() is awaited: its CancelledError would end the bridge instead of its work."""
    monkeypatch.setattr("runtime.latest.STOP_SECONDS", 0.05)

    class Consumer:
        """What of aiokafka's consumer is asked for."""

        def stop(self) -> Any:
            return stop()

    latest = Latest({}, "topic")
    latest._consumer = Consumer()
    await latest.close()
    assert latest._consumer is None
