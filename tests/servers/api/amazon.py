"""Amazon SNS as the door meets it: an HTTPS server that has certificates and hears confirmations."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.webhooks import fetching
from api.webhooks.fetching import Fetcher
from tests.servers.bridge.certificates import server_and_client


class Amazon:
    """answers: status line and body by path; everything else is 404. asked: the heads of all requests. looked_up: hosts."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[bytes, bytes]] = {}
        self.asked: list[bytes] = []
        self.looked_up: list[str] = []
        self.fetcher: Fetcher

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        path = head.split(b" ")[1].decode().partition("?")[0]
        status, body = self.answers.get(path, (b"404 Not Found", b""))
        location = b"Location: https://169.254.169.254/\r\n" if status.startswith(b"3") else b""
        writer.write(b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, location, len(body), body))
        await writer.drain()
        writer.close()

    async def resolve(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        return ["127.0.0.1"]


@asynccontextmanager
async def amazon(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Amazon]:
    """It runs while the block does; its fetcher finds it under any name, and takes its address for a public one."""
    monkeypatch.setattr(fetching, "is_public", lambda address: True)
    serving, trusting = server_and_client(folder)
    made = Amazon()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=serving)
    async with server:
        made.fetcher = Fetcher(made.resolve, trusting, server.sockets[0].getsockname()[1])
        yield made
