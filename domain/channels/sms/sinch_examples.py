"""Bodies in Sinch's formats, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

OURS = "14155550100"
THEIRS = "14155550123"
AT = "2026-11-24T10:07:24.123Z"
ID = "01JDF4M8Q6T3ZX7V5W2N9B1C{:02d}"


def _example(body: dict[str, Any], *outcome: str) -> Example:
    return Example(msgspec.json.encode(body).decode(), outcome)


def _received(
    number: int, body: Any, type_: str = "mo_text", outcome: str = "message.received", **more: Any
) -> Example:
    always = {"type": type_, "id": ID.format(number), "from": THEIRS, "to": OURS, "received_at": AT, "body": body}
    return _example(_without_none(always | more), outcome)


def _report(number: int, status: str, outcome: str, code: int = 0, **more: Any) -> Example:
    always = {"type": "recipient_delivery_report_sms", "batch_id": ID.format(number), "recipient": THEIRS, "at": AT}
    return _example(_without_none(always | {"status": status, "code": code} | more), outcome)


def _batch(number: int, statuses: list[dict[str, Any]], total: int, *outcome: str) -> Example:
    always = {"type": "delivery_report_sms", "batch_id": ID.format(number), "total_message_count": total}
    return _example(always | {"statuses": statuses}, *outcome)


def _conversation(event: dict[str, Any], *outcome: str) -> Example:
    envelope = {"app_id": "01JA7Q2M4N6P8R0S2T4V6W8X0Y", "project_id": "5f2c1b80-9d34-4c1e-8a77-0e4b6d2f9a15"}
    return _example(envelope | {"accepted_time": AT, "event_time": AT, "message_metadata": ""} | event, *outcome)


def _inbound(number: int, said: dict[str, Any], outcome: str = "message.received", **identity: Any) -> Example:
    who = {"channel": "SMS", "identity": THEIRS, "app_id": "01JA7Q2M4N6P8R0S2T4V6W8X0Y"} | identity
    message: dict[str, Any] = {
        "id": ID.format(number),
        "direction": "TO_APP",
        "contact_message": said,
        "sender_id": OURS,
    }
    message |= {
        "channel_identity": _without_none(who),
        "accept_time": AT,
        "conversation_id": "01JC0000000000000000000000",
    }
    return _conversation({"message": message}, outcome)


def _delivery(number: int, status: str, outcome: str, **more: Any) -> Example:
    report: dict[str, Any] = {"message_id": ID.format(number), "status": status, "processing_mode": "DISPATCH"}
    report |= {"channel_identity": {"channel": "SMS", "identity": THEIRS, "app_id": ""}}
    return _conversation({"message_delivery_report": report | more}, outcome)


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


_MEDIA = {
    "subject": "The damage",
    "message": "Two photos",
    "media": [
        {"url": "https://mms.example.org/1.jpg", "content_type": "image/jpeg", "status": "Uploaded", "code": 0},
        {"content_type": "image/png", "status": "Failed", "code": 1},
    ],
}
_REASON = {"code": "RECIPIENT_NOT_REACHABLE", "description": f"{THEIRS} cannot be reached", "sub_code": "UNSPECIFIED"}

EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?", operator_id="310410", sent_at="2026-11-24T10:07:20Z"),
    "received_emoji_and_scripts": _received(2, "Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽ before\0after"),
    "received_short_code": _received(3, "STOP", to="12345"),
    "received_answer": _received(4, "yes", client_reference="campaign-7"),
    "received_empty": _received(5, ""),
    "received_from_a_name": _received(6, "Your code is on its way", "mo_text", "message.received", **{"from": "ACME"}),
    "received_binary": _received(7, "AAECAwQF/v8=", "mo_binary", udh="050003cc0201"),
    "received_media": _received(8, _MEDIA, "mo_media"),
    "received_media_alone": _received(9, {"media": _MEDIA["media"]}, "mo_media"),
    "queued": _report(20, "Queued", "message.status:queued", 400),
    "dispatched": _report(20, "Dispatched", "message.status:sent", 401),
    "delivered": _report(20, "Delivered", "message.status:delivered", operator_status_at="2026-11-24T10:07:22Z"),
    "delivered_to_another": _report(20, "Delivered", "message.status:delivered", recipient="447700900123"),
    "never_told": _report(21, "Unknown", "message.status:sent", 0),
    "expired": _report(22, "Expired", "message.status:undelivered", 406),
    "aborted": _report(23, "Aborted", "message.status:failed", 402),
    "rejected_by_carrier": _report(24, "Rejected", "message.status:failed", 11, applied_originator=OURS),
    "deleted": _report(25, "Deleted", "message.status:failed", 5),
    "failed": _report(26, "FAILED", "message.status:failed", 69, client_reference="campaign-7"),
    "cancelled": _report(27, "Cancelled", "message.status:canceled", 407),
    "delivered_to_nobody_named": _report(28, "Delivered", "message.status:delivered", recipient=None),
    "mms_delivered": _report(29, "Delivered", "message.status:delivered", type="recipient_delivery_report_mms"),
    "batch_with_recipients": _batch(
        30,
        [
            {"code": 0, "count": 2, "recipients": [THEIRS, "447700900123", THEIRS], "status": "Delivered"},
            {"code": 404, "count": 1, "recipients": ["447700900124"], "status": "Aborted"},
        ],
        3,
        "message.status:delivered",
        "message.status:delivered",
        "message.status:failed",
    ),
    "batch_of_one": _batch(31, [{"code": 0, "count": 1, "status": "Delivered"}], 1, "message.status:delivered"),
    "batch_in_numbers": _batch(
        32,
        [{"code": 0, "count": 70, "status": "Delivered"}, {"code": 402, "count": 2, "status": "Aborted"}],
        72,
        "unknown",
        "unknown",
    ),
    "batch_without_statuses": _batch(33, [], 0, "ignored:empty"),
    "batch_to_a_wrong_number": _batch(
        34, [{"code": 402, "count": 1, "recipients": ["?"], "status": "Aborted"}], 1, "rejected:invalid_phone"
    ),
    "status_of_tomorrow": _report(35, "Teleported", "unknown", 999),
    "type_of_tomorrow": _received(36, "?", "mo_hologram", "unknown"),
    "conversation_received": _inbound(40, {"text_message": {"text": "Two for tonight, please"}}),
    "conversation_received_media": _inbound(
        41, {"media_message": {"url": "https://mms.example.org/2.jpg"}}, channel="MMS"
    ),
    "conversation_received_location": _inbound(
        42, {"location_message": {"title": "Here", "coordinates": {"latitude": 37.78789, "longitude": -122.391664}}}
    ),
    "conversation_received_choice": _inbound(
        43, {"choice_response_message": {"message_id": "", "postback_data": "yes"}}
    ),
    "conversation_received_of_tomorrow": _inbound(44, {"hologram_message": {"frames": 3}}),
    "conversation_queued": _delivery(50, "QUEUED_ON_CHANNEL", "message.status:sent"),
    "conversation_delivered": _delivery(50, "DELIVERED", "message.status:delivered"),
    "conversation_failed": _delivery(50, "FAILED", "message.status:failed", reason=_REASON),
    "conversation_switching": _delivery(51, "SWITCHING_CHANNEL", "message.status:sending", reason=_REASON),
    "conversation_status_of_tomorrow": _delivery(52, "TELEPORTED", "unknown"),
    "conversation_of_another_channel": _inbound(53, {"text_message": {"text": "Hi!"}}, "unknown", channel="VIBERBM"),
    "conversation_other_trigger": _conversation(
        {"conversation_start_notification": {"conversation": {"id": "01J"}}}, "unknown"
    ),
    "conversation_no_identity": _inbound(54, {"text_message": {"text": "?"}}, "rejected:missing_field", identity=None),
    "conversation_wrong_identity": _inbound(
        55, {"text_message": {"text": "?"}}, "rejected:invalid_phone", identity="?"
    ),
    "no_id": _received(60, "?", outcome="rejected:missing_field", id=None),
    "no_sender": _received(61, "?", "mo_text", "rejected:missing_field", **{"from": None}),
    "no_number": _received(62, "?", "mo_text", "rejected:invalid_phone", **{"from": "nobody at all"}),
    "no_batch": _report(63, "Delivered", "rejected:missing_field", batch_id=None),
}
