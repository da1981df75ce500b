"""Twilio: messages that come in and status callbacks of messages that went out, as form fields or the same fields as JSON; and both
as Event Streams tells them (twilio_streams.py).

Sources, read 2026-11: twilio.com/docs/messaging/guides/webhook-request, /guides/outbound-message-status-in-status-callbacks,
/tutorials/advanced-opt-out, /api/errors, and the changelog entry of 2023-02-14 (RawDlrDoneDate).

A message that comes in:

    ToCountry=US&SmsMessageSid=SM..&NumMedia=0&FromZip=94105&SmsStatus=received&FromCity=SAN+FRANCISCO&Body=Is+my+table+ready%3F
    &FromCountry=US&To=%2B14155550100&NumSegments=1&MessageSid=SM..&AccountSid=AC..&From=%2B14155550123&ApiVersion=2010-04-01

A status callback names the same message as its answer to the API did; callbacks come in any order, and again:

    MessageSid=SM..&MessageStatus=delivered&To=%2B14155550123&From=%2B14155550100&AccountSid=AC..&RawDlrDoneDate=2611241007

Calls and WhatsApp come with the same fields, and belong to channels of their own.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from domain.addresses import Address, phone
from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature, text_of
from domain.channels.sms import twilio_streams
from domain.channels.sms.telling import content_kind, number, present
from domain.channels.sms.twilio_build import BUILD
from domain.channels.sms.twilio_examples import EXAMPLES
from domain.channels.sms.twilio_streams import is_whatsapp
from domain.channels.twilio import KEYWORDS, MEDIA, RECEIVED, STATUS, location, media, report, sid_of, status_of
from domain.channels.twilio_errors import OPTED_OUT
from domain.provider_time import minute
from schemas.values import Content

ABOUT = frozenset({"FromCity", "FromState", "FromZip", "FromCountry", "ProfileName", "WaId"})
"""What Twilio tells about the sender."""
PERSONAL = ABOUT | twilio_streams.PERSONAL
PERSONAL |= set("From To Body Caller Called ErrorMessage Latitude Longitude Address Label".split())
PERSONAL |= {f"MediaUrl{n}" for n in range(10)}

_NORMALISED = frozenset(
    "From To Body AccountSid MessageSid SmsSid SmsMessageSid SmsStatus MessageStatus ErrorCode ErrorMessage "
    "Latitude Longitude Address Label".split()
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{56,}={0,2}")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or callback in a body, or all events of Event Streams. Raises Invalid with the seeds' texts."""
    if not isinstance(data, dict) or "specversion" in data:
        streamed = twilio_streams.events(data)
        if streamed:
            return [_streamed(event, index, given) for index, event in enumerate(streamed)]
    return [_item(data, given)]


def _item(data: Any, given: Given) -> Item:
    fields = _texts(data)
    sid = fields.get("MessageSid") or sid_of(fields) or present(fields, "MessageSid")
    account = fields.get("AccountSid") or present(fields, "AccountSid", sid)
    status = status_of(fields)
    build = _received if status in RECEIVED else _reported
    return build(data, fields, sid, account, status, given.country)


def _streamed(event: Any, index: int, given: Given) -> Item | Invalid:
    """A message that came in is the webhook's, under the same id: it may come by both roads, and must not be answered twice."""
    try:
        told = twilio_streams.told(event)
        item = _item(told.fields, given) if told.what else twilio_streams.unknown(told)
    except Invalid as invalid:
        invalid.index = index
        return invalid
    received = item.meaning == "message.received"
    content = replace(item.content, metadata=told.tags)
    return replace(
        item, event="" if received else told.event, provider_time=told.time or item.provider_time, content=content
    )


def _received(
    data: Mapping[str, Any], fields: Mapping[str, str], sid: str, account: str, status: str, country: str | None
) -> Item:
    contact = _number(fields, "From", sid, country)
    ours = _ours(fields, "To", sid, country)
    about, rest = _others(data)
    attachments = media(fields) if "MediaUrl0" in fields else ()
    body = fields.get("Body", data.get("Body"))
    name = fields.get("ProfileName")
    where = location(fields) if "Latitude" in fields else None
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
        keyword=KEYWORDS.get(fields["OptOutType"].upper()) if "OptOutType" in fields else None,
        content=Content(
            kind="location" if where else content_kind(fields.get("Body"), attachments),
            text=_plain(body) if type(body) is str else None,
            attachments=attachments,
            fields=rest,
            location=where,
        ),
    )


def _reported(
    data: Mapping[str, Any], fields: Mapping[str, str], sid: str, account: str, status: str, country: str | None
) -> Item:
    """A report about a message of ours. A callback that names one party only names the contact."""
    ours_in, contact_in = ("From", "To") if fields.get("To") else ("To", "From")
    contact = _number(fields, contact_in, sid, country)
    ours = _ours(fields, ours_in, sid, country)
    about, rest = _others(data)
    rest.update(about)
    done, known = fields.get("RawDlrDoneDate", ""), STATUS.get(status)
    time = minute(done)
    return Item(
        meaning="message.status" if known else "unknown",
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
        status=report(known, status, fields, time) if known else None,
        consent=("opted_out", "provider") if fields.get("ErrorCode") in OPTED_OUT else None,
        content=Content(kind="status" if known else "event", fields=rest),
    )


def _texts(data: Any) -> dict[str, str]:
    """The payload's scalars as text. Anything but an object has no fields at all."""
    if not isinstance(data, dict):
        return {}
    for value in data.values():
        if type(value) is not str:
            return {name: text for name, value in data.items() if (text := text_of(value)) is not None}
    return data


def _number(fields: Mapping[str, str], name: str, sid: str, country: str | None) -> Address:
    given, country = fields.get(name), fields.get(f"{name}Country") or country
    # What is wrong with one is told by `number`; that nothing is, is known sooner.
    return (phone(given, country) if given else None) or number(fields, name, sid, country)


def _ours(fields: Mapping[str, str], name: str, sid: str, country: str | None) -> str:
    """The URN of our address; a messaging service that chooses its numbers itself is one."""
    service = fields.get("MessagingServiceSid")
    if service and not fields.get(name):
        return f"twilio:{service}"
    return _number(fields, name, sid, country).urn


def _others(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept under Twilio's own names: about the sender, and the rest."""
    names_about, names_rest = _kept(tuple(data))
    about = {name: value for name in names_about if (value := data[name]) or (value is not None and value != "")}
    rest = {name: value for name in names_rest if (value := data[name]) or (value is not None and value != "")}
    return about, rest


@lru_cache(64)
def _kept(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of a body's fields are about the sender, and which are the rest. One kind of event names the same fields every time."""
    others = [name for name in names if name not in _NORMALISED and name not in MEDIA]
    return tuple(name for name in others if name in ABOUT), tuple(name for name in others if name not in ABOUT)


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
    """A message of Twilio's that is no WhatsApp one, and nothing about a call or of Conversations."""
    if isinstance(data, dict) and "AccountSid" in data:
        if "CallSid" in data or "ConversationSid" in data:
            return False
        return not (is_whatsapp(data.get("From")) or is_whatsapp(data.get("To")))
    return twilio_streams.recognises(data)


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="twilio",
    source=(
        "https://www.twilio.com/docs/messaging/guides/webhook-request",
        "https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks",
        "https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out",
        "https://www.twilio.com/docs/events/event-types/messaging/inbound-message",
        "https://www.twilio.com/docs/events/event-types/messaging/outbound-message",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-twilio-signature", "i-twilio-idempotency-token"}),
    signatures=(Signature("auth_token", "twilio"),),
    reply=Reply("<Response/>", "text/xml"),
    not_covered=("messages of RCS and of Messenger", "webhooks of Conversations"),
    build=BUILD,
)
