"""Times as providers write them, as RFC 3339 text in UTC with milliseconds (T-25). What is no time is None: it is for display and
for comparing reports of one message, never for order (law 9)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from schemas.times import milliseconds_of, text_of

_MINUTE = re.compile(r"\d{6}(?:[01]\d|2[0-3])\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,9})?", re.ASCII)
_LONGEST = 40
_MONTHS = {name: f"{n:02d}" for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_USUAL = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) ([12]\d{{3}}) (\d\d:\d\d:\d\d) ([+-]\d\d[0-5]\d)",
    re.ASCII,
)
"""As nearly everybody writes RFC 2822, which Python reads slowly."""


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
    return iso(f"20{text[:2]}-{text[2:4]}-{text[4:6]}T{text[6:8]}:{text[8:]}Z")


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
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        day, month, year, time, zone = usual.groups()
        return iso(f"{year}-{_MONTHS[month]}-{day:0>2}T{time}{zone}")
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def naive(text: str) -> str | None:
    """`2026-11-24 10:07:24` without a zone, of a provider that says it means UTC. With a zone as `iso`."""
    if len(text) > _LONGEST:
        return None
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _in_utc(moment: datetime) -> str | None:
    """What has no zone is UTC already."""
    milliseconds = round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
    return text_of(milliseconds) if milliseconds >= 0 else None
