"""When a request was signed, and whether that is near enough to now: an old request that comes again is a replay."""

import re
from datetime import UTC, datetime

from domain.signatures.verdict import Refused

MINUTES = 5 * 60
"""The usual window, where the provider signs every attempt anew or names it itself."""
DAY = 24 * 60 * 60
"""The window where nothing says that a repeated attempt is signed anew: a genuine late one must not be lost, and a
replay inside the window is the same event id, so that it changes nothing (law 1)."""

_SECONDS = re.compile(r"([0-9]{1,11})(?:\.[0-9]{1,9})?")


def seconds(text: str, where: str) -> int:
    """A Unix time in decimal digits, fractions cut off. Raises Refused."""
    found = _SECONDS.fullmatch(text)
    if found is None:
        raise Refused("malformed_header", f"{where} is not a Unix time in seconds")
    return int(found[1])


def iso(text: str, where: str) -> int:
    """A time in ISO 8601 as Unix time; without a zone it is UTC. Raises Refused."""
    try:
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise Refused("malformed_header", f"{where} is not a time in ISO 8601") from None


def within(signed: float, now: int, tolerance: int | None) -> None:
    """Raises Refused unless the two are at most `tolerance` seconds apart. None: any time will do."""
    if tolerance is None:
        return
    if now - signed > tolerance:
        raise Refused("expired", f"signed {int(now - signed)} s ago, more than the {tolerance} s that are allowed")
    if signed - now > tolerance:
        raise Refused("from_the_future", f"signed {int(signed - now)} s ahead of our clock, {tolerance} s are allowed")
