"""Ctrl-C while a server keeps silent."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bridge.options import Options
from bridge.shell import Shell
from projections import worker
from runtime.settings import Settings
from runtime.stopping import finished

SECONDS = 5.0
"""In which a process that has nothing in flight must be gone; aiokafka's own patience is twice as long."""


@pytest.fixture
async def deaf(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """A broker that takes connections and never answers; set when one was taken."""
    asked = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    monkeypatch.setenv("KAFKA_BROKERS", f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setenv("TRUNKLINE_SECRET_KEY", "secret")
    yield asked
    server.close()


async def ends_early(running: "asyncio.Task[int]", stop: asyncio.Event, asked: asyncio.Event) -> None:
    await asyncio.wait_for(asked.wait(), 10)
    stop.set()
    began = time.monotonic()
    assert await asyncio.wait_for(running, 20) == 0
    assert time.monotonic() - began < SECONDS


async def test_the_bridge_stops_though_the_broker_never_answers(deaf: asyncio.Event) -> None:
    shell = Shell(Settings(), Options())
    await ends_early(asyncio.create_task(shell.run()), shell.stopping, deaf)


async def test_the_projections_stop_though_the_broker_never_answers(deaf: asyncio.Event) -> None:
    stop = asyncio.Event()
    await ends_early(asyncio.create_task(worker.run(Settings(), worker.wanted("all"), stop)), stop, deaf)


async def test_what_starting_raises_is_raised() -> None:
    async def broken() -> None:
        raise LookupError("no topic")

    with pytest.raises(LookupError, match="no topic"):
        await finished(broken(), asyncio.Event())


async def test_what_is_fast_comes_to_its_end() -> None:
    assert await finished(asyncio.sleep(0), asyncio.Event())
