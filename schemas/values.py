"""Values that several records share. Times are RFC 3339 text in UTC with milliseconds (`2026-11-24T10:07:24.123Z`), so that they
compare as text. Personal data lives under `Person` and `Content` and nowhere else (DESIGN.md 8)."""

from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct


class Raw(Struct, frozen=True, omit_defaults=True, gc=False):
    """Original bytes. `encoding` tells what `data` is: the text itself (utf-8), base64 of the bytes, or a reference into the
    claim store for bodies above its limit; `size` counts the original bytes, `sha256` (hex) is set for claims."""

    data: str
    encoding: Literal["utf-8", "base64", "claim"] = "utf-8"
    size: int = 0
    sha256: str | None = None


class Attachment(Struct, frozen=True, omit_defaults=True):
    """Something that came with a message; `reference` is the provider's URL, id or bucket key and is never fetched here."""

    reference: str
    content_type: str | None = None
    name: str | None = None
    size: int | None = None
    inline_id: str | None = None


class Content(Struct, frozen=True, omit_defaults=True, gc=False):
    """What was said. `fields` keeps the provider's remaining fields by their own names; `raw` the bytes they came in."""

    kind: str = "text"
    text: str | None = None
    subject: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    fields: dict[str, Any] = {}
    raw: Raw | None = None


class Person(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who the contact is: canonical address (URN), its validity as libphonenumber or the mail rules see it, and what the
    provider tells about the person (name, city, user agent ...)."""

    address: str
    validity: Literal["valid", "possible", "invalid", "unknown"] = "unknown"
    name: str | None = None
    fields: dict[str, Any] = {}


class MessageStatus(StrEnum):
    """Delivery states of one message. Progress is ordered by `RANK`; the last three end it (law 9)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"


RANK: dict[str, int] = {"queued": 1, "sending": 2, "sent": 3, "delivered": 4, "read": 5, "played": 6}
"""Rank of each progress status; failures have none."""

FAILURES: tuple[str, ...] = ("canceled", "undelivered", "failed")
"""Statuses that end a message; where two are reported without a time, the later in this tuple stands."""


class StatusReport(Struct, frozen=True, omit_defaults=True, gc=False):
    """One report about a message: our status, the provider's own name for it, reason code and text, provider time."""

    status: str
    kind: str
    code: str | None = None
    reason: str | None = None
    time: str | None = None
