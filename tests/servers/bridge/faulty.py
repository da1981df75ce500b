"""A server that misbehaves on command: what a scripted SQS endpoint answers, byte by byte, or a real one behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import msgspec

Reply = bytes | None
"""What to write back; None closes the connection without a word."""
HANG = b"hang"
FORWARD = b"forward"


def answer(body: Any = None, status: int = 200, *, close: bool = False) -> bytes:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body if body is not None else {})
    connection = "Connection: close\r\n" if close else ""
    return f"HTTP/1.1 {status} Whatever\r\n{connection}Content-Length: {len(data)}\r\n\r\n".encode() + data


class Faulty:
    """Keeps every request (operation, body); `reply(operation, body)` says what comes back: bytes, HANG, or FORWARD to `upstream`
    (a URL), which gets the body as `reply` left it."""

    def __init__(self, reply: Callable[[str, Any], Reply], upstream: str = "") -> None:
        self.reply = reply
        self.upstream = urlsplit(upstream)
        self.requests: list[tuple[str, Any]] = []
        self.connections = 0
        self.port = 0
        self.hang = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length:")[1].split("\r\n")[0])
                operation = head.split("x-amz-target:")[1].split("\r\n")[0].strip().removeprefix("amazonsqs.")
                body = msgspec.json.decode(await reader.readexactly(length))
                self.requests.append((operation, body))
                reply = self.reply(operation, body)
                if reply is None:
                    return
                if reply == HANG:
                    await self.hang.wait()
                    return
                writer.write(await self.forwarded(operation, body) if reply == FORWARD else reply)
                await writer.drain()
                if b"Connection: close" in reply:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def forwarded(self, operation: str, body: Any) -> bytes:
        reader, writer = await asyncio.open_connection(self.upstream.hostname, self.upstream.port)
        data = msgspec.json.encode(body)
        target = NAMES[operation]
        writer.write(
            f"POST / HTTP/1.1\r\nHost: {self.upstream.netloc}\r\nX-Amz-Target: AmazonSQS.{target}\r\n"
            f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.decode().lower().split("content-length:")[1].split("\r\n")[0])
        answered = head + await reader.readexactly(length)
        writer.close()
        return answered


NAMES = {
    name.lower(): name
    for name in (
        "ReceiveMessage",
        "DeleteMessageBatch",
        "ChangeMessageVisibilityBatch",
        "SendMessageBatch",
        "GetQueueAttributes",
    )
}


@asynccontextmanager
async def faulty(reply: Callable[[str, Any], Reply], upstream: str = "") -> AsyncIterator[Faulty]:
    server = Faulty(reply, upstream)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.hang.set()
        listening.close()
