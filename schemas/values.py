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
    """Something that came with a message; `reference` is the provider's URL, id or bucket key and is never fetched here. `size` in
    bytes. `inline_id`: the Content-ID by which the text shows it, without angle brackets. `voice`: audio that was spoken for this
    message, not a file."""

    reference: str
    content_type: str | None = None
    name: str | None = None
    size: int | None = None
    inline_id: str | None = None
    voice: bool = False


class Location(Struct, frozen=True, omit_defaults=True, gc=False):
    """A place that was sent: WGS 84 in degrees, and what the sender calls it."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


class Answer(Struct, frozen=True, omit_defaults=True, gc=False):
    """What was chosen among what we had offered, or keyed or spoken into a call. `payload` is ours, the way we had sent it; `title`
    what the person saw. The text of such a message is the title, of digits and speech what was keyed or said."""

    kind: Literal["button", "list", "form", "digits", "speech"]
    payload: str | None = None
    title: str | None = None


ContentKind = Literal[
    "text",
    "image",
    "document",
    "audio",
    "video",
    "sticker",
    "location",
    "contact",
    "interactive",
    "order",
    "template",
    "other",
    "reaction",
    "status",
    "event",
]
"""What a content is. `other`: a kind of message that we have no word for. `status` and `event` say nothing by themselves."""


class Participant(Struct, frozen=True, omit_defaults=True, gc=False):
    """Somebody whom a mail names. address: canonical (URN). role: the header that names them. name: as written there."""

    address: str
    role: Literal["from", "to", "cc"]
    name: str | None = None


class Content(Struct, frozen=True, omit_defaults=True, gc=False):
    """What was said. kind: a ContentKind. text: all of it; of a reaction the emoji. reply: of a mail, the sender's own words without
    what they quote. answer: of an interactive one, what was chosen. recipients: everybody whom a mail names, as it names them;
    participants: the same and its sender, by canonical address and role. tags and metadata: what we had sent along with a message of
    ours and get back. `fields` keeps the provider's remaining fields by their own names; `raw` the bytes they came in."""

    kind: str = "text"
    text: str | None = None
    subject: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    fields: dict[str, Any] = {}
    raw: Raw | None = None
    reply: str | None = None
    location: Location | None = None
    answer: Answer | None = None
    recipients: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}
    participants: tuple[Participant, ...] = ()


class Person(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who the contact is: canonical address (URN), its validity as libphonenumber or the mail rules see it, and what the
    provider tells about the person (name, city, user agent ...). aliases: other addresses of the same person that it told along
    (URNs). successor: the address that the person has from now on, where it changed."""

    address: str
    validity: Literal["valid", "possible", "invalid", "unknown"] = "unknown"
    name: str | None = None
    fields: dict[str, Any] = {}
    aliases: tuple[str, ...] = ()
    successor: str | None = None


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


FailureCategory = Literal[
    "invalid", "bounced", "timed_out", "blocked", "spam", "unsubscribed", "rate_limited", "window", "other"
]
"""Why a message did not arrive, in one word for all providers. invalid: the address cannot be reached ever. bounced: refused by the
receiving side. timed_out: it did not answer. blocked: the sender, the content or the address is on somebody's list. spam: somebody
called it so. unsubscribed: the recipient does not want it. rate_limited: too much at once. window: not allowed at this time."""


class StatusReport(Struct, frozen=True, omit_defaults=True, gc=False):
    """One report about a message: our status, the provider's own name for it, reason code and text (without addresses), provider
    time. permanent: whether trying again is pointless, where the provider says so (a hard bounce)."""

    status: str
    kind: str
    code: str | None = None
    reason: str | None = None
    time: str | None = None
    category: FailureCategory | None = None
    permanent: bool | None = None


class Call(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a provider says about a call. Reports of one call are ordered by `sequence`, where there is one, never by arrival.
    duration: seconds spoken. answered_by: human, machine, fax or the provider's finer word. parent: the call that this is a leg of,
    as the provider names it. Digits, speech, transcription and recording are in the content."""

    status: str
    sequence: int | None = None
    duration: int | None = None
    answered_by: str | None = None
    parent: str | None = None
