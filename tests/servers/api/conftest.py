"""A door as a process between real servers, and what it has put on its queue."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from runtime.secrets import seal
from tests.servers.bridge.conftest import SECRET, World, until, world
from trunkline.platform.ports import free_port

__all__ = ["Door", "World", "door", "queued", "sealed", "until", "world"]


@dataclass
class Door:
    """client: speaks to it. process: it."""

    client: httpx.AsyncClient
    process: Process

    async def is_ready(self) -> bool:
        assert self.process.returncode is None, (
            (await self.process.stderr.read()).decode() if self.process.stderr else ""
        )
        try:
            return (await self.client.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def metric(self, line: str) -> float:
        """The value of one line of the metrics, by how it begins; 0 when there is none."""
        text = (await self.client.get("/metrics")).text
        return next((float(each.rpartition(" ")[2]) for each in text.splitlines() if each.startswith(line)), 0.0)


@asynccontextmanager
async def door(world: World, **variables: str) -> AsyncIterator[Door]:
    """`trunkline webhooks` while the block runs; it has ended well afterwards, unless the block has ended it."""
    port = free_port()
    environment = {**os.environ, "TRUNKLINE_WEBHOOKS__PORT": str(port), "TRUNKLINE_LOG_FORMAT": "json", **variables}
    command = [sys.executable, "-m", "trunkline", "webhooks"]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        made = Door(client, process)
        try:
            await until(made.is_ready, 60, what="the door is ready")
            yield made
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            _, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode in (0, -signal.SIGKILL), err.decode()


async def queued(world: World, url: str, count: int = 1) -> list[Any]:
    """The requests on a queue: exactly `count`, taken off it."""
    found: list[Any] = []
    while len(found) < count:
        received = await world.queues[url].receive(wait=5)
        assert received, f"{len(found)} of {count} are there"
        await world.queues[url].delete_batch([each.receipt_handle for each in received])
        found += [json.loads(each.body) for each in received]
    assert not await world.queues[url].receive(wait=0)
    for each in found:
        if "body_b64" in each:
            each["body"] = b64decode(each["body_b64"]).decode()
    return found


def sealed(**secrets: str) -> dict[str, list[str]]:
    """Secrets of a channel's configuration."""
    return {name: [seal(value, SECRET)] for name, value in secrets.items()}
