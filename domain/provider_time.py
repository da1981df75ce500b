"""Times as providers write them, as RFC 3339 text in UTC with milliseconds (T-25). What is no time is None: it is for display and
for comparing reports of one message, never for order (law 9)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from schemas.times import milliseconds_of, text_of

_MINUTE = re.compile(r"\d{10}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,9})?", re.ASCII)
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


def unix(value: Any) -> str | None:
    """A number, or a text that is one, since 1970. Its size tells seconds (fractions are kept), milliseconds, microseconds and
    nanoseconds apart: no provider sends times of before 1973."""
    if type(value) is str:
        value = float(value) if _NUMBER.fullmatch(value) else None
    if (type(value) is not int and type(value) is not float) or not 0 <= value < 1e20:
        return None
    seconds, size = (1, 1e11)
    while value >= size:
        seconds, size = seconds * 1000, size * 1000
    try:
        return text_of(round(value * 1000 / seconds))
    except ValueError:
        return None


def rfc2822(text: str) -> str | None:
    """`Tue, 24 Nov 2026 10:07:24 +0000`, as mail headers and Twilio write it. Without a zone it is read as UTC."""
    if len(text) > _LONGEST:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return iso(moment.replace(tzinfo=moment.tzinfo or UTC).isoformat())


def naive(text: str) -> str | None:
    """`2026-11-24 10:07:24` without a zone, of a provider that says it means UTC. With a zone as `iso`."""
    if len(text) > _LONGEST:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return iso(moment.replace(tzinfo=moment.tzinfo or UTC).isoformat())
