"""Twilio's WhatsApp: messages that come in and status callbacks of messages that went out, with the fields of its text messages.

Sources, read 2026-11: twilio.com/docs/messaging/guides/webhook-request ("WhatsApp-specific parameters"),
/guides/outbound-message-status-in-status-callbacks, twilio.com/docs/whatsapp/buttons, /whatsapp/key-concepts, /docs/api/errors; for
business-scoped user ids, public tests of chatwoot (spec/services/twilio).

A message that comes in:

    SmsStatus=received&MessageSid=SM..&AccountSid=AC..&From=whatsapp%3A%2B14155550123&To=whatsapp%3A%2B14155550100&Body=Hello
    &ProfileName=Ann&WaId=14155550123&ExternalUserId=whatsapp%3AUS.13491208655302741918&MessageType=text&NumMedia=0

Whoever hides the number has the user id alone, as From too. A status callback:

    MessageSid=SM..&MessageStatus=read&From=whatsapp%3A%2B14155550100&To=whatsapp%3A%2B14155550123&AccountSid=AC..&EventType=READ
"""

from collections.abc import Mapping
from typing import Any

from domain.addresses import Address, whatsapp
from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature, needed, texts, without
from domain.channels.twilio import KEYWORDS, MEDIA, RECEIVED, STATUS, location, media, report, sid_of, status_of
from domain.channels.twilio_errors import OPTED_OUT
from domain.channels.twilio_whatsapp.twilio_examples import EXAMPLES, form
from schemas.values import Answer, Attachment, Content

_SENDER = ("From", "WaId", "ExternalUserId", "ParentExternalUserId")
"""Where the addresses of who wrote stand, the one that counts first."""
_RECIPIENT = ("To", "ExternalUserId", "ParentExternalUserId")
_ABOUT = ("ProfileUsername", "Username")

PERSONAL = frozenset(
    "From To Body WaId ExternalUserId ParentExternalUserId ProfileName ProfileUsername Username ButtonText ButtonPayload "
    "ListTitle ListId ListDescription Latitude Longitude Address Label ErrorMessage ChannelMetadata ChannelStatusMessage "
    "StructuredMessage InteractiveData OriginalRepliedMessageSender".split()
) | {f"MediaUrl{n}" for n in range(10)}

_NORMALISED = frozenset(
    "From To Body AccountSid MessageSid SmsSid SmsMessageSid SmsStatus MessageStatus ErrorCode ErrorMessage WaId ExternalUserId "
    "ParentExternalUserId ProfileName ProfileUsername Username ButtonText ButtonPayload ListId ListTitle Latitude Longitude "
    "Address Label OriginalRepliedMessageSid campaign_id lead_id".split()
)
_KINDS: Mapping[str, str] = {
    "image": "image",
    "audio": "audio",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
    "contacts": "contact",
    "button": "interactive",
    "interactive": "interactive",
    "order": "order",
}
"""By `MessageType`."""
_CARDS = frozenset({"text/vcard", "text/x-vcard"})


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or callback in a body. Raises Invalid."""
    fields = texts(data)
    sid = sid_of(fields)
    if sid is None:
        raise _missing("MessageSid")
    if "AccountSid" not in fields:
        raise _missing("AccountSid", sid)
    status = status_of(fields)
    if status in RECEIVED:
        return [_received(data, fields, sid)]
    return [_reported(data, fields, sid, status)]


def _received(data: Mapping[str, Any], fields: Mapping[str, str], sid: str) -> Item:
    contact, aliases = _party(fields, _SENDER, sid)
    ours, claims = _ours(fields, "To", sid)
    return Item(
        meaning="message.received",
        account=fields["AccountSid"],
        provider_id=sid,
        kind="received",
        contact=contact._replace(name=fields.get("ProfileName")),
        about={name: fields[name] for name in _ABOUT if name in fields},
        aliases=aliases,
        ours=ours,
        direction="inbound",
        claims=claims,
        campaign=fields.get("campaign_id"),
        lead=fields.get("lead_id"),
        keyword=KEYWORDS.get(fields.get("OptOutType", "").upper()),
        in_reply_to=fields.get("OriginalRepliedMessageSid"),
        content=_content(fields, without(data, *_NORMALISED, *MEDIA)),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], sid: str, status: str) -> Item:
    """A report about a message of ours. A callback that names one party only names the contact."""
    ours_in, theirs = ("From", _RECIPIENT) if "To" in fields else ("To", _SENDER)
    contact, aliases = _party(fields, theirs, sid)
    ours, claims = _ours(fields, ours_in, sid)
    known = STATUS.get(status)
    return Item(
        meaning="message.status" if known else "unknown",
        account=fields["AccountSid"],
        provider_id=sid,
        kind=status,
        contact=contact,
        aliases=aliases,
        ours=ours,
        direction="outbound",
        claims=claims,
        campaign=fields.get("campaign_id"),
        lead=fields.get("lead_id"),
        status=report(known, status, fields, None) if known else None,
        consent=("opted_out", "provider") if fields.get("ErrorCode") in OPTED_OUT else None,
        content=Content(kind="status" if known else "event", fields=without(data, *_NORMALISED)),
    )


def _content(fields: Mapping[str, str], rest: dict[str, Any]) -> Content:
    """The referral of an ad, and whether it was forwarded, are in `fields` by Twilio's names."""
    attachments, where, answer = media(fields), location(fields), _answer(fields)
    text = fields.get("Body") or (answer.title if answer else None)
    kind = "location" if where else "interactive" if answer else _kind(fields, attachments)
    return Content(kind=kind, text=text, attachments=attachments, fields=rest, location=where, answer=answer)


def _answer(fields: Mapping[str, str]) -> Answer | None:
    if "ListId" in fields or "ListTitle" in fields:
        return Answer("list", fields.get("ListId"), fields.get("ListTitle"))
    if "ButtonPayload" in fields or "ButtonText" in fields:
        return Answer("button", fields.get("ButtonPayload"), fields.get("ButtonText"))
    return None


def _kind(fields: Mapping[str, str], attachments: tuple[Attachment, ...]) -> str:
    told = _KINDS.get(fields.get("MessageType", "").lower())
    if told or not attachments:
        return told or "text"
    type_ = (attachments[0].content_type or "").partition(";")[0].lower()
    main = type_.partition("/")[0]
    return "contact" if type_ in _CARDS else main if main in ("image", "audio", "video") else "document"


def _party(fields: Mapping[str, str], names: tuple[str, ...], sid: str) -> tuple[Address, tuple[str, ...]]:
    """Who it is, and the person's other addresses. One that is none is passed over as long as there is another."""
    told = [fields[name] for name in names if name in fields]
    if not told:
        raise _missing(names[0], sid)
    found = {address.urn: address for each in told if (address := whatsapp(each)) is not None}
    if not found:
        raise Invalid("invalid_phone", "Invalid phone number format", (sid,))
    contact, *others = found.values()
    return contact, tuple(other.urn for other in others)


def _ours(fields: Mapping[str, str], name: str, sid: str) -> tuple[str, tuple[str, ...]]:
    """The URN of our address, with who may claim it. A messaging service that chooses its numbers itself is an address."""
    account, service, told = fields["AccountSid"], fields.get("MessagingServiceSid", ""), fields.get(name)
    address = whatsapp(told) if told else None
    if told and address is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (sid,))
    ours = address.urn if address else f"twilio:{service or account}"
    return ours, (account, service, ours)


def _missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"WhatsApp event missing required field: {name}", ids)


def recognises(data: Any) -> bool:
    """A message of Twilio's that WhatsApp carries. Calls and conversations have ids of their own."""
    if not isinstance(data, dict) or "AccountSid" not in data or not _ELSEWHERE.isdisjoint(data):
        return False
    parties = (data.get("From"), data.get("To"))
    return any(type(party) is str and party.startswith("whatsapp:") for party in parties) or "WaId" in data


_ELSEWHERE = frozenset({"CallSid", "ConversationSid"})


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    return form(
        SmsStatus="received", MessageSid=f"SM{token}", From=f"whatsapp:{from_}", To=f"whatsapp:{to}", Body=body,
        WaId=from_.lstrip("+"),
    )  # fmt: skip


PROVIDER = Provider(
    channel="twilio_whatsapp",
    label="WhatsApp",
    name="twilio",
    source=(
        "https://www.twilio.com/docs/messaging/guides/webhook-request",
        "https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks",
        "https://www.twilio.com/docs/whatsapp/buttons",
        "https://www.twilio.com/docs/api/errors",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-twilio-signature", "i-twilio-idempotency-token"}),
    signatures=(Signature("auth_token", "twilio"),),
    reply=Reply("<Response/>", "text/xml"),
    not_covered=("answers to flows: they are kept in the fields", "messages as Event Streams tells them"),
    build={"message_received": _message},
)
