"""Bodies in Twilio's format, written by us: every kind, and the odd ones."""

from base64 import b64encode
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

ACCOUNT = "AC5ef8732a3c49700934481addd5ce1659"
OURS = "+14155550100"
THEIRS = "+14155550123"
SID = "SM1f0e2d3c4b5a69788796a5b4c3d2e1{:02x}"


def form(**fields: str) -> str:
    """A body as Twilio posts it: the given fields, and those that stand in every one."""
    sid = fields["MessageSid"]
    always = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "SmsSid": sid}
    if "MessageStatus" in fields:
        always["SmsStatus"] = fields["MessageStatus"]
    else:
        always |= {"SmsMessageSid": sid, "NumMedia": "0", "NumSegments": "1"}
    return urlencode(always | fields)


def _received(number: int, body: str, outcome: str = "message.received", **more: str) -> Example:
    where = {"FromCity": "SAN FRANCISCO", "FromState": "CA", "FromZip": "94105", "FromCountry": "US"}
    where |= {"ToCity": "", "ToState": "CA", "ToZip": "", "ToCountry": "US"}
    always = {"MessageSid": SID.format(number), "From": THEIRS, "To": OURS, "SmsStatus": "received"}
    return Example(form(**where, **always | {"Body": body} | more), (outcome,))


def _status(number: int, status: str, outcome: str | None = None, **more: str) -> Example:
    always = {"MessageSid": SID.format(number), "From": OURS, "To": THEIRS, "MessageStatus": status}
    return Example(form(**always | more), (outcome or f"message.status:{status}",))


def _media(count: int) -> dict[str, str]:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM00/Media/ME"
    media = {f"MediaUrl{n}": f"{url}{n:032x}" for n in range(count)}
    return {"NumMedia": str(count), **media, **{f"MediaContentType{n}": "image/jpeg" for n in range(count)}}


def _without(example: Example, field: str, outcome: str) -> Example:
    kept = [pair for pair in example.body.split("&") if pair.partition("=")[0] != field]
    return Example("&".join(kept), (outcome,))


_LONG = (
    "Hello! I would like to move our booking of Friday evening to Saturday, same time, and there will be two more of us "
    "than I said, so seven in all. Would the round table by the window still be free then?"
)
_JSON = {
    "MessageSid": SID.format(20),
    "AccountSid": ACCOUNT,
    "From": THEIRS,
    "To": OURS,
    "Body": "sent on as JSON",
    "NumMedia": 0,
    "FromCountry": None,
    "SmsStatus": "received",
    "trace": {"hop": 2},
}


def _event(type_: str, number: int, **more: object) -> dict[str, object]:
    """One event of Event Streams about the message of this number."""
    data = {"messageSid": SID.format(number), "accountSid": ACCOUNT, "timestamp": "2026-11-24T10:07:24.000Z"}
    parties = {"from": THEIRS, "to": OURS} if type_.startswith("inbound") else {"from": OURS, "to": THEIRS}
    return {
        "specversion": "1.0",
        "type": f"com.twilio.messaging.{type_}",
        "source": "AB3a1f0e2d3c4b5a69788796a5b4c3d2e1",
        "id": f"NO{number:02x}0e2d3c4b5a69788796a5b4c3d2e1f{len(type_):02x}",
        "datacontenttype": "2026-11-24T10:07:24.500Z",
        "data": {**data, **parties, "eventName": f"com.twilio.messaging.{type_}", **more},
    }


def _events(*events: object) -> str:
    return msgspec.json.encode(events).decode()


_STREAMED = _event(
    "inbound-message.received", 50, body="By the other road", numMedia=0, fromCountry="US", fromCity="RENO"
)
_SENT = _event("message.sent", 51, messageStatus="SENT", tags={"campaign_id": "autumn", "shop": "7"}, mcc="310")

EXAMPLES: dict[str, Example] = {
    "received": _received(1, "Is my table ready?"),
    "received_emoji_and_scripts": _received(2, "Grüße 👩‍👩‍👧 مرحبا עברית 漢字 \u202eabc\u202c ﷽"),
    "received_line_breaks_and_signs": _received(3, "1+1=2 & 50% off?\r\n\r\n\tYes; =& %41"),
    "received_nul": _received(4, "before\0after"),
    "received_empty": _received(5, ""),
    "received_no_body": _without(_received(6, ""), "Body", "message.received"),
    "received_stop": _received(7, "STOP"),
    "received_stop_answered": _received(8, "Stop", OptOutType="STOP"),
    "received_start": _received(9, "START"),
    "received_help": _received(10, "help"),
    "received_media": _received(11, "Photos of the damage", **_media(2)),
    "received_media_alone": _received(12, "", **_media(1)),
    "received_location": _received(13, "", MessageType="location", Latitude="37.787890", Longitude="-122.391664"),
    "received_base64": _received(14, b64encode(_LONG.encode()).decode(), NumSegments="2"),
    "received_by_short_code": _received(15, "JOIN", To="12345"),
    "received_from_short_code": _received(16, "Your code is 0000", From="72345"),
    "received_from_alphanumeric": _received(17, "You have won", From="PRIZES"),
    "received_by_service": _without(
        _received(18, "hello", MessagingServiceSid="MG9752274e9e519418a7406176694466fa"), "To", "message.received"
    ),
    "received_half_a_character": Example(
        _received(19, "x").body.replace("Body=x", "Body=%ED%A0%BD+and+%FF"), ("message.received",)
    ),
    "received_json": Example(msgspec.json.encode(_JSON).decode(), ("message.received",)),
    "received_json_half_a_character": Example(
        msgspec.json.encode(_JSON | {"MessageSid": SID.format(21)}).decode().replace("sent on", "\\ud83d sent on"),
        ("message.received",),
    ),
    "received_lost_plus": Example(
        _received(22, "hi").body.replace("From=%2B", "From=+").replace("To=%2B", "To=+"), ("message.received",)
    ),
    "status_accepted": _status(32, "accepted", "message.status:queued"),
    "status_scheduled": _status(32, "scheduled", "message.status:queued"),
    "status_queued": _status(32, "queued"),
    "status_sending": _status(32, "sending"),
    "status_sent": _status(32, "sent"),
    "status_delivered": _status(32, "delivered", RawDlrDoneDate="2611241007"),
    "status_read": _status(32, "read"),
    "status_canceled": _status(33, "canceled"),
    "status_undelivered": _status(34, "undelivered", ErrorCode="30003", RawDlrDoneDate="2611241007"),
    "status_failed": _status(35, "failed", ErrorCode="30008", ErrorMessage=f"Unknown error for {THEIRS}"),
    "status_failed_opted_out": _status(36, "failed", ErrorCode="21610"),
    "status_of_tomorrow": _status(37, "partially_delivered", "unknown"),
    "status_failed_for_a_reason_of_tomorrow": _status(38, "failed", ErrorCode="39999"),
    "received_national_number": _received(23, "no plus at all", From="4155550123"),
    "received_location_named": _received(
        24, "", MessageType="location", Latitude="37.79", Longitude="-122.39", Label="Harbour", Address="1 Pier St"
    ),
    "received_location_nowhere": _received(25, "lost", Latitude="north", Longitude=""),
    "received_contact_card": _received(
        26, "", NumMedia="1", MediaUrl0="https://api.twilio.com/2010-04-01/Media/ME0", MediaContentType0="text/vcard"
    ),
    "received_mms": _received(27, "", **_media(3)),
    "stream_received": Example(_events(_STREAMED), ("message.received",)),
    "stream_received_alone_again": Example(msgspec.json.encode(_STREAMED).decode(), ("message.received",)),
    "stream_received_stop": Example(
        _events(_event("inbound-message.received", 52, body="STOP", optOutType="STOP")), ("message.received",)
    ),
    "stream_statuses": Example(
        _events(
            _SENT,
            _event("message.delivered", 51, messageStatus="DELIVERED", rawDlrDoneDate="2611241007"),
            _event("message.undelivered", 53, messageStatus="UNDELIVERED", errorCode=30005),
            _event("message.failed", 54, messageStatus="FAILED", errorCode=21610),
        ),
        ("message.status:sent", "message.status:delivered", "message.status:undelivered", "message.status:failed"),
    ),
    "stream_same_twice_again": Example(_events(_SENT, _SENT), ("message.status:sent",)),
    "stream_status_of_tomorrow": Example(_events(_event("message.pondered", 55)), ("unknown",)),
    "stream_about_a_registration": Example(
        _events(
            {
                "specversion": "1.0",
                "type": "com.twilio.messaging.compliance.brand-registration.brand-registered",
                "id": "NO9f0e2d3c4b5a69788796a5b4c3d2e1f0",
                "data": {"accountsid": ACCOUNT, "brandsid": "BN5e0e2d3c4b5a69788796a5b4c3d2e1f0"},
            }
        ),
        ("unknown",),
    ),
    "stream_with_whatsapp_in_it": Example(
        _events(
            _event("message.read", 56, messageStatus="READ"),
            _event("message.delivered", 57, **{"from": f"whatsapp:{OURS}", "to": f"whatsapp:{THEIRS}"}),
        ),
        ("message.status:read", "unknown"),
    ),
    "stream_without_sid_and_without_anything": Example(
        _events(_event("message.sent", 58, messageSid=None), 1), ("rejected:missing_field", "rejected:missing_field")
    ),
    "no_message_sid": Example("Body=hello&From=%2B14155550123", ("rejected:missing_field",)),
    "no_account_sid": _without(_received(40, "hello"), "AccountSid", "rejected:missing_field"),
    "no_from": _without(_received(41, "hello"), "From", "rejected:missing_field"),
    "no_to": _without(_received(42, "hello"), "To", "rejected:missing_field"),
    "invalid_from": _received(43, "hello", "rejected:invalid_phone", From="not-a-number"),
    "status_without_sid": Example(f"MessageStatus=sent&AccountSid={ACCOUNT}", ("rejected:missing_field",)),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
    "broken_json": Example('{"MessageSid": "SM1f0e2d3c4b5a6978', ("rejected:bad_json",)),
    "json_array": Example("[1, 2, 3]", ("rejected:missing_field",)),
}
