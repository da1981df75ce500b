"""Everything between a provider and a reader, as processes on real servers: queues, webhooks, bridge, stream worker, projections, API."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from domain.channels.registry import channels, providers
from domain.signatures import Request
from runtime.secrets import seal
from schemas.topics import DECISIONS
from tests.crash.deployment import Deployment
from tests.crash.facts import Facts, read_topics
from tests.crash.ledger import TENANT
from tests.crash.queues import Queues
from tests.crash.servers import Servers
from trunkline.platform.elasticmq import LARGEST

PROCESSES = ("bridge-1", "worker-1", "projections-1", "webhooks-1", "api-1")
AT_ONCE = 16
"""Requests in flight to the door."""
RECEIVES = 3
"""Attempts at a message that is wrong."""
Row = dict[str, Any]


class Whole:
    """A tenant with every channel that there is, each with a queue of its own."""

    def __init__(self, deployment: Deployment, door: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
        self.deployment, self.door, self._reader = deployment, door, reader
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def address(self) -> str:
        """Where our door is."""
        return str(self.door.base_url).rstrip("/")

    async def post(self, request: Request) -> httpx.Response:
        """As providers do, who come again when they are told to."""
        async with self._turns:
            for _ in range(5):
                said = await self.door.post(request.url, content=request.body, headers=list(request.headers))
                if said.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                    break
        return said

    async def send(self, channel: str, bodies: Iterable[str]) -> None:
        """Puts bodies on the channel's queue."""
        async with self._turns:
            await asyncio.to_thread(self._send, self.deployment.urls[channel], list(bodies))

    def _send(self, url: str, bodies: list[str]) -> None:
        queues = Queues(self.deployment.servers.sqs.endpoint_url)
        while bodies:
            count = next((n for n in range(min(10, len(bodies)), 1, -1) if sum(map(len, bodies[:n])) <= LARGEST), 1)
            assert None not in queues.send(url, bodies[:count])
            del bodies[:count]
        queues.close()

    async def done(self) -> None:
        """Waits until everything that was taken in is shown."""
        assert await self.deployment.drained(60), await self.deployment.undone()

    async def decided(self) -> list[Row]:
        """The events in the log of decisions."""
        found = Facts()
        await read_topics(self.deployment.servers.kafka.brokers, self.deployment.prefix, found)
        return [event for record in found.topics[DECISIONS.name] for event in record.value.get("events", ())]

    async def rows(self, view: str, asked: str) -> list[Row]:
        """Rows of the tenant, as they are in the database."""
        connection = await asyncpg.connect(self.deployment.dsn)
        try:
            return [dict(row) for row in await connection.fetch(f"SELECT * FROM tenant_{TENANT}.{view} WHERE {asked}")]
        finally:
            await connection.close()

    async def read(self, resource: str, **asked: str) -> list[Row]:
        """Rows as the API shows them, page after page."""
        found: list[Row] = []
        cursor: dict[str, str] = {}
        while True:
            parameters = {"limit": "200", **asked, **cursor}
            said = await self._reader.get(f"/api/v1/tenants/{TENANT}/{resource}", params=parameters)
            page = said.raise_for_status().json()
            found += page["items"]
            if page["cursor"] is None:
                return found
            cursor = {"cursor": page["cursor"]}


@asynccontextmanager
async def whole(servers: Servers, folder: Path, secrets: Mapping[str, Mapping[str, str]]) -> AsyncIterator[Whole]:
    """All of it while the block runs. secrets: of each channel's providers."""
    made = Deployment(servers, f"whole{os.getpid()}", folder)
    made.channels = {
        channel: {
            "secrets": {name: [seal(value, made.secret_key)] for name, value in secrets.get(channel, {}).items()},
            "unsigned": [each.name for each in providers(channel)],
        }
        for channel in channels()
    }
    made.extra = {
        "TRUNKLINE_WEBHOOKS__MESSAGE_BYTES": str(LARGEST),
        "TRUNKLINE_BRIDGE__INVALID": "retry",
        "TRUNKLINE_BRIDGE__MAX_RECEIVES": str(RECEIVES),
        "TRUNKLINE_BRIDGE__BACKOFF_SECONDS": "2",
    }
    await made.create()
    try:
        await asyncio.gather(*(made.start_one(name) for name in PROCESSES))
        await made.settled()
        await asyncio.gather(*(made.ready(name) for name in PROCESSES))
        where = {name: f"http://127.0.0.1:{process.port}" for name, process in made.processes.items()}
        async with (
            httpx.AsyncClient(base_url=where["webhooks-1"], timeout=30) as door,
            httpx.AsyncClient(base_url=where["api-1"], timeout=30) as reader,
        ):
            yield Whole(made, door, reader)
    finally:
        exits = await made.stop()
        connection = await asyncpg.connect(servers.postgres.dsn)
        await connection.execute(f'DROP DATABASE "{made.name}" WITH (FORCE)')
        await connection.close()
    assert set(exits.values()) == {0}, exits
