"""Twilio Event Streams: CloudEvents, one or an array of them, with the webhook's fields under names of their own.

Sources, read 2026-11: twilio.com/docs/events/event-types/messaging/inbound-message and /outbound-message, and the schemas
events-schemas.twilio.com/Messaging.InboundMessageV1/6 and /Messaging.MessageStatus/4.

    [{"specversion": "1.0", "type": "com.twilio.messaging.message.delivered", "id": "NO..", "source": "AB..",
      "data": {"messageSid": "SM..", "accountSid": "AC..", "timestamp": "2026-11-24T10:07:24.000Z", "from": "+14155550100",
               "to": "+14155550123", "messageStatus": "DELIVERED", "tags": {"campaign_id": "autumn"}}}]

What happened is the end of `type`; Twilio's own example of a delivery has another `messageStatus`. Media are counted, not named.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.channels.provider import Invalid, Item, text_of, texts, without
from domain.provider_time import iso
from schemas.values import Content

PREFIX = "com.twilio.messaging."
_INBOUND, _OUTBOUND = "inbound-message", "message"

_AS_THEY_ARE = (
    "accountSid apiVersion body errorCode errorMessage from messageSid messagingServiceSid numMedia numSegments optOutType "
    "rawDlrDoneDate to"
)
_PLACES = [f"{party}{place}" for party in ("from", "to") for place in ("City", "Country", "State", "Zip")]
NAMES = {name: name[0].upper() + name[1:] for name in (*_AS_THEY_ARE.split(), *_PLACES)}
"""What the webhook calls a field; those that it does not have keep their names."""
_NORMALISED = ("eventName", "messageStatus", "tags", "timestamp")

PERSONAL = frozenset(
    {*NAMES, "recipients"} - {"accountSid", "apiVersion", "errorCode", "messageSid", "numMedia", "numSegments"}
)


class Told(NamedTuple):
    """One event in the webhook's words. what: `received`, a status, or empty for what the webhook has no word for. kind: the end of
    `type`. tags: what had been sent along with a message of ours."""

    what: str
    kind: str
    event: str
    time: str | None
    fields: dict[str, Any]
    tags: dict[str, str]


def events(data: Any) -> list[Any]:
    """What stands in a body of Event Streams, in its order; nothing where the body is none."""
    found = data if isinstance(data, list) else [data]
    return found if any(map(_is_event, found)) else []


def recognises(data: Any) -> bool:
    """At least one event about messages that are not WhatsApp's."""
    return any(_is_event(event) and not _of_whatsapp(event["data"]) for event in events(data))


def is_whatsapp(party: Any) -> bool:
    """Whether this is how Twilio writes an address of WhatsApp."""
    return type(party) is str and party.startswith("whatsapp:")


def _of_whatsapp(data: Mapping[str, Any]) -> bool:
    return is_whatsapp(data.get("from")) or is_whatsapp(data.get("to"))


def told(event: Any) -> Told:
    """One event. Raises Invalid for what is none."""
    if not _is_event(event):
        raise Invalid("missing_field", "SMS event missing required field: type")
    data = event["data"]
    kind = event["type"].removeprefix(PREFIX)
    road, _, end = kind.rpartition(".")
    what = end if road in (_INBOUND, _OUTBOUND) and not _of_whatsapp(data) else ""
    tags = texts(data.get("tags"))
    fields = {NAMES.get(name, name): value for name, value in data.items() if name not in _NORMALISED}
    fields |= {name: tags[name] for name in ("campaign_id", "lead_id") if name in tags}
    fields |= {"SmsStatus": end} if road == _INBOUND else {"MessageStatus": end}
    return Told(what, kind, text_of(event.get("id")) or "", iso(text_of(data.get("timestamp")) or ""), fields, tags)


def unknown(event: Told) -> Item:
    """An event that is about no text message: a registration, or a message of another channel in the same array."""
    fields = texts(event.fields)
    account, id_ = fields.get("AccountSid", ""), fields.get("MessageSid") or event.event
    if not id_:
        raise Invalid("missing_field", "SMS event missing required field: id")
    return Item(
        meaning="unknown",
        account=account,
        provider_id=id_,
        event=event.event,
        kind=event.kind,
        contact=None,
        ours=f"twilio:{account or 'unknown'}",
        direction="outbound",
        claims=(account, fields.get("MessagingServiceSid", "")),
        provider_time=event.time,
        content=Content(
            kind="event", fields=without(event.fields, "AccountSid", "MessageSid", "MessageStatus", "SmsStatus")
        ),
    )


def _is_event(event: Any) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        return False
    type_ = event.get("type")
    return type(type_) is str and type_.startswith(PREFIX)
