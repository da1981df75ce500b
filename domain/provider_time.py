"""Times as providers write them, as RFC 3339 text in UTC with milliseconds (T-25). What is no time is None: it is for display and
for comparing reports of one message, never for order (law 9)."""

import re
from datetime import UTC, datetime

from schemas.times import milliseconds_of, text_of

_MINUTE = re.compile(r"\d{10}", re.ASCII)
_LONGEST = 40


def iso(text: str) -> str | None:
    """ISO 8601 with a zone: `2026-11-24T10:07:24Z`, any precision, any offset. Nothing was sent before 1970."""
    if len(text) > _LONGEST:
        return None
    try:
        milliseconds = milliseconds_of(text)
        return text_of(milliseconds) if milliseconds >= 0 else None
    except (ValueError, OverflowError):
        return None


def minute(text: str) -> str | None:
    """`YYMMDDhhmm`, the done date of a carrier's delivery report. It has no zone and is read as UTC: comparing two of them is
    all it is good for."""
    if not _MINUTE.fullmatch(text):
        return None
    try:
        moment = datetime(2000 + int(text[:2]), *(int(text[i : i + 2]) for i in (2, 4, 6, 8)), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    return f"{moment:%Y-%m-%dT%H:%M}:00.000Z"
