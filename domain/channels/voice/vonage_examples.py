"""Bodies in Vonage Voice's format, written by us: every kind, and the odd ones."""

from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

OURS = "14155550100"
THEIRS = "14155550123"
CALL = "63f61863-4a51-4f6b-86e1-46edebcf93{:02x}"
TALK = "CON-8c1e22b6-5f0f-4d1e-a8b7-2f6f3d0e77{:02x}"


def body(**fields: Any) -> str:
    """A body as Vonage posts it: the given fields, and the conversation."""
    return msgspec.json.encode({"conversation_uuid": TALK.format(0)} | fields).decode()


def _about(number: int, second: int = 24) -> dict[str, Any]:
    """The call, and when."""
    return {"conversation_uuid": TALK.format(number), "timestamp": f"2026-11-24T10:07:{second:02d}.123Z"}


def _call(number: int, outcome: str, **more: Any) -> Example:
    parties = {"from": THEIRS, "to": OURS, "uuid": CALL.format(number)}
    return Example(body(**{**_about(number), **parties, **more}), (outcome,))


def _ours(number: int, status: str, outcome: str, **more: Any) -> Example:
    """About a call that we placed."""
    return _call(number, outcome, **{"from": OURS, "to": THEIRS, "status": status, "direction": "outbound"} | more)


def _answer(number: int, outcome: str, **more: Any) -> Example:
    fields = {"from": THEIRS, "to": OURS, "uuid": CALL.format(number), "conversation_uuid": TALK.format(number)}
    return Example(msgspec.json.encode({**fields, **more}).decode(), (outcome,))


def _detected(number: int, status: str, **more: Any) -> Example:
    fields = {"call_uuid": CALL.format(number), "from": OURS, "to": THEIRS, "status": status, **more}
    return Example(body(**_about(number), **fields), ("call.answered",))


def _spoken(number: int, text: str, **more: Any) -> Example:
    results = [{"confidence": "0.93", "text": text}, {"confidence": "0.61", "text": "something else"}]
    speech = {"timeout_reason": "end_on_silence_timeout", "results": results}
    return _call(number, "call.input", speech=speech, dtmf={"digits": None, "timed_out": False}, **more)


_RECORDING = {
    "start_time": "2026-11-24T10:06:51Z",
    "end_time": "2026-11-24T10:07:12Z",
    "recording_url": "https://api.nexmo.com/v1/files/bb11aa22-3344-4c55-8d66-0123456789ab",
    "recording_uuid": "aa61f2c0-7c1b-4d4c-9f77-0123456789ab",
    "size": 168576,
}
_QUERY = {"from": THEIRS, "to": OURS, "uuid": CALL.format(2), "conversation_uuid": TALK.format(2)}

EXAMPLES: dict[str, Example] = {
    "answer": _answer(1, "call.incoming", endpoint_type="phone", region_url="https://api-us-3.vonage.com"),
    "answer_again": _answer(1, "call.incoming", endpoint_type="phone", region_url="https://api-us-3.vonage.com"),
    "answer_by_get": Example(
        "", ("call.incoming",), url=f"https://hooks.acme.example/vonage?{urlencode(_QUERY)}", method="GET"
    ),
    "answer_from_a_client": Example(
        body(from_user="ann_m", to=OURS, uuid=CALL.format(3), conversation_uuid=TALK.format(3)), ("call.incoming",)
    ),
    "answer_from_sip": _answer(
        4, "call.incoming", **{"from": "sip:ann@voice.example.org", "SipHeader_X-UserId": "1938"}
    ),
    "answer_withheld": _answer(5, "call.incoming", **{"from": "anonymous"}),
    "started": _ours(10, "started", "call.initiated"),
    "started_inbound": _call(11, "call.incoming", status="started", direction="inbound"),
    "ringing": _ours(10, "ringing", "call.ringing"),
    "answered": _ours(10, "answered", "call.answered", start_time=None, rate=None, network=None),
    "completed": _ours(
        10, "completed", "call.completed", duration="42", rate="0.00450000", price="0.00315000", network="US-FIXED"
    ),
    "completed_again": _ours(
        10, "completed", "call.completed", duration="42", rate="0.00450000", price="0.00315000", network="US-FIXED"
    ),
    "busy": _ours(12, "busy", "call.busy"),
    "rejected": _ours(13, "rejected", "call.failed", detail="restricted"),
    "timeout": _ours(14, "timeout", "call.no_answer"),
    "failed": _ours(15, "failed", "call.failed"),
    "unanswered": _ours(16, "unanswered", "call.no_answer"),
    "cancelled": _ours(17, "cancelled", "call.canceled"),
    "human": _detected(18, "human"),
    "machine": _detected(19, "machine"),
    "machine_beep": _detected(19, "machine", sub_state="beep_start"),
    "leg_to_a_program": _ours(20, "answered", "call.answered", to="wss://media.acme.example/calls"),
    "recorded": Example(body(**_about(21), **_RECORDING), ("call.recorded",)),
    "keyed": _call(22, "call.input", dtmf={"digits": "1234", "timed_out": False}, speech={"results": []}),
    "keyed_in_the_older_form": _call(23, "call.input", dtmf="42", timed_out=True),
    "keyed_nothing": _call(24, "unknown", dtmf={"digits": None, "timed_out": True}),
    "spoken": _spoken(25, "sales please"),
    "spoken_stop": _spoken(26, "stop calling me"),
    "spoken_in_another_alphabet": _spoken(27, "これ以上電話しないでください 🙏"),
    "transferred": Example(
        msgspec.json.encode(
            {
                "conversation_uuid_from": TALK.format(28),
                "conversation_uuid_to": TALK.format(29),
                "uuid": CALL.format(28),
            }
            | {"timestamp": "2026-11-24T10:07:24.123Z"}
        ).decode(),
        ("unknown",),
    ),
    "error": Example(body(**_about(30), reason="Syntax error in NCCO. Invalid value type or action."), ("unknown",)),
    "status_of_tomorrow": _ours(31, "parked", "unknown"),
    "no_uuid": Example('{"from": "14155550123", "to": "14155550100"}', ("rejected:missing_field",)),
    "invalid_to": _ours(41, "ringing", "rejected:invalid_phone", to="+1 (no number)"),
}
