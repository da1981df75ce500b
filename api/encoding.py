"""Rows as JSON: times as RFC 3339 in UTC, bytes as text where they are text, else as base64 in `{"base64": ...}`."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any


def jsonable(value: Any) -> Any:
    """The JSON form of a row or of what is inside."""
    if isinstance(value, dict):
        return {name: jsonable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"base64": b64encode(value).decode()}
    return value
