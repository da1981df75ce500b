"""Bodies in Twilio's format for WhatsApp, written by us: every kind, and the odd ones."""

from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example

ACCOUNT = "AC5ef8732a3c49700934481addd5ce1659"
OURS = "whatsapp:+14155550100"
THEIRS = "whatsapp:+14155550123"
USER_ID = "US.13491208655302741918"
SID = "SM2f0e2d3c4b5a69788796a5b4c3d2e1{:02x}"


def form(**fields: str) -> str:
    """A body as Twilio posts it: the given fields, and those that stand in every one."""
    return urlencode({"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "SmsSid": fields["MessageSid"]} | fields)


def _received(number: int, body: str, outcome: str = "message.received", **more: str) -> Example:
    always = {"MessageSid": SID.format(number), "From": THEIRS, "To": OURS, "SmsStatus": "received", "NumMedia": "0"}
    person = {"ProfileName": "Ann Example", "WaId": "14155550123", "ReferralNumMedia": "0"}
    return Example(form(**always | person | {"Body": body, "MessageType": "text"} | more), (outcome,))


def _status(number: int, status: str, outcome: str | None = None, **more: str) -> Example:
    always = {"MessageSid": SID.format(number), "From": OURS, "To": THEIRS, "MessageStatus": status}
    return Example(form(**always | {"ChannelPrefix": "whatsapp"} | more), (outcome or f"message.status:{status}",))


def _without(example: Example, *fields: str, outcome: str) -> Example:
    kept = [pair for pair in example.body.split("&") if pair.partition("=")[0] not in fields]
    return Example("&".join(kept), (outcome,))


def _media(mime: str, type_: str = "") -> dict[str, str]:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM00/Media/ME00"
    return {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": mime, "MessageType": type_}


_AD = {
    "ReferralSourceId": "1202",
    "ReferralSourceType": "ad",
    "ReferralSourceUrl": "https://fb.me/3cr4Wqqkv",
    "ReferralHeadline": "Tables by the window",
    "ReferralCtwaClid": "ARAkLkA8rmlF",
}
_JSON = {
    "MessageSid": SID.format(20),
    "AccountSid": ACCOUNT,
    "From": THEIRS,
    "To": OURS,
    "Body": "as JSON",
    "NumMedia": 0,
}

EXAMPLES: dict[str, Example] = {
    "text": _received(1, "Is my table ready?"),
    "text_emoji_and_scripts": _received(2, "Grüße 👩‍👩‍👧 مرحبا עברית 漢字"),
    "text_reply": _received(
        3, "The second one", OriginalRepliedMessageSid=SID.format(90), OriginalRepliedMessageSender=OURS
    ),
    "text_forwarded": _received(4, "Look at this", Forwarded="true"),
    "text_from_ad": _received(5, "I saw your ad", **_AD),
    "text_with_user_id": _received(
        6, "hello", ExternalUserId=f"whatsapp:{USER_ID}", ParentExternalUserId="US.ENT.11815799212886844830"
    ),
    "text_without_number": _without(
        _received(7, "no number", From=f"whatsapp:{USER_ID}", ExternalUserId=USER_ID, ProfileUsername="ann.example"),
        "WaId",
        outcome="message.received",
    ),
    "text_with_odd_user_id": _received(8, "hello", ExternalUserId="whatsapp:+", ParentExternalUserId="none"),
    "text_number_without_prefix": _received(9, "hello", From="+14155550123"),
    "text_by_service": _without(
        _received(10, "hello", MessagingServiceSid="MG9752274e9e519418a7406176694466fa"),
        "To",
        outcome="message.received",
    ),
    "text_stop_answered": _received(11, "Stop", OptOutType="STOP"),
    "button": _received(12, "Confirm", ButtonText="Confirm", ButtonPayload="confirm-17", MessageType="button"),
    "list": _received(13, "20:00 to 22:00", ListId="t-20", ListTitle="20:00 to 22:00", MessageType="interactive"),
    "image": _received(14, "The damage", **_media("image/jpeg", "image")),
    "voice": _received(15, "", **_media("audio/ogg")),
    "document": _received(16, "", **_media("application/pdf", "document")),
    "contact": _received(17, "", **_media("text/vcard")),
    "location": _received(
        18, "", MessageType="location", Latitude="37.787890", Longitude="-122.391664", Label="Acme Pier"
    ),
    "location_nowhere": _received(19, "", MessageType="location", Latitude="north", Longitude="-122.391664"),
    "json": Example(msgspec.json.encode(_JSON).decode(), ("message.received",)),
    "status_queued": _status(30, "queued"),
    "status_sent": _status(30, "sent"),
    "status_delivered": _status(30, "delivered", EventType="DELIVERED"),
    "status_read": _status(30, "read", EventType="READ"),
    "status_undelivered": _status(31, "undelivered", ErrorCode="63016", EventType="UNDELIVERED"),
    "status_failed": _status(32, "failed", ErrorCode="63024", ErrorMessage=f"Invalid recipient {THEIRS}"),
    "status_opted_out": _status(33, "failed", ErrorCode="21610"),
    "status_of_user_id": _status(34, "delivered", To=f"whatsapp:{USER_ID}"),
    "status_names_the_contact_only": _without(_status(35, "sent", From=THEIRS), "To", outcome="message.status:sent"),
    "status_of_tomorrow": _status(36, "pondered", "unknown"),
    "no_sid": Example(f"From=whatsapp%3A%2B14155550123&AccountSid={ACCOUNT}", ("rejected:missing_field",)),
    "no_account": _without(_received(40, "hello"), "AccountSid", outcome="rejected:missing_field"),
    "no_from": _without(_received(41, "hello"), "From", "WaId", outcome="rejected:missing_field"),
    "invalid_from": _without(_received(42, "hello", From="whatsapp:nobody"), "WaId", outcome="rejected:invalid_phone"),
    "invalid_to": _received(43, "hello", "rejected:invalid_phone", To="whatsapp:nowhere"),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
    "json_array": Example("[1, 2, 3]", ("rejected:missing_field",)),
}
