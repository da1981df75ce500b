"""The plain form of what a payload becomes, for people and other programs: `trunkline normalize`, golden files, the payload score.

No tenant and no ids of ours in it: those need a deployment. Field by field in docs/channels.md.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from domain.channels.provider import Invalid, Item
from domain.channels.registry import recognise
from domain.door import Secrets, judge
from domain.peeling import Control, Payload, Unreadable, peel
from domain.reading import given_with, read
from domain.signatures import Request

Plain = dict[str, Any]


class Asked(Struct, frozen=True, kw_only=True):
    """One request, or the body of a queue message, to be read. body: as SQS gives it, wrapped or not; request: what came over HTTP
    instead. Channel and provider are found out where they are empty. now: Unix time, for signatures that expire."""

    body: str = ""
    request: Request | None = None
    channel: str = ""
    provider: str = ""
    secrets: Secrets = {}
    country: str | None = None
    now: int = 0


def normalised(asked: Asked) -> Plain:
    """outcome: events, ignored, rejected or control; reason; why: how channel and provider were found; verification; events. Never
    raises on what a payload says; raises KeyError for a channel or provider that does not exist."""
    try:
        payloads = peel(asked.body, asked.request)
    except Unreadable as error:
        return {
            "outcome": "rejected",
            "reason": error.reason,
            "verification": "not_required",
            "text": str(error),
            "events": [],
        }
    answers = [answer(asked, payload) for payload in payloads]
    if len(answers) == 1:
        return answers[0]
    # Several records of one Lambda event: what is in any of them counts.
    first = next((each for each in answers if each["outcome"] == "events"), answers[0])
    return first | {"events": [event for each in answers for event in each["events"]]}


def answer(asked: Asked, payload: Payload | Control) -> Plain:
    if isinstance(payload, Control):
        control = {"kind": payload.why, **payload.fields}
        return _ended("control", payload.why, payload.why.replace("_", " "), "not_required") | {"control": control}
    given = given_with(payload.request, asked.country)
    found = recognise(payload.data, given, asked.channel, asked.provider)
    if found is None:
        return _ended("rejected", "unrecognised", "no provider's payload looks like this", "not_required")
    provider = found.provider
    head = {"channel": provider.channel, "provider": provider.name, "why": found.why}
    judged = judge(provider, payload.request, asked.secrets, asked.now)
    if judged.verification == "failed":
        return _ended("rejected", judged.reason, judged.text, "failed") | head
    reading = read(provider, payload, given)
    if reading.challenge is not None:
        control = {"kind": "handshake", "challenge": reading.challenge, "token": reading.token}
        return (
            _ended("control", "handshake", "the provider asks whether this address is ours", judged.verification)
            | head
            | {"control": control}
        )
    if reading.nothing is not None:
        return _ended("ignored", reading.nothing, reading.nothing.replace("_", " "), judged.verification) | head
    events = [_event(provider.channel, provider.name, item) for item in reading.items if isinstance(item, Item)]
    wrong = [item for item in reading.items if isinstance(item, Invalid)]
    answer: Plain = {"outcome": "events", "reason": "", "verification": judged.verification, **head, "events": events}
    if wrong:
        answer["rejected"] = [{"reason": each.reason, "text": str(each), "index": each.index} for each in wrong]
    if wrong and not events:
        answer |= {"outcome": "rejected", "reason": wrong[0].reason, "text": str(wrong[0])}
    return answer


def _ended(outcome: str, reason: str, text: str, verification: str) -> Plain:
    return {"outcome": outcome, "reason": reason, "text": text, "verification": verification, "events": []}


def _event(channel: str, provider: str, item: Item) -> Plain:
    """One item. What says nothing is null, so that every event has the same fields."""
    content, status, contact = item.content, item.status, item.contact
    return {
        "kind": item.meaning,
        "channel": channel,
        "provider": provider,
        "provider_message_id": item.provider_id,
        "provider_event_id": item.event or None,
        "contact": contact.urn if contact else None,
        "business": item.ours,
        "direction": item.direction,
        "content_kind": content.kind,
        "text": content.text,
        "html": content.html,
        "reply": content.reply,
        "subject": content.subject,
        "status": status.status if status else item.call.status if item.call else None,
        "error": _error(item),
        "attachments": [
            {
                "content_type": each.content_type,
                "filename": each.name,
                "size": each.size,
                "reference": each.reference,
                "inline_id": each.inline_id,
                "voice": each.voice,
            }
            for each in content.attachments
        ],
        "location": asdict(content.location) if content.location else None,
        "answer": asdict(content.answer) if content.answer else None,
        "call": asdict(item.call) if item.call else None,
        "in_reply_to": item.in_reply_to,
        "about": item.message or None,
        "contact_name": contact.name if contact else None,
        "aliases": list(item.aliases),
        "successor": item.successor,
        "occurred_at": item.provider_time,
        "until": item.until,
        "recipients": _recipients(item),
        "tags": list(content.tags),
        "metadata": content.metadata,
        "machine": item.machine,
        "keyword": item.keyword,
        "consent": list(item.consent) if item.consent else None,
        "provider_kind": item.kind,
        "extra": {**content.fields, **({"person": item.about} if item.about else {})},
    }


def _recipients(item: Item) -> list[str]:
    """Whom a mail names; of a mail of ours the one that this is about."""
    named = list(item.content.recipients)
    contact = item.contact.urn if item.contact else ""
    if not named and item.direction == "outbound" and contact.startswith("mailto:"):
        named.append(contact.removeprefix("mailto:"))
    return named


def _error(item: Item) -> Mapping[str, Any] | None:
    status = item.status
    if status is None or not (status.code or status.reason or status.category):
        return None
    return {"code": status.code, "text": status.reason, "category": status.category, "permanent": status.permanent}
