"""Bodies in the format of AWS End User Messaging SMS, written by us."""

from typing import Any

import msgspec

from domain.channels.provider import Example

OURS, THEIRS = "+14155550100", "+14155550123"
SENT = "9b2e5c1d-7a40-4f6e-8c3b-0d1e2f3a4b{:02x}"


def _body(data: Any) -> str:
    return msgspec.json.encode(data).decode()


def _received(number: int, text: str, outcome: str = "message.received", **more: object) -> Example:
    message = {
        "originationNumber": THEIRS,
        "destinationNumber": OURS,
        "messageKeyword": "KEYWORD_100",
        "messageBody": text,
        "inboundMessageId": f"6f1c2b3a-5d4e-4c6f-9a8b-7c6d5e4f3a{number:02x}",
        "previousPublishedMessageId": SENT.format(number),
    }
    return Example(_body(message | more), (outcome,))


def _event(number: int, type_: str, outcome: str, **more: object) -> Example:
    event = {
        "eventType": type_,
        "eventVersion": "1.0",
        "eventTimestamp": 1_795_514_844_123 + number,
        "isFinal": True,
        "originationPhoneNumber": OURS,
        "destinationPhoneNumber": THEIRS,
        "isoCountryCode": "US",
        "mcc": "310",
        "mnc": "800",
        "messageId": SENT.format(number),
        "messageRequestTimestamp": 1_795_514_843_000,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": type_.partition("_")[2],
        "messageStatusDescription": "As the carrier told us",
        "context": {"campaign_id": "autumn", "shop": "7"},
        "totalMessageParts": 1,
        "totalMessagePrice": 0.00581,
    }
    kept = {name: value for name, value in (event | more).items() if value is not None}
    return Example(_body(kept), (outcome,))


EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?"),
    "received_scripts_and_emoji": _received(2, "Grüße 👩‍👩‍👧 مرحبا 漢字"),
    "received_stop": _received(3, "STOP", messageKeyword="STOP"),
    "received_empty": _received(4, ""),
    "received_first": _received(5, "hello", previousPublishedMessageId=None),
    "received_by_short_code": _received(6, "JOIN", destinationNumber="72345"),
    "queued": _event(20, "TEXT_QUEUED", "message.status:queued", isFinal=False),
    "pending": _event(20, "TEXT_PENDING", "message.status:sending", isFinal=False),
    "sent": _event(20, "TEXT_SENT", "message.status:sent", isFinal=False),
    "successful": _event(20, "TEXT_SUCCESSFUL", "message.status:sent"),
    "delivered": _event(20, "TEXT_DELIVERED", "message.status:delivered"),
    "invalid": _event(21, "TEXT_INVALID", "message.status:failed"),
    "invalid_message": _event(22, "TEXT_INVALID_MESSAGE", "message.status:failed"),
    "unreachable": _event(23, "TEXT_UNREACHABLE", "message.status:undelivered"),
    "carrier_unreachable": _event(24, "TEXT_CARRIER_UNREACHABLE", "message.status:undelivered"),
    "blocked": _event(25, "TEXT_BLOCKED", "message.status:undelivered"),
    "carrier_blocked": _event(
        26, "TEXT_CARRIER_BLOCKED", "message.status:undelivered", messageStatusDescription=f"{THEIRS} is blocked"
    ),
    "spam": _event(27, "TEXT_SPAM", "message.status:undelivered"),
    "unknown_after_three_days": _event(28, "TEXT_UNKNOWN", "message.status:undelivered"),
    "too_late": _event(29, "TEXT_TTL_EXPIRED", "message.status:undelivered"),
    "protected": _event(30, "TEXT_PROTECT_BLOCKED", "message.status:failed"),
    "by_eventbridge": _event(
        31,
        "TEXT_SUCCESSFUL",
        "message.status:sent",
        originationPhoneNumber="ACMESHOP",
        destinationPhoneNumber=None,
        context=None,
        protectConfiguration={"protectConfigurationId": "protect-1", "protectStatus": "ALLOW"},
    ),
    "media_delivered": _event(32, "MEDIA_DELIVERED", "message.status:delivered"),
    "media_unreadable": _event(33, "MEDIA_FILE_INACCESSIBLE", "message.status:failed"),
    "media_of_a_strange_type": _event(34, "MEDIA_FILE_TYPE_UNSUPPORTED", "message.status:failed"),
    "media_too_big": _event(35, "MEDIA_FILE_SIZE_EXCEEDED", "message.status:failed"),
    "text_of_tomorrow": _event(36, "TEXT_FRAMED", "unknown"),
    "voice_answered": _event(37, "VOICE_ANSWERED", "unknown"),
    "rcs_read": _event(38, "RCS_READ", "unknown", rcsBusinessId="acme_shop"),
    "event_without_message": _event(39, "TEXT_SENT", "rejected:missing_field", messageId=None),
    "event_from_nowhere": _event(40, "TEXT_SENT", "rejected:invalid_phone", destinationPhoneNumber="n/a"),
    "received_without_id": _received(41, "hello", "rejected:missing_field", inboundMessageId=None),
    "received_from_nobody": _received(42, "hello", "rejected:missing_field", originationNumber=None),
    "received_from_nowhere": _received(43, "hello", "rejected:invalid_phone", originationNumber="not-a-number"),
}
