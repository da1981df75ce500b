"""Vonage Voice: answer webhooks and event webhooks, as JSON or, by GET, as fields of the query.

Sources, read 2026-11: developer.vonage.com/en/voice/voice-api/webhook-reference and guides/asr. A call that comes in (answer webhook), and
what becomes of a call (event webhook):

    {"from": "14155550123", "to": "14155550100", "uuid": "63f6..", "conversation_uuid": "CON-8c1e.."}
    {"from": "14155550100", "to": "14155550123", "uuid": "63f6..", "conversation_uuid": "CON-8c1e..", "status": "completed",
     "direction": "outbound", "duration": "42", "timestamp": "2026-11-24T10:07:24.123Z"}

Only statuses tell a direction. What people key or say, and the answer webhook, are read as those of a call that comes in; machine
detection is for calls that go out. Recordings name the conversation only, so the account has them. No account is told.
"""

from typing import Any, Literal, NamedTuple

from domain.addresses import Address, international
from domain.channels.callers import caller, nobody
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Provider,
    Reply,
    Signature,
    inner,
    listed,
    needed,
    text_of,
    texts,
    without,
)
from domain.channels.voice.vonage_examples import EXAMPLES, body
from domain.provider_time import iso
from schemas.meanings import Meaning
from schemas.values import Answer, Attachment, Call, Content

STATUS: dict[str, Meaning] = {
    "started": "call.initiated",
    "ringing": "call.ringing",
    "answered": "call.answered",
    "human": "call.answered",
    "machine": "call.answered",
    "completed": "call.completed",
    "busy": "call.busy",
    "timeout": "call.no_answer",
    "unanswered": "call.no_answer",
    "rejected": "call.failed",
    "failed": "call.failed",
    "cancelled": "call.canceled",
}
OUTGOING = frozenset({"human", "machine", "busy", "timeout", "unanswered", "rejected", "failed", "cancelled"})
"""Statuses of calls that go out, also where they do not say so."""

_NORMALISED = (
    "from", "from_user", "to", "uuid", "call_uuid", "status", "direction", "timestamp", "duration", "dtmf", "speech",
    "recording_url", "size",
)  # fmt: skip


class _Told(NamedTuple):
    """What one body is about, and what tells it from another of its kind."""

    meaning: Meaning
    kind: str
    content: Content
    moment: str = ""


def recognises(data: Any) -> bool:
    """Everything is about a conversation."""
    return isinstance(data, dict) and ("conversation_uuid" in data or "conversation_uuid_to" in data)


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one event of a body."""
    fields = texts(data)
    call = fields.get("uuid") or fields.get("call_uuid") or fields.get("conversation_uuid")
    if not call:
        raise Invalid("missing_field", "Call event missing required field: uuid")
    told = _told(data, fields)
    outbound = fields.get("direction", "outbound" if fields.get("status") in OUTGOING else "inbound") == "outbound"
    direction: Literal["inbound", "outbound"] = "outbound" if outbound else "inbound"
    theirs, ours = ("to", "from") if outbound else ("from", "to")
    contact, business = _party(fields, theirs, call), caller(fields.get(ours, ""), international)
    time = fields.get("timestamp", "")
    return [
        Item(
            meaning="call.incoming" if told.meaning == "call.initiated" and not outbound else told.meaning,
            account="",
            provider_id=call,
            kind=told.kind,
            moment=told.moment or time,
            contact=contact,
            ours=business.urn if business else "vonage:unknown",
            direction=direction,
            claims=(business.urn,) if business else (),
            provider_time=iso(time),
            call=_call(fields, told.meaning) if told.meaning != "unknown" else None,
            content=told.content,
        )
    ]


def _party(fields: dict[str, str], name: str, call: str) -> Address | None:
    """The contact. Raises Invalid for what is no address at all."""
    user = fields.get("from_user") if name == "from" else None
    given = f"client:{user}" if user else fields.get(name, "")
    found = caller(given, international)
    if found is None and not nobody(given):
        raise Invalid("invalid_phone", "Invalid phone number format", (call,))
    return found


def _told(data: dict[str, Any], fields: dict[str, str]) -> _Told:
    """By what only one kind of body has; what has nothing but parties is the answer webhook."""
    rest, status = without(data, *_NORMALISED), fields.get("status", "")
    if "recording_url" in fields:
        size = fields.get("size", "")
        audio = Attachment(
            fields["recording_url"], size=int(size) if size.isdecimal() and len(size) < 16 else None, voice=True
        )
        content = Content(kind="audio", attachments=(audio,), fields=rest)
        return _Told("call.recorded", "record", content, fields.get("recording_uuid", ""))
    if "dtmf" in data or "speech" in data:
        return _input(data, rest)
    content = Content(kind="event", fields=rest)
    if status:
        kind = f"{status}:{fields['sub_state']}" if "sub_state" in fields else status
        return _Told(STATUS.get(status, "unknown"), kind, content)
    if "conversation_uuid_to" in fields:
        return _Told("unknown", "transfer", content)
    if "reason" in fields or "type" in fields or ("from" not in fields and "from_user" not in fields):
        return _Told("unknown", fields.get("type", "error"), content)
    return _Told("call.incoming", "answer", content)


def _input(data: dict[str, Any], rest: dict[str, Any]) -> _Told:
    """The likeliest of what was heard; else the digits. Nothing at all is kept, and is no input."""
    keyed, speech = data.get("dtmf"), inner(data, "speech")
    digits = text_of(keyed.get("digits") if isinstance(keyed, dict) else keyed)
    results = listed(speech, "results")
    spoken = text_of(inner({"first": results[0]}, "first").get("text")) if results else None
    rest |= {name: value for name in ("dtmf", "speech") if (value := data.get(name))}
    text = spoken or digits
    if text is None:
        return _Told("unknown", "input:empty", Content(kind="event", fields=rest))
    answer = Answer("speech" if spoken else "digits", payload=text, title=text)
    return _Told("call.input", "input", Content(kind="interactive", text=text, answer=answer, fields=rest))


def _call(fields: dict[str, str], meaning: Meaning) -> Call:
    status, duration = fields.get("status"), fields.get("duration", "")
    return Call(
        meaning.partition(".")[2],
        duration=int(duration) if duration.isdecimal() and len(duration) < 10 else None,
        answered_by=fields.get("sub_state", status) if status in ("human", "machine") else None,
    )


def _answer(fields: Any, token: str) -> str:
    from_, to = needed(fields, "from_number", "to_number")
    return body(uuid=token, **{"from": from_.lstrip("+"), "to": to.lstrip("+")})


PROVIDER = Provider(
    channel="voice",
    label="Call",
    name="vonage",
    source=("https://developer.vonage.com/en/voice/voice-api/webhook-reference",),
    recognises=recognises,
    items=items,
    personal=frozenset({"from", "from_user", "to", "dtmf", "speech", "digits", "text", "custom_data"}),
    examples=EXAMPLES,
    build={"call_incoming": _answer},
    signatures=(Signature("VONAGE_SIGNATURE_SECRET", "vonage"),),
    reply=Reply("[]", "application/json"),
    not_covered=(
        "answer webhooks of calls that go out: they tell no direction and are read as calls that come in",
        "transcriptions of recordings and events of WebSockets: kept as unknown",
    ),
)
