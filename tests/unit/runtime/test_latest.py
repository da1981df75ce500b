"""Ending well, whatever aiokafka does meanwhile."""

import asyncio
from typing import Any

import pytest

from runtime.errors import Unavailable
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


async def test_a_broker_that_is_not_there_is_told_in_words() -> None:
    latest = Latest({"bootstrap_servers": "127.0.0.1:9", "request_timeout_ms": 500}, "comms.settings.v1")
    with pytest.raises(Unavailable, match=r"Kafka at 127\.0\.0\.1:9 does not answer: .*Is it up"):
        await latest.start(lambda key, value: None, 5)
