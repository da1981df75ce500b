"""What is common to all reports about pushes. A device is known by the token that a push service gave it: `push:fcm:<token>`.

fcm, apns and expo tell nothing by themselves: they answer. Whoever sends queues the answer in this wrapping, one push each (expo: a batch,
see there):

    {"provider": "fcm", "project": "acme", "token": "<the device's>", "message_id": "<the sender's own, where it has one>",
     "time": "2026-11-24T10:07:24Z", "request": {...}, "response": {"status": 404, "headers": {...}, "body": {...}}}
"""

from typing import Any, Literal, NamedTuple

from domain.addresses import Address, opaque
from domain.channels.provider import Invalid, Item, impersonal, text_of, texts
from domain.provider_time import iso, unix
from schemas.meanings import Meaning
from schemas.values import Content, FailureCategory, StatusReport

PERSONAL = frozenset({"token", "tokens", "to", "expoPushToken", "request", "message", "notification"})


class Verdict(NamedTuple):
    """What an answer comes to. A status of ours; None: nothing that we have a word for."""

    meaning: Meaning
    status: str | None
    category: FailureCategory | None = None
    permanent: bool | None = None


TAKEN = Verdict("push.delivered", "sent")
"""The vendor's service has it; whether the device does, only the app can say."""
DELIVERED = Verdict("push.delivered", "delivered")
DEAD = Verdict("push.token_invalid", "failed", "invalid", True)
WRONG = Verdict("push.failed", "failed", "other", True)
UNREACHABLE = Verdict("push.failed", "failed", "invalid", True)
MISCONFIGURED = Verdict("push.failed", "failed", "other", False)
BUSY = Verdict("push.failed", "undelivered", "rate_limited", False)
LATER = Verdict("push.failed", "undelivered", "other", False)
UNKNOWN = Verdict("unknown", None)


class About(NamedTuple):
    """Which push it was: of which service and account, what it is called, to which device."""

    service: str
    account: str
    provider_id: str
    token: str | None = None
    time: str | None = None
    moment: str = ""


def device(service: str, token: str | None) -> Address | None:
    """The device behind a token; None where none is named."""
    return opaque("push", f"{service}:{token}") if token else None


def time_of(value: Any) -> str | None:
    """A time in either of the forms that senders use: ISO 8601, or Unix seconds or milliseconds."""
    return (iso(value) if type(value) is str else None) or unix(value)


def by_answer(status: int, known: Verdict | None) -> Verdict:
    """By the code, where it is known; else by the HTTP status alone."""
    if known is not None:
        return known
    if status == 429:
        return BUSY
    if status >= 500:
        return LATER
    return WRONG if status >= 400 else TAKEN if status == 200 else UNKNOWN


def http_status(response: Any) -> int:
    """The answer's HTTP status; 0 where none is told."""
    text = text_of(response.get("status")) if isinstance(response, dict) else None
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 3 else 0


def wrapped(data: Any, service: str) -> bool:
    """Whether it is an answer of this service in our wrapping."""
    return isinstance(data, dict) and data.get("provider") == service and "response" in data


def missing(name: str) -> Invalid:
    """Nothing can be said about a push without this field."""
    return Invalid("missing_field", f"Push event missing required field: {name}")


def about(data: dict[str, Any], service: str, account: str, called: str | None) -> About:
    """Which push a wrapped answer is about. called: what the service calls it, where it said so. Raises Invalid."""
    fields = texts(data)
    id_ = fields.get("message_id") or called
    if not id_:
        raise missing("message_id")
    time = fields.get("time")
    return About(service, account, id_, fields.get("token"), time_of(data.get("time")), time or "")


def item(push: About, verdict: Verdict, kind: str, reason: str | None = None, **fields: Any) -> Item:
    """The report of one push. kind: the service's own code."""
    contact = device(push.service, push.token)
    report = None
    if verdict.status is not None:
        failed = verdict.status in ("failed", "undelivered")
        if reason and push.token:
            reason = reason.replace(push.token, "[address]")
        report = StatusReport(
            verdict.status,
            kind,
            kind if failed else None,
            impersonal(reason),
            push.time,
            verdict.category,
            verdict.permanent,
        )
    consent: tuple[Literal["opted_out"], str] | None = ("opted_out", "bounce") if verdict is DEAD else None
    return Item(
        meaning=verdict.meaning,
        account=push.account,
        provider_id=push.provider_id,
        kind=kind,
        moment=push.moment,
        contact=contact,
        ours=f"{push.service}:{push.account or 'unknown'}",
        direction="outbound",
        claims=(push.account,) if push.account else (),
        provider_time=push.time,
        status=report,
        consent=consent,
        content=Content(
            kind="status" if report else "event",
            fields={name: value for name, value in fields.items() if value not in (None, "")},
        ),
    )
