"""Twilio Voice, which the channels `twilio_call` and `voice` share: calls that come in, status callbacks, and what a call leaves behind.

Sources, read 2026-11: twilio.com/docs/usage/webhooks/voice-webhooks, /docs/voice/api/call-resource (statuscallbackevent), /docs/voice/twiml
(request parameters; gather, record, dial), /docs/voice/answering-machine-detection, /docs/voice/api/recording, and the changelog entry of
2022-11-16 (withheld caller ids). Form fields, or the same as JSON. A call that comes in, and how it ended:

    CallSid=CA..&AccountSid=AC..&From=%2B14155550123&To=%2B14155550100&CallStatus=ringing&Direction=inbound&StirVerstat=TN-Validation-Passed-A
    CallSid=CA..&AccountSid=AC..&From=..&To=..&Direction=inbound&CallStatus=completed&CallDuration=42&SequenceNumber=2
    &CallbackSource=call-progress-events&Timestamp=Tue%2C+24+Nov+2026+10%3A07%3A24+%2B0000

Of a call that comes in the caller is the contact, of one that goes out (outbound-api, outbound-dial) whoever is called. Besides numbers
there are SIP addresses and Twilio clients: `sip:ann@voice.example.org`, `client:ann`. A caller who withholds the number is nobody: the
account has the call. Recordings and answering machine detection name no party either, only the call. What was keyed or spoken is the text
of call.input, so that an opt-out in it is read like any other.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.addresses import Address, phone
from domain.channels.callers import caller, nobody
from domain.channels.provider import Given, Invalid, Item, Nothing, Provider, Reply, Signature, needed, texts, without
from domain.channels.twilio_voice_examples import EXAMPLES, form
from domain.provider_time import rfc2822
from schemas.meanings import Meaning
from schemas.values import Answer, Attachment, Call, Content

STATUS: dict[str, Meaning] = {
    "queued": "call.initiated",
    "initiated": "call.initiated",
    "ringing": "call.ringing",
    "answered": "call.answered",
    "in-progress": "call.answered",
    "completed": "call.completed",
    "busy": "call.busy",
    "no-answer": "call.no_answer",
    "failed": "call.failed",
    "canceled": "call.canceled",
}
"""`CallStatus`. Our word for each is the meaning's last part."""

PLACE = ("City", "State", "Zip", "Country")
PERSONAL = frozenset(f"{side}{part}" for side in ("From", "To", "Caller", "Called") for part in ("", *PLACE)) | {
    "CallerName",
    "ForwardedFrom",
    "Digits",
    "SpeechResult",
    "StableSpeechResult",
    "UnstableSpeechResult",
    "TranscriptionText",
    "TranscriptionData",
    "StirPassportToken",
    "ErrorMessage",
}

_NORMALISED = (
    "AccountSid", "CallSid", "From", "To", "CallStatus", "CallDuration", "SequenceNumber", "Timestamp", "ParentCallSid",
    "AnsweredBy", "CallerName", "RecordingUrl", "Digits", "SpeechResult", "TranscriptionText",
)  # fmt: skip
_PARTIAL = ("StableSpeechResult", "UnstableSpeechResult")
_OTHERS = ("StatusCallbackEvent", "StreamEvent", "TranscriptionEvent", "SiprecEvent", "QueueResult")
"""What names the event where it is none of a call's own."""


class _Told(NamedTuple):
    """What one body is about, and what tells it from another of its kind."""

    meaning: Meaning
    kind: str
    moment: str
    content: Content


class _Parties(NamedTuple):
    """contact: None where nobody is named."""

    contact: Address | None
    ours: str
    about: dict[str, Any]
    inbound: bool


def provider(channel: str, label: str) -> Provider:
    """Twilio as a provider of one of the channels that carry calls."""

    def items(data: Any, given: Given) -> list[Item | Invalid]:
        return [_item(data, given, label)]

    return Provider(
        channel=channel,
        label=label,
        name="twilio",
        source=(
            "https://www.twilio.com/docs/usage/webhooks/voice-webhooks",
            "https://www.twilio.com/docs/voice/api/call-resource",
            "https://www.twilio.com/docs/voice/twiml",
            "https://www.twilio.com/docs/voice/answering-machine-detection",
            "https://www.twilio.com/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls",
        ),
        recognises=recognises,
        items=items,
        personal=PERSONAL,
        examples=EXAMPLES,
        build={"call_incoming": _build(CallStatus="ringing"), "call_completed": _build(**_OVER)},
        headers=frozenset({"x-twilio-signature"}),
        signatures=(Signature("auth_token", "twilio"),),
        reply=Reply("<Response/>", "text/xml; charset=utf-8"),
        not_covered=(
            "real-time transcription, conferences, queues, media streams and SIPREC: their events are kept as unknown",
        ),
    )


def recognises(data: Any) -> bool:
    """A call has a sid; what is about a conference and no call of it has the account's besides."""
    return isinstance(data, dict) and ("CallSid" in data or ("AccountSid" in data and "ConferenceSid" in data))


def _item(data: Any, given: Given, label: str) -> Item:
    fields = texts(data)
    sid = fields.get("CallSid") or fields.get("ConferenceSid")
    if not sid:
        raise Invalid("missing_field", f"{label} event missing required field: CallSid")
    account = fields.get("AccountSid", "")
    parties = _parties(fields, account, sid, label)
    told = _told(data, fields, given)
    return Item(
        meaning=told.meaning,
        account=account,
        provider_id=sid,
        kind=told.kind,
        moment=told.moment,
        contact=parties.contact,
        about=parties.about,
        ours=parties.ours,
        direction="inbound" if parties.inbound else "outbound",
        claims=(account, "", parties.ours) if account else (parties.ours,),
        provider_time=rfc2822(fields.get("Timestamp", "")),
        campaign=fields.get("campaign_id"),
        lead=fields.get("lead_id"),
        call=_call(fields, told.meaning) if told.meaning != "unknown" else None,
        content=told.content,
    )


def _told(data: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> _Told:
    """By what only one kind of body has; else by the call's status."""
    rest = without(data, *_NORMALISED)
    if "TranscriptionSid" in fields and "TranscriptionEvent" not in fields:
        return _transcribed(fields, rest)
    if fields.keys() & _PARTIAL:
        raise Nothing("partial_result")
    if "RecordingStatus" in fields:
        return _recorded(fields, rest, f"recording-{fields['RecordingStatus']}")
    if fields.get("CallbackSource") or "DialCallStatus" in fields:
        return _status(fields, rest)
    if "RecordingUrl" in fields:
        return _recorded(fields, rest | _keyed(fields), "recorded")
    if "Digits" in fields or "SpeechResult" in fields:
        return _input(fields, rest, given)
    if "AnsweredBy" in fields and "CallStatus" not in fields:
        return _Told("call.answered", "amd", fields["AnsweredBy"], Content(kind="event", fields=rest))
    return _status(fields, rest)


def _status(fields: Mapping[str, str], rest: dict[str, Any]) -> _Told:
    status = fields.get("CallStatus", "").lower()
    called_back = "CallbackSource" in fields
    if status == "ringing" and not called_back and not _outbound(fields):
        return _Told("call.incoming", status, "", Content(kind="event", fields=rest))
    content = Content(kind="event", attachments=_recording(fields), fields=rest)
    if "DialCallStatus" in fields:
        kind, moment = f"dial-{fields['DialCallStatus']}", fields.get("DialCallSid", "")
        return _Told(STATUS.get(status, "call.answered"), kind, moment, content)
    event = next((fields[name] for name in _OTHERS if name in fields), "")
    if event and not called_back:
        return _Told("unknown", event, fields.get("SequenceNumber") or fields.get("Timestamp", ""), content)
    return _Told(STATUS.get(status, "unknown"), status or "unnamed", fields.get("SequenceNumber", ""), content)


def _recorded(fields: Mapping[str, str], rest: dict[str, Any], kind: str) -> _Told:
    """A recording that is there. One that begins, failed or has nothing on it is none."""
    url = fields.get("RecordingUrl", "")
    moment = fields.get("RecordingSid") or url.rpartition("/")[2]
    if not url or fields.get("RecordingStatus", "completed") != "completed":
        return _Told("unknown", kind, moment, Content(kind="event", fields=rest))
    return _Told("call.recorded", kind, moment, Content(kind="audio", attachments=_recording(fields), fields=rest))


def _recording(fields: Mapping[str, str]) -> tuple[Attachment, ...]:
    """Twilio serves WAV unless the address is given another ending."""
    url = fields.get("RecordingUrl")
    return (Attachment(url, "audio/wav", voice=True),) if url else ()


def _transcribed(fields: Mapping[str, str], rest: dict[str, Any]) -> _Told:
    status = fields.get("TranscriptionStatus", "completed")
    text, done = fields.get("TranscriptionText"), status == "completed"
    content = Content(
        kind="text" if done else "event", text=text if done else None, attachments=_recording(fields), fields=rest
    )
    meaning: Meaning = "call.transcribed" if done else "unknown"
    return _Told(meaning, f"transcription-{status}", fields["TranscriptionSid"], content)


def _input(fields: Mapping[str, str], rest: dict[str, Any], given: Given) -> _Told:
    """A menu may be keyed through twice with the same digits; the token of the request, where it travelled along, tells both apart."""
    spoken, digits = fields.get("SpeechResult"), fields.get("Digits")
    text = spoken or digits
    answer = Answer("speech" if spoken else "digits", payload=text, title=text)
    more = _keyed(fields) if spoken else {}
    token = given.headers.get("i-twilio-idempotency-token", "")
    content = Content(kind="interactive", text=text, answer=answer, fields=rest | more)
    return _Told("call.input", answer.kind, f"{text}@{token}", content)


def _keyed(fields: Mapping[str, str]) -> dict[str, str]:
    return {"Digits": fields["Digits"]} if "Digits" in fields else {}


def _call(fields: Mapping[str, str], meaning: Meaning) -> Call:
    known = STATUS.get(fields.get("CallStatus", "").lower(), meaning)
    return Call(
        meaning.partition(".")[2] if meaning == "call.incoming" else known.partition(".")[2],
        _number(fields.get("SequenceNumber")),
        _number(fields.get("CallDuration")),
        fields.get("AnsweredBy"),
        fields.get("ParentCallSid"),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _outbound(fields: Mapping[str, str]) -> bool:
    """Where no direction is told, a call that only just exists was placed by us."""
    direction = fields.get("Direction")
    if direction is None:
        return fields.get("CallStatus") in ("queued", "initiated")
    return direction.startswith("outbound")


def _parties(fields: Mapping[str, str], account: str, sid: str, label: str) -> _Parties:
    """Who calls whom. Raises Invalid for a party that is no address at all, and for a call that comes in from nobody."""
    outbound = _outbound(fields)
    theirs, ours = ("To", "From") if outbound else ("From", "To")
    if not fields.get(theirs) and fields.get("CallStatus") == "ringing" and not outbound:
        raise Invalid("missing_field", f"{label} event missing required field: {theirs}", (sid,))
    contact = _address(fields, theirs)
    if contact is None and not nobody(fields.get(theirs, "")):
        raise Invalid("invalid_phone", "Invalid phone number format", (sid,))
    if contact is not None and not outbound and "CallerName" in fields:
        contact = contact._replace(name=fields["CallerName"])
    business = _address(fields, ours)
    about = {name: fields[name] for part in PLACE if (name := f"{theirs}{part}") in fields}
    return _Parties(
        contact, business.urn if business else f"twilio:{account or 'unknown'}", about if contact else {}, not outbound
    )


def _address(fields: Mapping[str, str], side: str) -> Address | None:
    return caller(fields.get(side, ""), lambda number: phone(number, fields.get(f"{side}Country")))


_OVER = {"CallStatus": "completed", "CallDuration": "42", "SequenceNumber": "2"} | {
    "CallbackSource": "call-progress-events",
    "Timestamp": "Tue, 24 Nov 2026 10:07:24 +0000",
}


def _build(**more: str) -> Any:
    """Builds a body about a call from a contact to our number."""

    def build(fields: Mapping[str, str], token: str) -> str:
        from_, to = needed(fields, "from_number", "to_number")
        return form(CallSid=f"CA{token}", From=from_, To=to, Direction="inbound", **more)

    return build
