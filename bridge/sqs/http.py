"""HTTP/1.1 over asyncio's protocols: keep-alive connections to one server, one request at a time on each.

Only what an SQS server answers with: Content-Length or chunked bodies, connections that it may close whenever it likes.
"""

import asyncio
import ssl
from typing import NamedTuple, cast
from urllib.parse import urlsplit

LARGEST_HEAD = 64 * 1024


class Answer(NamedTuple):
    status: int
    body: bytes


class BadAnswer(Exception):
    """The server said something that is not HTTP/1.1 as we know it."""


class Stale(ConnectionError):
    """The server closed a kept connection before it answered anything: the request is to be sent again on a new one."""


class Connection(asyncio.Protocol):
    """One connection with at most one request in flight."""

    def __init__(self) -> None:
        self.closed = False
        self.used = False
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport
        self._reset()

    def request(self, head: bytes, body: bytes) -> "asyncio.Future[Answer]":
        """Sends a request. The future fails with Stale, OSError or BadAnswer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head + body)
        return self._answer

    def close(self) -> None:
        self.closed = True
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._answer is None or self._answer.done():
            return
        if self._until_close and self._head:
            self._done(bytes(self._buffer[self._head :]))
        elif self.used and not self._buffer:
            self._fail(Stale("the server closed a kept connection"))
        else:
            lost = ConnectionResetError("the server closed the connection before it had answered")
            self._fail(exc if isinstance(exc, OSError) else lost)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            if not self._head and not self._read_head():
                return
            body = self._body()
        except (ValueError, IndexError):
            self._fail(BadAnswer(f"not an HTTP answer: {bytes(self._buffer[:60])!r}"))
            return
        if body is not None:
            self._done(body)

    def _reset(self) -> None:
        self._buffer = bytearray()
        self._head = 0
        self._status = 0
        self._length = 0
        self._chunked = self._until_close = self._keep = False

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > LARGEST_HEAD:
                raise ValueError
            return False
        head = bytes(self._buffer[: end + 2]).lower()
        self._status = int(head[9:12])
        if not head.startswith(b"http/1.") or self._status < 200:
            raise ValueError
        length = _field(head, b"\r\ncontent-length:")
        self._chunked = b"chunked" in (_field(head, b"\r\ntransfer-encoding:") or b"")
        self._until_close = length is None and not self._chunked and self._status != 204
        self._length = int(length or 0)
        connection = _field(head, b"\r\nconnection:") or b""
        self._keep = not self._until_close and (
            b"close" not in connection if head[7:8] == b"1" else b"keep-alive" in connection
        )
        self._head = end + 4
        return True

    def _body(self) -> bytes | None:
        """The whole body once it is here."""
        if self._until_close:
            return None
        if not self._chunked:
            end = self._head + self._length
            return bytes(self._buffer[self._head : end]) if len(self._buffer) >= end else None
        at = self._head
        parts: list[bytes] = []
        while (line := self._buffer.find(b"\r\n", at)) >= 0:
            size = int(bytes(self._buffer[at:line]).split(b";")[0], 16)
            start = line + 2
            if len(self._buffer) < start + size + 2:
                return None
            if size == 0:
                return b"".join(parts)
            parts.append(bytes(self._buffer[start : start + size]))
            at = start + size + 2
        return None

    def _done(self, body: bytes) -> None:
        answer, self._answer = self._answer, None
        status, keep = self._status, self._keep
        self._reset()
        self.used = True
        if not keep:
            self.close()
        if answer is None:
            self.close()  # it spoke without being asked
        elif not answer.done():
            answer.set_result(Answer(status, body))

    def _fail(self, error: Exception) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _field(head: bytes, name: bytes) -> bytes | None:
    at = head.find(name)
    return None if at < 0 else head[at + len(name) : head.find(b"\r\n", at + 2)].strip()


class Pool:
    """Connections to one server, the most recently used first. At most `size` are kept open between requests."""

    def __init__(self, endpoint: str, *, size: int, connect_timeout: float, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(endpoint)
        self.host = parts.netloc.rpartition("@")[2]
        self.size = size
        self.connect_timeout = connect_timeout
        self._name = parts.hostname or ""
        self._secure = parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._tls = tls or (ssl.create_default_context() if self._secure else None)
        self._free: list[Connection] = []
        self._busy: set[Connection] = set()
        self._closed = False

    async def request(self, head: bytes, body: bytes, seconds: float) -> Answer:
        """Sends one request. Raises OSError, BadAnswer, or TimeoutError after `seconds` (connect_timeout to connect)."""
        while True:
            connection = await self._connection()
            try:
                async with asyncio.timeout(seconds):
                    answer = await connection.request(head, body)
            except Stale:
                continue
            except BaseException:
                connection.close()  # what comes later on it would be the answer to this request
                raise
            finally:
                self._busy.discard(connection)
            if not connection.closed:
                self._keep(connection)
            return answer

    async def close(self) -> None:
        """Closes all connections; requests in flight fail with ConnectionError."""
        self._closed = True
        for connection in (*self._free, *self._busy):
            connection.close()
        self._free.clear()

    async def _connection(self) -> Connection:
        if self._closed:
            raise ConnectionError("the client was closed")
        while self._free:
            connection = self._free.pop()
            if not connection.closed:
                self._busy.add(connection)
                return connection
        async with asyncio.timeout(self.connect_timeout):
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection, self._name, self._port, ssl=self._tls if self._secure else None
            )
        self._busy.add(connection)
        return connection

    def _keep(self, connection: Connection) -> None:
        if self._closed or len(self._free) >= self.size:
            connection.close()
        else:
            self._free.append(connection)
