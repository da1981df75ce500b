"""What Twilio's webhooks about messages have in common, whatever carries the message: names, statuses, media and places.

Sources, read 2026-11: twilio.com/docs/messaging/guides/webhook-request, /guides/outbound-message-status-in-status-callbacks,
/tutorials/advanced-opt-out. Why a message did not arrive: domain/channels/twilio_errors.py.
"""

from collections.abc import Mapping
from typing import Literal

from domain.channels.places import place
from domain.channels.provider import impersonal
from domain.channels.twilio_errors import FAILURES, UNKNOWN
from schemas.values import Attachment, Location, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    "accepted": MessageStatus.QUEUED,
    "scheduled": MessageStatus.QUEUED,
    "queued": MessageStatus.QUEUED,
    "sending": MessageStatus.SENDING,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.CANCELED,
}
RECEIVED = frozenset({"received", "receiving"})

KEYWORDS: Mapping[str, Literal["stop", "start", "help"]] = {"STOP": "stop", "START": "start", "HELP": "help"}
"""`OptOutType`: Advanced Opt-Out has answered the word already (T-34)."""

MEDIA = frozenset(f"Media{what}{n}" for n in range(100) for what in ("Url", "ContentType"))


def sid_of(fields: Mapping[str, str]) -> str | None:
    """The message's id, which has had several names."""
    return fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid")


def status_of(fields: Mapping[str, str]) -> str:
    """What happened; a body that does not say it brings a message."""
    return (fields.get("MessageStatus") or fields.get("SmsStatus") or "received").lower()


def media(fields: Mapping[str, str]) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    while (url := fields.get(f"MediaUrl{len(found)}")) is not None:
        found.append(Attachment(url, fields.get(f"MediaContentType{len(found)}")))
    return tuple(found)


def location(fields: Mapping[str, str]) -> Location | None:
    try:
        latitude, longitude = float(fields.get("Latitude", "")), float(fields.get("Longitude", ""))
    except ValueError:
        return None
    return place(latitude, longitude, fields.get("Label"), fields.get("Address"))


def report(known: MessageStatus, name: str, fields: Mapping[str, str], time: str | None) -> StatusReport:
    """How far a message got; of one that failed, why."""
    code, explained = fields.get("ErrorCode"), impersonal(fields.get("ErrorMessage"))
    if code is None or code == "0":
        return StatusReport(known.value, name, None, explained, time)
    failure = FAILURES.get(code, UNKNOWN)
    return StatusReport(known.value, name, code, explained or failure.reason, time, failure.category, failure.permanent)
