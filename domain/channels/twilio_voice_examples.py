"""Bodies in Twilio Voice's format, written by us: every kind, and the odd ones."""

from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

ACCOUNT = "AC5ef8732a3c49700934481addd5ce1659"
OURS = "+14155550100"
THEIRS = "+14155550123"
SID = "CA1f0e2d3c4b5a69788796a5b4c3d2e1{:02x}"
TIME = "Tue, 24 Nov 2026 10:07:24 +0000"
RECORDING = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE"


def form(**fields: str) -> str:
    """A body as Twilio posts it: the given fields, and those that stand in every one."""
    return urlencode({"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"} | fields)


def _fields(number: int, status: str, **more: str) -> dict[str, str]:
    parties = {"From": THEIRS, "To": OURS, "Caller": THEIRS, "Called": OURS, "Direction": "inbound"}
    where = {"FromCity": "SAN FRANCISCO", "FromState": "CA", "FromZip": "94105", "FromCountry": "US", "ToCity": ""}
    return {"CallSid": SID.format(number), "CallStatus": status} | parties | where | more


def _call(number: int, status: str, outcome: str, **more: str) -> Example:
    return Example(form(**_fields(number, status, **more)), (outcome,))


def _ours(number: int, status: str, outcome: str, **more: str) -> Example:
    """About a call that we placed."""
    away = {"From": OURS, "To": THEIRS, "Caller": OURS, "Called": THEIRS, "Direction": "outbound-api"}
    return _call(number, status, outcome, **away | more)


def _progress(number: int, status: str, outcome: str, sequence: int, **more: str) -> Example:
    """A status callback."""
    always = {"CallbackSource": "call-progress-events", "SequenceNumber": str(sequence), "Timestamp": TIME}
    return _ours(number, status, outcome, **always | more)


def _bare(number: int, outcome: str, **more: str) -> Example:
    """A callback that names the call and no party."""
    return Example(form(CallSid=SID.format(number), **more), (outcome,))


def _recording(number: int) -> dict[str, str]:
    sid = f"{number:032x}"
    return {"RecordingSid": f"RE{sid}", "RecordingUrl": RECORDING + sid, "RecordingDuration": "21"}


def _recorded(number: int, status: str, outcome: str) -> Example:
    more = {"RecordingStatus": status, "RecordingChannels": "1", "RecordingSource": "RecordVerb", "ErrorCode": "0"}
    return _bare(number, outcome, RecordingStartTime=TIME, **_recording(number), **more)


def _transcribed(number: int, text: str, status: str, outcome: str) -> Example:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Transcriptions/TR"
    more = {"TranscriptionSid": f"TR{number:032x}", "TranscriptionUrl": f"{url}{number:032x}"}
    more |= {"TranscriptionText": text, "TranscriptionStatus": status, "TranscriptionType": "fast"}
    return _call(number, "completed", outcome, **_recording(number), **more)


def _without(example: Example, field: str, outcome: str) -> Example:
    kept = [pair for pair in example.body.split("&") if pair.partition("=")[0] != field]
    return Example("&".join(kept), (outcome,))


_JSON = _fields(90, "ringing") | {"StirVerstat": None, "trace": {"hop": 2}}

EXAMPLES: dict[str, Example] = {
    "incoming": _call(1, "ringing", "call.incoming", StirVerstat="TN-Validation-Passed-A"),
    "incoming_again": _call(1, "ringing", "call.incoming", StirVerstat="TN-Validation-Passed-A"),
    "incoming_forwarded": _call(2, "ringing", "call.incoming", ForwardedFrom="+14155550199", CallerName="ANN MEYER"),
    "incoming_withheld": _call(3, "ringing", "call.incoming", From="+266696687", Caller="+266696687"),
    "incoming_withheld_in_words": _call(4, "ringing", "call.incoming", From="Anonymous", Caller="Anonymous"),
    "incoming_from_sip": _call(5, "ringing", "call.incoming", From="sip:ann@voice.example.org;transport=tls"),
    "incoming_from_a_client": _call(6, "ringing", "call.incoming", From="client:ann_m"),
    "incoming_to_a_short_code": _call(7, "ringing", "call.incoming", To="12345"),
    "incoming_as_json": Example(msgspec.json.encode(_JSON | {"AccountSid": ACCOUNT}).decode(), ("call.incoming",)),
    "redirected": _call(8, "in-progress", "call.answered"),
    "queued": _progress(10, "queued", "call.initiated", 0),
    "initiated": _progress(10, "initiated", "call.initiated", 0),
    "ringing": _progress(10, "ringing", "call.ringing", 1),
    "answered": _progress(10, "in-progress", "call.answered", 2),
    "completed": _progress(10, "completed", "call.completed", 3, CallDuration="42", Duration="1"),
    "completed_again": _progress(10, "completed", "call.completed", 3, CallDuration="42", Duration="1"),
    "completed_with_a_recording": _progress(
        11, "completed", "call.completed", 3, CallDuration="42", Duration="1", **_recording(11)
    ),
    "busy": _progress(12, "busy", "call.busy", 2, CallDuration="0", SipResponseCode="486"),
    "no_answer": _progress(13, "no-answer", "call.no_answer", 2, CallDuration="0"),
    "failed": _progress(14, "failed", "call.failed", 1, CallDuration="0", SipResponseCode="404"),
    "canceled": _progress(15, "canceled", "call.canceled", 2, CallDuration="0"),
    "answered_by_a_machine": _ours(16, "in-progress", "call.answered", AnsweredBy="machine_start"),
    "detected_human": _bare(17, "call.answered", AnsweredBy="human", MachineDetectionDuration="3200"),
    "detected_beep": _bare(17, "call.answered", AnsweredBy="machine_end_beep", MachineDetectionDuration="9100"),
    "detected_fax": _bare(18, "call.answered", AnsweredBy="fax", MachineDetectionDuration="1100"),
    "leg_ringing": _progress(19, "ringing", "call.ringing", 1, Direction="outbound-dial", ParentCallSid=SID.format(1)),
    "leg_to_sip": _progress(
        20, "initiated", "call.initiated", 0, Direction="outbound-dial", To="sip:desk@voice.example.org"
    ),
    "dialled": _call(
        1, "in-progress", "call.answered", DialCallStatus="completed", DialCallSid=SID.format(19), DialCallDuration="30"
    ),
    "dialled_in_vain": _call(21, "completed", "call.completed", DialCallStatus="no-answer"),
    "recording_begins": _recorded(22, "in-progress", "unknown"),
    "recording_ready": _recorded(22, "completed", "call.recorded"),
    "recording_empty": _recorded(23, "absent", "unknown"),
    "voice_mail": _call(24, "in-progress", "call.recorded", Digits="hangup", **_recording(24)),
    "transcribed": _transcribed(24, "Hello, please call me back about the invoice.", "completed", "call.transcribed"),
    "transcribed_in_vain": _transcribed(25, "", "failed", "unknown"),
    "keyed": _call(26, "in-progress", "call.input", Digits="1234", FinishedOnKey="#", msg="Gather End"),
    "spoken": _call(27, "in-progress", "call.input", SpeechResult="Nein danke, Größe 42 🙂", Confidence="0.91"),
    "spoken_and_keyed": _call(28, "in-progress", "call.input", SpeechResult="stop calling me", Digits="9"),
    "spoken_stop": _call(29, "in-progress", "call.input", SpeechResult="stop"),
    "keyed_with_a_token": Example(
        form(**_fields(30, "in-progress", Digits="1")),
        ("call.input",),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "I-Twilio-Idempotency-Token": "6b7a1c1e-0d53-4a5b-9a6c-6f1f1d8f0a11",
        },
    ),
    "spoken_so_far": _call(
        31, "in-progress", "ignored:partial_result", UnstableSpeechResult="I would", SequenceNumber="0"
    ),
    "stream_started": _bare(32, "unknown", StreamEvent="stream-started", StreamSid="MZ01", Timestamp=TIME),
    "transcription_live": _bare(
        33, "unknown", TranscriptionEvent="transcription-content", TranscriptionSid="GT01", SequenceId="2"
    ),
    "conference_ended": Example(
        form(ConferenceSid="CF01", StatusCallbackEvent="conference-end", SequenceNumber="6"), ("unknown",)
    ),
    "status_of_tomorrow": _progress(34, "parked", "unknown", 2),
    "no_call_sid": Example(form(From=THEIRS, To=OURS, CallStatus="ringing"), ("rejected:missing_field",)),
    "completed_and_little_told": Example(
        f"CallSid={SID.format(41)}&CallStatus=completed&CallDuration=5", ("call.completed",)
    ),
    "no_from": _without(_call(42, "ringing", ""), "From", "rejected:missing_field"),
    "invalid_from": _call(43, "ringing", "rejected:invalid_phone", From="not-a-number-at-all"),
    "json_array": Example("[1, 2, 3]", ("rejected:missing_field",)),
}
