"""From the log's text to values that PostgreSQL takes. U+0000 is stripped from projected text and JSON alone; raw bytes keep it (T-22)."""

import binascii
import re
from base64 import b64decode
from datetime import datetime

import msgspec

from schemas.values import Raw

ESCAPED_NUL = b"\\u0000"
_NUL_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")

moment = datetime.fromisoformat
"""RFC 3339 text -> datetime. Raises ValueError."""


def moment_or_none(text: str | None) -> datetime | None:
    return moment(text) if text else None


def clean(text: str | None) -> str | None:
    """Text without U+0000."""
    return text.replace("\0", "") if text else text


def json_text(branch: msgspec.Raw, nul: bool) -> str | None:
    """A JSON branch as PostgreSQL may have it; None for an absent or null one."""
    data = bytes(branch)
    if not data or data == b"null":
        return None
    return (_NUL_ESCAPE.sub(rb"\1", data) if nul else data).decode()


def original_bytes(raw: Raw | None) -> tuple[bytes | None, str | None]:
    """(bytes, reference into the claim store): one of them, or neither. Raises ValueError for base64 that is none."""
    if raw is None:
        return None, None
    if raw.encoding == "claim":
        return None, raw.data
    if raw.encoding == "base64":
        try:
            return b64decode(raw.data, validate=True), None
        except binascii.Error as error:
            raise ValueError(f"raw bytes that are no base64: {error}") from error
    return raw.data.encode(), None
