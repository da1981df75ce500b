"""Fetches what a message of Amazon SNS names, by rules that keep whoever wrote it from reaching anything else (T-56).

HTTPS alone, to a public address and to that very one that was looked at, without redirects, for a short time, and no more than a little.
Which URLs may be asked for at all is the callers' to say.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from bridge.sqs.http import Answer, BadAnswer, Connection

SECONDS = 5.0
"""For all of it; SNS waits 15 seconds for our answer."""
LARGEST = 64 * 1024
"""Bytes of an answer, head and all."""
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""
Resolve = Callable[[str], Awaitable[Sequence[str]]]


class NotFetched(Exception):
    """No answer was to be had, whatever it would have been."""


class Fetcher:
    """resolve: from a host's name to its addresses."""

    def __init__(self, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None, port: int = 443) -> None:
        self._resolve, self._tls, self._port = resolve or addresses, tls, port

    async def get(self, url: str) -> Answer:
        """The answer to a GET, whatever its status. Raises NotFetched."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._get(url)
        except (OSError, TimeoutError, ValueError, BadAnswer) as error:
            raise NotFetched(repr(error)) from error

    async def _get(self, url: str) -> Answer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if (parts.scheme, parts.netloc) != ("https", host) or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError("no plain https URL")
        where = next(filter(is_public, await self._resolve(host)), None)
        if where is None:
            raise OSError(f"{host} has no public address")
        # The address that was looked at is the one that is called: a second look-up could give another.
        tls = self._tls or ssl.create_default_context()
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Bounded, where, self._port, ssl=tls, server_hostname=host)
        try:
            head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            return await connection.request(head.encode("ascii"), b"")
        finally:
            connection.close()


class _Bounded(Connection):
    """Hangs up on whoever says too much."""

    def __init__(self) -> None:
        super().__init__()
        self._size = 0

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > LARGEST:
            self._fail(BadAnswer(f"the answer is larger than {LARGEST:,} bytes"))
        else:
            super().data_received(data)


def is_public(address: str) -> bool:
    """Whether an address is on the internet: neither private nor loopback, link-local, multicast, reserved or mapped to such a one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


async def addresses(host: str) -> list[str]:
    """What the host's name resolves to."""
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, proto=6)
    return [str(each[4][0]) for each in found]
