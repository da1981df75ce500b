"""HTTP/1.1, as much of it as SQS clients use: POST with Content-Length on connections that stay open. Beside it `/faults`."""

import asyncio
from collections.abc import Coroutine
from typing import Any, cast
from uuid import uuid4

import msgspec

from benchmarks.sqs_server.errors import SqsError
from benchmarks.sqs_server.faults import Faults
from benchmarks.sqs_server.operations import HangUp, Operations

LARGEST = 4 * 1024 * 1024
"""Bytes of a request; a batch of 1 MiB may grow when its text is escaped as JSON."""

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n"
REFUSED = (
    "HTTP/1.1 {} {}\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: {}\r\n"
    "x-amzn-query-error: {};{}\r\nContent-Length: {}\r\n\r\n"
)


class Connection(asyncio.Protocol):
    """One client. Requests are answered in the order in which they came."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._received = bytearray()
        self._transport: asyncio.Transport
        self._pending: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is no subclass

    def connection_lost(self, error: Exception | None) -> None:
        if self._pending is not None:
            self._pending.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._serve()

    def _serve(self) -> None:
        while self._pending is None and not self._transport.is_closing():
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                if len(self._received) > LARGEST:
                    self._transport.close()
                return
            head = bytes(self._received[:end])
            length = _content_length(head)
            if length is None or length > LARGEST:
                self._refuse(SqsError("SerializationException", "a Content-Length of at most 4 MiB is needed"))
                self._transport.close()
                return
            if len(self._received) < end + 4 + length:
                if b"100-continue" in head.lower():
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body = bytes(self._received[end + 4 : end + 4 + length])
            del self._received[: end + 4 + length]
            self._request(head, body)

    def _request(self, head: bytes, body: bytes) -> None:
        try:
            answer = self._answer(head, body)
        except SqsError as error:
            self._refuse(error)
        except HangUp:
            self._transport.abort()
        else:
            if isinstance(answer, bytes):
                self._transport.write(OK % len(answer) + answer)
            else:
                self._pending = asyncio.ensure_future(self._later(answer))

    def _answer(self, head: bytes, body: bytes) -> Any:
        target = _header(head, b"x-amz-target")
        if target is not None:
            return self._operations.call(target.rpartition(b".")[2].decode("ascii", "replace"), body)
        method, _, rest = head.partition(b" ")
        if rest.split(b" ", 1)[0] == b"/faults":
            return self._faults(method, body)
        raise SqsError(
            "MissingAction", "X-Amz-Target is missing: this server speaks the JSON protocol alone", "MissingAction"
        )

    def _faults(self, method: bytes, body: bytes) -> bytes:
        dice = self._operations.dice
        if method in (b"PUT", b"POST"):
            try:
                dice.arm(msgspec.json.decode(body, type=Faults))
            except msgspec.DecodeError as error:
                raise SqsError("SerializationException", str(error)) from None
        return msgspec.json.encode({"faults": dice.faults, "happened": dice.happened})

    async def _later(self, answer: Coroutine[Any, Any, bytes]) -> None:
        try:
            data = await answer
        except SqsError as error:
            self._refuse(error)
        except HangUp:
            self._transport.abort()
        else:
            self._transport.write(OK % len(data) + data)
        self._pending = None
        self._serve()

    def _refuse(self, error: SqsError) -> None:
        body = msgspec.json.encode({"__type": f"com.amazonaws.sqs#{error.code}", "message": error.message})
        fault = "Sender" if error.status < 500 else "Receiver"
        reason = "Bad Request" if error.status < 500 else "Internal Server Error"
        head = REFUSED.format(error.status, reason, uuid4(), error.legacy, fault, len(body))
        self._transport.write(head.encode() + body)


def _header(head: bytes, name: bytes) -> bytes | None:
    at = head.lower().find(b"\r\n" + name + b":")
    if at < 0:
        return None
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def _content_length(head: bytes) -> int | None:
    if head.startswith(b"GET "):
        return 0
    text = _header(head, b"content-length")
    return int(text) if text is not None and text.isdigit() else None


async def serve(operations: Operations, host: str, port: int) -> asyncio.Server:
    """Listens. Raises OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(operations), host, port, backlog=1024)
