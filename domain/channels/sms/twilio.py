"""Twilio: messages that come in and status callbacks of messages that went out, as form fields or the same fields as JSON.

Sources, read 2026-11: twilio.com/docs/messaging/guides/webhook-request, /guides/outbound-message-status-in-status-callbacks,
/tutorials/advanced-opt-out, /api/errors, and the changelog entry of 2023-02-14 (RawDlrDoneDate).

A message that comes in:

    ToCountry=US&SmsMessageSid=SM..&NumMedia=0&FromZip=94105&SmsStatus=received&FromCity=SAN+FRANCISCO&Body=Is+my+table+ready%3F
    &FromCountry=US&To=%2B14155550100&NumSegments=1&MessageSid=SM..&AccountSid=AC..&From=%2B14155550123&ApiVersion=2010-04-01

A status callback names the same message as its answer to the API did; callbacks come in any order, and again:

    MessageSid=SM..&MessageStatus=delivered&To=%2B14155550123&From=%2B14155550100&AccountSid=AC..&RawDlrDoneDate=2611241007
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from domain.addresses import Address, phone
from domain.channels.provider import Given, Invalid, Item, Provider, impersonal, needed, text_of
from domain.channels.sms.twilio_examples import EXAMPLES, form
from domain.provider_time import minute
from schemas.values import Attachment, Content, MessageStatus, StatusReport

STATUS: dict[str, MessageStatus] = {
    "accepted": MessageStatus.QUEUED,
    "scheduled": MessageStatus.QUEUED,
    "queued": MessageStatus.QUEUED,
    "sending": MessageStatus.SENDING,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.CANCELED,
}
RECEIVED = frozenset({"received", "receiving"})

REASONS: dict[str, str] = {
    "20429": "too many requests",
    "21211": "invalid To number",
    "21408": "no permission for this region",
    "21610": "the recipient has opted out",
    "21612": "cannot be reached from this From number",
    "21614": "not a mobile number",
    "21617": "longer than 1,600 characters",
    "30003": "handset unreachable",
    "30004": "blocked",
    "30005": "unknown handset",
    "30006": "landline or unreachable carrier",
    "30007": "filtered by the carrier",
    "30008": "unknown error",
    "30034": "number is not registered for A2P 10DLC",
    "30047": "no compliant window to schedule into",
    "63016": "outside the window for free-form messages",
    "63018": "channel rate limit",
    "63024": "invalid recipient",
}
OPTED_OUT = frozenset({"21610", "30004"})
"""Errors that say the network or the provider holds an opt-out that our ledger may not know (T-36)."""

KEYWORDS: dict[str, Literal["stop", "start", "help"]] = {"STOP": "stop", "START": "start", "HELP": "help"}
"""`OptOutType`: Advanced Opt-Out has answered the word already (T-34)."""

ABOUT = frozenset({"FromCity", "FromState", "FromZip", "FromCountry", "ProfileName", "WaId"})
"""What Twilio tells about the sender."""
PERSONAL = ABOUT | {
    "From",
    "To",
    "Body",
    "Caller",
    "Called",
    "ErrorMessage",
    "Latitude",
    "Longitude",
    "Address",
    "Label",
}
PERSONAL |= {f"MediaUrl{n}" for n in range(10)}

_NORMALISED = frozenset(
    "From To Body AccountSid MessageSid SmsSid SmsMessageSid SmsStatus MessageStatus ErrorCode ErrorMessage".split()
)
_MEDIA = re.compile(r"Media(?:Url|ContentType)\d{1,2}", re.ASCII)
_MOST_MEDIA = 100
_BASE64 = re.compile(r"[A-Za-z0-9+/]{56,}={0,2}")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or callback in a body. Raises Invalid with the seeds' texts."""
    fields = _texts(data)
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid")
    if not sid:
        raise Invalid("missing_field", "SMS event missing required field: MessageSid")
    account = fields.get("AccountSid")
    if not account:
        raise Invalid("missing_field", "SMS event missing required field: AccountSid", (sid,))
    status = fields.get("MessageStatus") or fields.get("SmsStatus") or "received"
    if status.lower() in RECEIVED:
        return [_received(data, fields, sid, account)]
    return [_reported(data, fields, sid, account, status.lower())]


def _received(data: Mapping[str, Any], fields: Mapping[str, str], sid: str, account: str) -> Item:
    contact = _number(fields, "From", sid)
    ours = _ours(fields, "To", sid)
    about, rest = _others(data)
    attachments = _attachments(fields)
    body = fields.get("Body", data.get("Body"))
    name = fields.get("ProfileName")
    return Item(
        meaning="message.received",
        account=account,
        provider_id=sid,
        kind="received",
        contact=contact if name is None else Address(contact.urn, contact.validity, name),
        about=about,
        ours=ours,
        direction="inbound",
        claims=(account, fields.get("MessagingServiceSid", ""), ours),
        campaign=fields.get("campaign_id"),
        lead=fields.get("lead_id"),
        keyword=KEYWORDS.get(fields.get("OptOutType", "").upper()),
        content=Content(
            kind=_content_kind(fields, attachments),
            text=_plain(body) if type(body) is str else None,
            attachments=attachments,
            fields=rest,
        ),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], sid: str, account: str, status: str) -> Item:
    """A report about a message of ours. A callback that names one party only names the contact."""
    ours_in, contact_in = ("From", "To") if fields.get("To") else ("To", "From")
    contact = _number(fields, contact_in, sid)
    ours = _ours(fields, ours_in, sid)
    about, rest = _others(data)
    rest.update(about)
    code, done = fields.get("ErrorCode"), fields.get("RawDlrDoneDate", "")
    if code == "0":
        code = None
    time = minute(done)
    known = STATUS.get(status)
    report = None
    if known is not None:
        reason = impersonal(fields.get("ErrorMessage")) or REASONS.get(code or "")
        report = StatusReport(known.value, status, code, reason, time)
    return Item(
        meaning="message.status" if report else "unknown",
        account=account,
        provider_id=sid,
        kind=status,
        moment=done,
        contact=contact,
        ours=ours,
        direction="outbound",
        claims=(account, fields.get("MessagingServiceSid", ""), ours),
        provider_time=time,
        campaign=fields.get("campaign_id"),
        lead=fields.get("lead_id"),
        status=report,
        consent=("opted_out", "provider") if code in OPTED_OUT else None,
        content=Content(kind="status" if report else "event", fields=rest),
    )


def _texts(data: Any) -> dict[str, str]:
    """The payload's scalars as text. Anything but an object has no fields at all."""
    if not isinstance(data, dict):
        return {}
    for value in data.values():
        if type(value) is not str:
            return {name: text for name, value in data.items() if (text := text_of(value)) is not None}
    return data


def _number(fields: Mapping[str, str], name: str, sid: str) -> Address:
    given = fields.get(name)
    if not given:
        raise Invalid("missing_field", f"SMS event missing required field: {name}", (sid,))
    found = phone(given, fields.get(f"{name}Country"))
    if found is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (sid,))
    return found


def _ours(fields: Mapping[str, str], name: str, sid: str) -> str:
    """The URN of our address; a messaging service that chooses its numbers itself is one."""
    service = fields.get("MessagingServiceSid")
    if service and not fields.get(name):
        return f"twilio:{service}"
    return _number(fields, name, sid).urn


def _others(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept under Twilio's own names: about the sender, and the rest."""
    names_about, names_rest = _kept(tuple(data))
    about = {name: value for name in names_about if (value := data[name]) is not None and value != ""}
    rest = {name: value for name in names_rest if (value := data[name]) is not None and value != ""}
    return about, rest


@lru_cache(64)
def _kept(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of a body's fields are about the sender, and which are the rest. One kind of event names the same fields every time."""
    others = [name for name in names if name not in _NORMALISED and not _MEDIA.fullmatch(name)]
    return tuple(name for name in others if name in ABOUT), tuple(name for name in others if name not in ABOUT)


def _attachments(fields: Mapping[str, str]) -> tuple[Attachment, ...]:
    if "MediaUrl0" not in fields:
        return ()
    found = []
    for n in range(_MOST_MEDIA):
        url = fields.get(f"MediaUrl{n}")
        if url is None:
            break
        found.append(Attachment(url, fields.get(f"MediaContentType{n}")))
    return tuple(found)


def _content_kind(fields: Mapping[str, str], attachments: tuple[Attachment, ...]) -> str:
    if fields.get("MessageType") == "location" or ("Latitude" in fields and "Longitude" in fields):
        return "location"
    if attachments and not fields.get("Body"):
        type_ = (attachments[0].content_type or "").partition("/")[0]
        return type_ if type_ in ("image", "audio", "video") else "document"
    return "text"


def _plain(body: str) -> str:
    """The text itself. Concatenated messages are sometimes delivered as base64; what decodes to readable text was that (T-23)."""
    if len(body) < 60 or len(body) % 4 or not _BASE64.fullmatch(body):
        return body
    try:
        text = b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return body
    readable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    ascii_ = sum(character.isascii() for character in text)
    return text if readable == len(text) and ascii_ * 2 > len(text) else body


def recognises(data: Any) -> bool:
    """Twilio signs everything with its account."""
    return isinstance(data, dict) and "AccountSid" in data


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    return form(SmsStatus="received", MessageSid=f"SM{token}", From=from_, To=to, Body=body)


def _status(status: str, **more: str) -> Any:
    """Builds a callback about the message `message_sid`, from our number to the contact's."""

    def build(fields: Mapping[str, str], token: str) -> str:
        from_, to = needed(fields, "from_number", "to_number")
        sid = fields.get("message_sid") or f"SM{token}"
        return form(MessageStatus=status, MessageSid=sid, From=from_, To=to, **more)

    return build


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="twilio",
    source=(
        "https://www.twilio.com/docs/messaging/guides/webhook-request",
        "https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks",
        "https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={
        "message_received": _message,
        "message_sent": _status("sent"),
        "message_delivered": _status("delivered"),
        "message_undelivered": _status("undelivered", ErrorCode="30003"),
        "message_failed": _status("failed", ErrorCode="30008"),
    },
)
