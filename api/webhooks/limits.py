"""How much of one request is read, and how many requests of one source are taken."""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable

HEARD_OUT = 16
"""How many times the largest body is read, if not kept."""
SOURCES = 10_000
"""Sources that are remembered: the ones that were heard from last."""
NETWORK = 64
"""Bits of an IPv6 address that belong to one customer."""


class TooLarge(Exception):
    """A body that is larger than it may be."""


class TooSlow(Exception):
    """A body that did not come in time."""


async def body_of(chunks: AsyncIterator[bytes], announced: str | None, largest: int, seconds: float) -> bytes:
    """The whole body. `announced`: its Content-Length, where one was sent. Raises TooLarge, TooSlow.

    What is not much too large is read to its end and thrown away: whoever is still sending does not hear an answer.
    """
    heard_out = largest * HEARD_OUT
    if announced is not None and announced.isdecimal() and int(announced) > heard_out:
        raise TooLarge
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks:
                size += len(chunk)
                if size <= largest:
                    parts.append(chunk)
                elif size > heard_out:
                    break
                else:
                    parts.clear()
    except TimeoutError:
        raise TooSlow from None
    if size > largest:
        raise TooLarge
    return parts[0] if len(parts) == 1 else b"".join(parts)


class Buckets:
    """A token bucket per source. rate: tokens that come back per second; burst: those that are there at first."""

    def __init__(
        self, rate: float, burst: int, most: int = SOURCES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate, self.burst, self.most, self._clock = rate, burst, most, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, source: str) -> float:
        """Takes a token and gives 0; where there is none, the seconds until there is."""
        now = self._clock()
        level, then = self._levels.pop(source, (float(self.burst), now))
        level = min(float(self.burst), level + (now - then) * self.rate)
        missing = max(0.0, 1.0 - level)
        self._levels[source] = (level if missing else level - 1.0, now)
        if len(self._levels) > self.most:
            self._levels.popitem(last=False)
        return missing / self.rate


def source_of(host: str) -> str:
    """What counts as one source: an IPv4 address, the network of an IPv6 address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK), strict=False))
    return str(address)
