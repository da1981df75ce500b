"""Bandwidth Voice (BXML webhooks), as JSON or, by GET, as fields of the query.

Sources, read 2026-11: dev.bandwidth.com/docs/voice/webhooks with a page for each event, and the models of the public Bandwidth/python-sdk.
A call that comes in, and the end of one that went out:

    {"eventType": "initiate", "eventTime": "2026-11-24T10:07:24.123Z", "accountId": "9900000", "applicationId": "6c2f..",
     "from": "+14155550123", "to": "+14155550100", "direction": "inbound", "callId": "c-95ac8d6e-..", "startTime": ".."}
    {"eventType": "disconnect", "direction": "outbound", "callId": "c-..", "cause": "busy", "endTime": "..", ...}

A transfer's second leg has a call id of its own, names the first as `parentCallId`, and whom it calls as `transferTo`. Bandwidth signs
nothing: its webhooks are given a user and a password.
"""

from typing import Any, Literal, NamedTuple

from domain.addresses import phone
from domain.channels.callers import caller, nobody
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Reply,
    impersonal,
    inner,
    needed,
    texts,
    without,
)
from domain.channels.voice.bandwidth_examples import EXAMPLES, body
from domain.provider_time import iso
from schemas.meanings import Meaning
from schemas.times import milliseconds_of
from schemas.values import Answer, Attachment, Call, Content

EVENTS: dict[str, Meaning] = {
    "initiate": "call.incoming",
    "answer": "call.answered",
    "machineDetectionComplete": "call.answered",
    "transferAnswer": "call.answered",
}
ENDS = frozenset({"disconnect", "transferDisconnect"})
CAUSES: dict[str, Meaning] = {
    "hangup": "call.completed",
    "busy": "call.busy",
    "timeout": "call.no_answer",
    "cancel": "call.canceled",
}
"""Why a call ended that nobody had answered; every other cause is a failure."""
RECORDED = frozenset({"recordComplete", "recordingComplete", "recordingAvailable"})
DETECTED = {"answering-machine": "machine"}
FORMATS = {"wav": "audio/wav", "mp3": "audio/mpeg"}

_LEG = "parentCallId"
_NORMALISED = (
    "eventTime", "accountId", "from", "to", "direction", "callId", _LEG, "digits", "digit", "mediaUrl", "errorMessage",
    "machineDetectionResult", "transcription",
)  # fmt: skip


class _Told(NamedTuple):
    """What one body is about, and what tells it from another of its kind."""

    meaning: Meaning
    kind: str
    moment: str
    content: Content


def recognises(data: Any) -> bool:
    """Every event names its type, the account and a call or a conference."""
    return (
        isinstance(data, dict)
        and "eventType" in data
        and "accountId" in data
        and ("callId" in data or "conferenceId" in data)
    )


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one event of a body."""
    fields = texts(data)
    event, call = fields.get("eventType"), fields.get("callId") or fields.get("conferenceId")
    if not event or not call:
        name = "callId" if event else "eventType"
        raise Invalid("missing_field", f"Call event missing required field: {name}", (call,) if call else ())
    told = _told(data, fields, event)
    account, time = fields.get("accountId", ""), fields.get("eventTime", "")
    outbound = fields.get("direction") == "outbound" or _LEG in fields
    direction: Literal["inbound", "outbound"] = "outbound" if outbound else "inbound"
    theirs, ours = _sides(fields, outbound)
    contact, business = caller(theirs, phone), caller(ours, phone)
    if contact is None and not nobody(theirs):
        raise Invalid("invalid_phone", "Invalid phone number format", (call,))
    urn = business.urn if business else f"bandwidth:{account or 'unknown'}"
    return [
        Item(
            meaning=told.meaning,
            account=account,
            provider_id=call,
            kind=told.kind,
            moment=told.moment or time,
            contact=contact,
            ours=urn,
            direction=direction,
            claims=(account, fields.get("applicationId", ""), urn),
            provider_time=iso(time),
            call=_call(data, fields, told.meaning) if told.meaning != "unknown" else None,
            content=told.content,
        )
    ]


def _sides(fields: dict[str, str], outbound: bool) -> tuple[str, str]:
    """The contact's address and ours, as given."""
    if _LEG in fields:
        return fields.get("transferTo", ""), fields.get("transferCallerId", "")
    theirs, ours = fields.get("from", ""), fields.get("to", "")
    return (ours, theirs) if outbound else (theirs, ours)


def _told(data: dict[str, Any], fields: dict[str, str], event: str) -> _Told:
    rest = without(data, "eventType", *_NORMALISED)
    if reason := impersonal(fields.get("errorMessage")):
        rest["errorMessage"] = reason
    if event in ENDS:
        return _Told(_end(fields), event, "", Content(kind="event", fields=rest))
    if event in RECORDED:
        return _recorded(fields, rest, event)
    if event == "transcriptionAvailable":
        return _transcribed(data, fields, rest)
    if event in ("gather", "dtmf"):
        return _input(fields, rest, event)
    if event.lower() == "partialgather":
        raise Nothing("partial_result")
    return _Told(EVENTS.get(event, "unknown"), event, "", Content(kind="event", fields=rest))


def _end(fields: dict[str, str]) -> Meaning:
    if "answerTime" in fields:
        return "call.completed"
    return CAUSES.get(fields.get("cause", ""), "call.failed")


def _recorded(fields: dict[str, str], rest: dict[str, Any], event: str) -> _Told:
    """A recording that can be fetched."""
    moment = fields.get("recordingId", "")
    if "mediaUrl" not in fields or fields.get("status") == "error":
        return _Told("unknown", event, moment, Content(kind="event", fields=rest))
    audio = Attachment(fields["mediaUrl"], FORMATS.get(fields.get("fileFormat", "")), voice=True)
    return _Told("call.recorded", event, moment, Content(kind="audio", attachments=(audio,), fields=rest))


def _transcribed(data: dict[str, Any], fields: dict[str, str], rest: dict[str, Any]) -> _Told:
    """The text is fetched from an address, like the recording."""
    transcription = texts(inner(data, "transcription"))
    url, moment = transcription.get("url"), transcription.get("id") or fields.get("recordingId", "")
    if url is None or transcription.get("status", "available") != "available":
        return _Told("unknown", "transcriptionAvailable", moment, Content(kind="event", fields=rest))
    content = Content(kind="document", attachments=(Attachment(url, "application/json"),), fields=rest)
    return _Told("call.transcribed", "transcriptionAvailable", moment, content)


def _input(fields: dict[str, str], rest: dict[str, Any], event: str) -> _Told:
    """What was keyed. Nothing at all, before time was up, is kept and is no input."""
    digits = fields.get("digits") or fields.get("digit")
    if digits is None:
        return _Told("unknown", f"{event}:empty", "", Content(kind="event", fields=rest))
    answer = Answer("digits", payload=digits, title=digits)
    return _Told("call.input", event, "", Content(kind="interactive", text=digits, answer=answer, fields=rest))


def _call(data: dict[str, Any], fields: dict[str, str], meaning: Meaning) -> Call:
    value = texts(inner(data, "machineDetectionResult")).get("value")
    return Call(
        meaning.partition(".")[2],
        duration=_seconds(fields) if meaning == "call.completed" else None,
        answered_by=DETECTED.get(value, value) if value else None,
        parent=fields.get(_LEG),
    )


def _seconds(fields: dict[str, str]) -> int | None:
    """From answer to end."""
    answered, ended = iso(fields.get("answerTime", "")), iso(fields.get("endTime", ""))
    if answered is None or ended is None or ended < answered:
        return None
    return round((milliseconds_of(ended) - milliseconds_of(answered)) / 1000)


def _initiate(fields: Any, token: str) -> str:
    from_, to = needed(fields, "from_number", "to_number")
    return body("initiate", f"c-{token}", **{"from": from_, "to": to})


PROVIDER = Provider(
    channel="voice",
    label="Call",
    name="bandwidth",
    source=(
        "https://dev.bandwidth.com/docs/voice/webhooks/",
        "https://dev.bandwidth.com/docs/voice/programmable-voice/webhooks/gather/",
        "https://dev.bandwidth.com/docs/voice/webhooks/transferAnswer",
        "https://dev.bandwidth.com/docs/voice/webhooks/transcriptionAvailable",
    ),
    recognises=recognises,
    items=items,
    personal=frozenset({"from", "to", "digits", "digit", "transferTo", "transferCallerId", "errorMessage", "tag"}),
    examples=EXAMPLES,
    build={"call_incoming": _initiate},
    reply=Reply('<?xml version="1.0" encoding="UTF-8"?><Response/>', "application/xml; charset=utf-8"),
    not_covered=(
        "speech of a gather: no page names its fields; the event is kept",
        "conferences, bridges and redirects: their events are kept as unknown",
    ),
)
