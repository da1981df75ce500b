"""Sinch's Conversation API, where it speaks about SMS and MMS: MESSAGE_INBOUND and MESSAGE_DELIVERY.

Sources, read 2026-11: developers.sinch.com, reference of the Node.js SDK (Conversation.MessageInboundEventItem, Conversation.ReasonCode);
sinch/skills, sinch-conversation-api/references/webhooks/triggers (message-inbound.md, message-delivery.md).

    {"app_id": "01JA..", "project_id": "c36f..", "event_time": "2026-11-24T10:07:24.123Z", "message": {"id": "01JD..",
     "direction": "TO_APP", "contact_message": {"text_message": {"text": "Is my table ready?"}}, "sender_id": "14155550100",
     "channel_identity": {"channel": "SMS", "identity": "14155550123", "app_id": "01JA.."}}}
    {"app_id": "01JA..", "project_id": "c36f..", "event_time": "2026-11-24T10:07:25Z", "message_delivery_report":
     {"message_id": "01JE..", "status": "DELIVERED", "channel_identity": {"channel": "SMS", "identity": "14155550123"}}}
"""

from collections.abc import Mapping
from typing import Any

from domain.addresses import Address, international
from domain.channels.provider import Invalid, Item, impersonal, inner, text_of, texts, without
from domain.provider_time import iso
from schemas.values import Answer, Attachment, Content, FailureCategory, Location, MessageStatus, StatusReport

SOURCE = (
    "https://developers.sinch.com/sdk/sinch-sdk-node/1.5.0/interfaces/Conversation.MessageInboundEventItem.html",
    "https://developers.sinch.com/sdk/sinch-sdk-node/1.5.0/types/Conversation.ReasonCode.html",
)
HEADERS = frozenset(
    {"x-sinch-webhook-signature", "x-sinch-webhook-signature-nonce", "x-sinch-webhook-signature-timestamp"}
)
PERSONAL = frozenset({"identity", "contact_message", "sender_id", "app_message", "description"})

STATUS: Mapping[str, MessageStatus] = {
    "QUEUED_ON_CHANNEL": MessageStatus.SENT,
    "DELIVERED": MessageStatus.DELIVERED,
    "READ": MessageStatus.READ,
    "FAILED": MessageStatus.FAILED,
    "SWITCHING_CHANNEL": MessageStatus.SENDING,
}
CATEGORIES: Mapping[str, FailureCategory] = {
    "CHANNEL_REJECT": "blocked",
    "DELIVERY_REJECTED_DUE_TO_POLICY": "blocked",
    "DELIVERY_TIMED_OUT": "timed_out",
    "MESSAGE_EXPIRED": "timed_out",
    "OUTSIDE_ALLOWED_SENDING_WINDOW": "window",
    "RATE_LIMITED": "rate_limited",
    "RECIPIENT_INVALID_CHANNEL_IDENTITY": "invalid",
    "RECIPIENT_NOT_OPTED_IN": "unsubscribed",
    "RECIPIENT_NOT_REACHABLE": "bounced",
}
CHANNELS = frozenset({"SMS", "MMS"})
_ENVELOPE = ("app_id", "project_id", "event_time", "accepted_time", "message", "message_delivery_report")
_TRIGGERS = ("_report", "_notification", "_event")
"""How the object that a callback is about is called, save for `message`."""


def recognises(data: Any) -> bool:
    """Every callback names the app and its project."""
    return isinstance(data, dict) and "app_id" in data and "project_id" in data


def item(data: Mapping[str, Any]) -> Item | Invalid:
    """The one message, report or other event in a callback."""
    message, report = inner(data, "message"), inner(data, "message_delivery_report")
    about = report or message
    identity = texts(about.get("channel_identity"))
    channel = identity.get("channel", "")
    if not about or channel not in CHANNELS:
        return _unknown(data, about, channel)
    id_ = text_of(about.get("message_id" if report else "id"))
    if not id_:
        return Invalid("missing_field", f"SMS event missing required field: {'message_id' if report else 'id'}")
    if "identity" not in identity:
        return Invalid("missing_field", "SMS event missing required field: identity", (id_,))
    contact = international(identity["identity"])
    if contact is None:
        return Invalid("invalid_phone", "Invalid phone number format", (id_,))
    return _reported(data, report, id_, contact) if report else _received(data, message, id_, contact)


def _received(data: Mapping[str, Any], message: Mapping[str, Any], id_: str, contact: Address) -> Item:
    project, app = (text_of(data.get(name)) or "" for name in ("project_id", "app_id"))
    sender = international(text_of(message.get("sender_id")) or "")
    ours = sender.urn if sender and sender.urn != contact.urn else f"sinch:{app or 'unknown'}"
    said = inner(message, "contact_message")
    rest = without(data, *_ENVELOPE) | without(message, "id", "contact_message", "sender_id", "channel_identity")
    return Item(
        meaning="message.received" if message.get("direction") != "TO_CONTACT" else "message.echoed",
        account=project,
        provider_id=id_,
        kind="MESSAGE_INBOUND",
        contact=contact,
        ours=ours,
        direction="inbound" if message.get("direction") != "TO_CONTACT" else "outbound",
        claims=(project, app, ours),
        provider_time=iso(text_of(message.get("accept_time")) or text_of(data.get("event_time")) or ""),
        in_reply_to=text_of(inner(said, "reply_to").get("message_id")),
        content=_content(said, rest),
    )


def _content(said: Mapping[str, Any], rest: dict[str, Any]) -> Content:
    text = text_of(inner(said, "text_message").get("text"))
    url = text_of(inner(said, "media_message").get("url"))
    choice, place = texts(said.get("choice_response_message")), inner(said, "location_message")
    point = inner(place, "coordinates")
    latitude, longitude = point.get("latitude"), point.get("longitude")
    if url:
        return Content(kind="document", text=text, attachments=(Attachment(url),), fields=rest)
    if choice:
        answer = Answer("button", choice.get("postback_data"))
        return Content(kind="interactive", text=text, answer=answer, fields=rest)
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        where = Location(latitude, longitude, text_of(place.get("title")), text_of(place.get("label")))
        return Content(kind="location", location=where, fields=rest)
    if text is not None or "text_message" in said:
        return Content(kind="text", text=text, fields=rest)
    return Content(kind="other", fields=rest | ({"contact_message": said} if said else {}))


def _reported(data: Mapping[str, Any], report: Mapping[str, Any], id_: str, contact: Address) -> Item:
    project, app = (text_of(data.get(name)) or "" for name in ("project_id", "app_id"))
    kind = text_of(report.get("status")) or "unknown"
    time = text_of(data.get("event_time")) or ""
    reason = texts(report.get("reason"))
    code = reason.get("code")
    known = STATUS.get(kind)
    status = (
        StatusReport(
            known.value,
            kind,
            "/".join(filter(None, (code, reason.get("sub_code")))) or None,
            impersonal(reason.get("description")),
            iso(time),
            CATEGORIES.get(code or ""),
        )
        if known
        else None
    )
    left = ("message_id", "status", "reason", "channel_identity")
    return Item(
        meaning="message.status" if status else "unknown",
        account=project,
        provider_id=id_,
        kind=kind,
        moment=time,
        contact=contact,
        ours=f"sinch:{app or 'unknown'}",
        direction="outbound",
        claims=(project, app),
        provider_time=iso(time),
        status=status,
        content=Content(
            kind="status" if status else "event", fields=without(data, *_ENVELOPE) | without(report, *left)
        ),
    )


def _unknown(data: Mapping[str, Any], about: Mapping[str, Any], channel: str) -> Item:
    """Another trigger, or another channel than ours: kept under the project."""
    project, app = (text_of(data.get(name)) or "" for name in ("project_id", "app_id"))
    kind = next((name for name in data if name.endswith(_TRIGGERS)), "message" if about else "unknown")
    time = text_of(data.get("event_time")) or text_of(data.get("accepted_time")) or ""
    id_ = text_of(about.get("message_id")) or text_of(about.get("id")) or app or project or "unknown"
    return Item(
        meaning="unknown",
        account=project,
        provider_id=id_,
        kind=f"{kind}:{channel}" if channel else kind,
        moment=time,
        contact=None,
        ours=f"sinch:{app or 'unknown'}",
        direction="inbound",
        claims=(project, app),
        provider_time=iso(time),
        content=Content(kind="event", fields=without(data, "app_id", "project_id", "event_time", "accepted_time")),
    )
