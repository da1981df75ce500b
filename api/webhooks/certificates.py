"""Certificates with which Amazon SNS signs: fetched once, kept by their address, under which they never change.

Anybody can send a message that names a certificate. So what is kept is bounded, an address that has failed is left alone for a while,
and of addresses that nobody has heard of only so many are tried: a flood of invented ones costs nothing, and drives out nothing.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

import structlog
from cryptography.x509 import load_pem_x509_certificate

from api.webhooks.fetching import Fetcher, NotFetched
from api.webhooks.limits import Buckets

KEPT = 64
"""Certificates: SNS has one or two at a time per region."""
FAILURES = 1_000
"""Addresses that have failed and are remembered."""
FAILURE_SECONDS = 10.0
"""How long a failure counts; SNS tries again after 20 seconds, unless its topic says otherwise."""
RATE, BURST = 1.0, 20
"""Fetches per second in the long run, and at once."""
log = structlog.get_logger(__name__)
T = TypeVar("T")


class Certificates(Protocol):
    """Where the certificates come from."""

    async def of(self, url: str) -> bytes | None:
        """The certificate at this address of Amazon's, in PEM; None where it is not to be had now."""


class _Kept(NamedTuple):
    """until: Unix time of the certificate's own end."""

    pem: bytes
    until: float


class Fetched:
    """Certificates from where they lie."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.time) -> None:
        self._fetcher, self._clock = fetcher, clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._fetching: dict[str, asyncio.Task[bytes | None]] = {}
        self._budget = Buckets(RATE, BURST, clock=clock)

    async def of(self, url: str) -> bytes | None:
        """See Certificates. Whoever asks for the same one at the same time waits for the same fetch."""
        kept = self._kept.get(url)
        if kept is not None and self._clock() < kept.until:
            self._kept.move_to_end(url)
            return kept.pem
        task = self._fetching.get(url)
        if task is None:
            if self._clock() < self._failed.get(url, 0.0) or self._budget.wait(""):
                return None
            task = self._fetching[url] = asyncio.create_task(self._fetched(url), name="certificate of SNS")
            task.add_done_callback(lambda _: self._fetching.pop(url))
        return await asyncio.shield(task)

    async def _fetched(self, url: str) -> bytes | None:
        try:
            status, pem = await self._fetcher.get(url)
            if status != 200:
                raise ValueError(f"the answer was {status}")
            until = self._end(pem)
        except (NotFetched, ValueError) as error:
            log.warning("a certificate of SNS cannot be had", url=url, error=str(error))
            _remember(self._failed, url, self._clock() + FAILURE_SECONDS, FAILURES)
            return None
        _remember(self._kept, url, _Kept(pem, until), KEPT)
        return pem

    def _end(self, pem: bytes) -> float:
        """Until when the certificate holds. Raises ValueError for what is none, or none now."""
        found = load_pem_x509_certificate(pem)
        start, end = found.not_valid_before_utc.timestamp(), found.not_valid_after_utc.timestamp()
        if not start <= self._clock() < end:
            raise ValueError("the certificate does not hold now")
        return end


def _remember(known: OrderedDict[str, T], url: str, value: T, most: int) -> None:
    """The last `most` of them."""
    known[url] = value
    known.move_to_end(url)
    if len(known) > most:
        known.popitem(last=False)
