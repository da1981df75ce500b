"""Bodies in Bandwidth Voice's format, written by us: every kind, and the odd ones."""

from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

ACCOUNT = "9900000"
OURS = "+14155550100"
THEIRS = "+14155550123"
CALL = "c-95ac8d6e-1a31c52e-b38f-4198-93c1-51633ec68f{:02x}"
MEDIA = f"https://voice.bandwidth.com/api/v2/accounts/{ACCOUNT}/calls"


def body(event: str, call: str, **fields: Any) -> str:
    """A body as Bandwidth posts it: the given fields, and those that stand in every one. None takes one away."""
    always = {"eventType": event, "eventTime": "2026-11-24T10:07:24.123Z", "accountId": ACCOUNT}
    always |= {
        "applicationId": "6c2f1f5b-8a7e-4a52-9a3b-d0a2e6f1b7c4",
        "from": THEIRS,
        "to": OURS,
        "direction": "inbound",
    }
    always |= {"callId": call, "callUrl": f"{MEDIA}/{call}", "startTime": "2026-11-24T10:06:30.500Z"}
    return msgspec.json.encode({n: v for n, v in (always | fields).items() if v is not None}).decode()


def _call(number: int, event: str, outcome: str, **more: Any) -> Example:
    return Example(body(event, CALL.format(number), **more), (outcome,))


def _ours(number: int, event: str, outcome: str, **more: Any) -> Example:
    """About a call that we placed."""
    return _call(number, event, outcome, **{"from": OURS, "to": THEIRS, "direction": "outbound"} | more)


def _ended(number: int, cause: str, outcome: str, **more: Any) -> Example:
    return _ours(number, "disconnect", outcome, cause=cause, endTime="2026-11-24T10:07:24.000Z", **more)


def _leg(number: int, event: str, outcome: str, **more: Any) -> Example:
    parties = {"parentCallId": CALL.format(1), "transferTo": "+442079460123", "transferCallerId": OURS}
    return _call(number, event, outcome, **parties | more)


_ANSWERED = {"answerTime": "2026-11-24T10:06:42.000Z"}
_RECORDING = {
    "recordingId": "r-115da407-e3d9-4ea7-889f-5f4ad7386a80",
    "duration": "PT13.67S",
    "fileFormat": "wav",
    "channels": 1,
}
_MEDIA = f"{MEDIA}/c-95ac8d6e/recordings/r-115da407-e3d9-4ea7-889f-5f4ad7386a80/media"
_TRANSCRIPTION = {"id": "t-387bd648-18f3-4823-9d16-746bca0003c9", "completeTime": "2026-11-24T10:07:23.000Z"}
_QUERY = {
    "eventType": "initiate",
    "eventTime": "2026-11-24T10:07:24.123Z",
    "accountId": ACCOUNT,
    "callId": CALL.format(2),
}
_QUERY |= {"from": THEIRS, "to": OURS, "direction": "inbound"}

EXAMPLES: dict[str, Example] = {
    "initiate": _call(1, "initiate", "call.incoming"),
    "initiate_again": _call(1, "initiate", "call.incoming"),
    "initiate_by_get": Example(
        "", ("call.incoming",), url=f"https://hooks.acme.example/bandwidth?{urlencode(_QUERY)}", method="GET"
    ),
    "initiate_withheld": _call(3, "initiate", "call.incoming", **{"from": "Restricted"}),
    "initiate_from_sip": _call(4, "initiate", "call.incoming", **{"from": "sip:ann@voice.example.org"}),
    "answer": _ours(10, "answer", "call.answered", **_ANSWERED),
    "answer_detected": _ours(
        11, "answer", "call.answered", **_ANSWERED, machineDetectionResult={"value": "human", "duration": "PT4.9891S"}
    ),
    "detected": _ours(
        10,
        "machineDetectionComplete",
        "call.answered",
        **_ANSWERED,
        machineDetectionResult={"value": "answering-machine", "duration": "PT4.9891S"},
    ),
    "hangup": _ended(10, "hangup", "call.completed", **_ANSWERED),
    "hangup_again": _ended(10, "hangup", "call.completed", **_ANSWERED),
    "busy": _ended(12, "busy", "call.busy"),
    "timeout": _ended(13, "timeout", "call.no_answer"),
    "cancel": _ended(14, "cancel", "call.canceled"),
    "rejected": _ended(15, "rejected", "call.failed"),
    "error": _ended(16, "error", "call.failed", errorMessage=f"Cannot reach {THEIRS}", errorId="e-91a3"),
    "invalid_bxml_while_talking": _ended(
        17, "invalid-bxml", "call.completed", **_ANSWERED, errorMessage="no such verb"
    ),
    "cause_of_tomorrow": _ended(18, "eclipse", "call.failed"),
    "gather": _call(20, "gather", "call.input", digits="1234", terminatingDigit="#"),
    "gather_nothing": _call(21, "gather", "unknown", digits="", terminatingDigit=""),
    "gather_so_far": _call(22, "partialgather", "ignored:partial_result"),
    "dtmf": _call(23, "dtmf", "call.input", digit="9"),
    "record_complete": _call(24, "recordComplete", "call.recorded", **_RECORDING, mediaUrl=_MEDIA),
    "recording_available": _call(
        24, "recordingAvailable", "call.recorded", **_RECORDING, mediaUrl=_MEDIA, status="complete"
    ),
    "recording_failed": _call(25, "recordingAvailable", "unknown", **_RECORDING, status="error"),
    "transcription_available": _call(
        24,
        "transcriptionAvailable",
        "call.transcribed",
        **_RECORDING,
        mediaUrl=_MEDIA,
        transcription=_TRANSCRIPTION | {"status": "available", "url": f"{_MEDIA.removesuffix('/media')}/transcription"},
    ),
    "transcription_failed": _call(
        26, "transcriptionAvailable", "unknown", **_RECORDING, transcription=_TRANSCRIPTION | {"status": "error"}
    ),
    "transfer_answer": _leg(27, "transferAnswer", "call.answered", **_ANSWERED),
    "transfer_disconnect": _leg(28, "transferDisconnect", "call.no_answer", cause="timeout"),
    "transfer_complete": _call(
        1, "transferComplete", "unknown", cause="hangup", transferTo="+442079460123", transferCallerId=OURS
    ),
    "redirect": _call(29, "redirect", "unknown", **_ANSWERED),
    "conference_created": Example(
        body(
            "conferenceCreated", "", callId=None, conferenceId="conf-0a1b", name="daily", **{"from": None, "to": None}
        ),
        ("unknown",),
    ),
    "no_call_id": _call(41, "answer", "rejected:missing_field", callId=None),
    "no_event_type": _call(42, "answer", "rejected:missing_field", eventType=None),
    "invalid_from": _call(43, "initiate", "rejected:invalid_phone", **{"from": "(no number)"}),
}
