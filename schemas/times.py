"""Milliseconds since 1970 <-> RFC 3339 text. One format everywhere, so times compare as text."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(1024)
def text_of(milliseconds: int) -> str:
    """`1764000000123` -> `2025-11-24T16:00:00.123Z`. Raises ValueError outside the years 1 to 9999."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(1024)
def _second(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    except (OverflowError, OSError) as error:
        raise ValueError(f"no time: {seconds} s since 1970") from error


def milliseconds_of(text: str) -> int:
    """Any RFC 3339 or ISO 8601 text with a zone -> milliseconds. Raises ValueError when it is none or has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {text!r}")
    return round(moment.timestamp() * 1000)
