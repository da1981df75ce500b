"""Webhooks of Bird's Channels API, where they are about SMS: `sms.inbound` and `sms.outbound`.

Sources, read 2026-11: docs.bird.com/api/channels-api/supported-channels/programmable-sms/receiving-messages and sending-sms-messages,
/channels-api/message-status-and-interactions and its pages on failure codes and sources.

    {"service": "channels", "event": "sms.inbound", "payload": {"id": "96a0..", "channelId": "6142..", "direction": "incoming",
     "sender": {"contact": {"identifierKey": "phonenumber", "identifierValue": "+14155550123"}}, "status": "delivered",
     "receiver": {"connector": {"id": "86cc.."}}, "body": {"type": "text", "text": {"text": "Is my table ready?"}},
     "createdAt": "2026-11-24T10:07:24.123Z"}}
    {"service": "channels", "event": "sms.outbound", "payload": {"id": "96a1..", "channelId": "6142..", "direction": "outgoing",
     "receiver": {"contacts": [{"identifierKey": "phonenumber", "identifierValue": "+14155550123"}]}, "status": "delivery_failed",
     "failure": {"code": 15005, "source": {"name": "sms-messagebird", "code": "1"}}, "lastStatusAt": "2026-11-24T10:07:25Z"}}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.addresses import Address, phone
from domain.channels.provider import Invalid, Item, impersonal, inner, listed, text_of, texts, without
from domain.provider_time import iso
from schemas.values import Attachment, Content, FailureCategory, MessageStatus, StatusReport

SOURCE = (
    "https://docs.bird.com/api/channels-api/supported-channels/programmable-sms/receiving-messages",
    "https://docs.bird.com/api/channels-api/message-status-and-interactions",
)
PERSONAL = frozenset({"identifierValue", "text", "annotations", "reason", "mediaUrl"})

STATUS: Mapping[str, MessageStatus] = {
    "accepted": MessageStatus.QUEUED,
    "processing": MessageStatus.SENDING,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "delivery_failed": MessageStatus.FAILED,
    "sending_failed": MessageStatus.FAILED,
}
CATEGORIES: Mapping[str, FailureCategory] = {"15005": "invalid"}
"""15005: the number has no active line, on whatever channel."""
_LISTS: Mapping[str, str] = {"image": "images", "file": "files"}
"""Where a body of this type lists its files."""
_LEFT = ("id", "channelId", "sender", "receiver", "body", "status", "reason", "failure", "direction", "lastStatusAt")


def recognises(data: Any) -> bool:
    """A service's event about SMS."""
    if not isinstance(data, dict) or data.get("service") != "channels" or not isinstance(data.get("payload"), dict):
        return False
    event = data.get("event")
    return isinstance(event, str) and event.startswith("sms.")


def items(data: Mapping[str, Any]) -> Sequence[Item | Invalid]:
    """The message, or the report about each of its receivers. Raises Invalid."""
    payload, event = inner(data, "payload"), data["event"]
    id_ = text_of(payload.get("id"))
    if not id_:
        raise Invalid("missing_field", "SMS event missing required field: id")
    if event == "sms.inbound":
        return [_received(payload, id_)]
    if event == "sms.outbound":
        receivers = [
            texts(each)
            for each in listed(inner(payload, "receiver"), "contacts") or [inner(payload, "receiver", "contact")]
        ]
        return [_reported(payload, id_, each, len(receivers) > 1) for each in receivers]
    return [_item("unknown", event, payload, id_, None, text_of(payload.get("createdAt")) or "")]


def _received(payload: Mapping[str, Any], id_: str) -> Item:
    sender = inner(payload, "sender", "contact")
    contact = _number(texts(sender), id_)
    name = text_of(inner(sender, "annotations").get("name"))
    channel, connector = _account(payload, "receiver")
    number = phone(text_of(inner(payload, "receiver", "connector").get("identifierValue")) or "")
    ours = number.urn if number else f"messagebird:{channel or 'unknown'}"
    return Item(
        meaning="message.received",
        account=channel,
        provider_id=id_,
        kind="sms.inbound",
        contact=contact if name is None else Address(contact.urn, contact.validity, name),
        ours=ours,
        direction="inbound",
        claims=(channel, connector, ours),
        provider_time=iso(text_of(payload.get("createdAt")) or ""),
        content=_content(inner(payload, "body"), without(payload, *_LEFT)),
    )


def _content(body: Mapping[str, Any], rest: dict[str, Any]) -> Content:
    type_ = text_of(body.get("type")) or ""
    part = inner(body, type_)
    text = text_of(part.get("text"))
    if type_ == "text":
        return Content(kind="text", text=text, fields=rest)
    files = tuple(
        Attachment(url, each.get("contentType"), each.get("filename"))
        for each in map(texts, listed(part, _LISTS.get(type_, "")))
        if (url := each.get("mediaUrl"))
    )
    if files:
        return Content(kind="image" if type_ == "image" else "document", text=text, attachments=files, fields=rest)
    return Content(kind="other", text=text, fields=rest | ({"body": dict(body)} if body else {}))


def _reported(payload: Mapping[str, Any], id_: str, receiver: Mapping[str, str], several: bool) -> Item:
    contact = _number(receiver, id_)
    kind, time = text_of(payload.get("status")) or "unknown", text_of(payload.get("lastStatusAt")) or ""
    known = STATUS.get(kind)
    report = None
    if known is not None:
        failure = texts(payload.get("failure"))
        source = texts(inner(payload, "failure").get("source"))
        code = "/".join(filter(None, (failure.get("code"), source.get("code")))) or None
        category = CATEGORIES.get(failure.get("code", ""))
        report = StatusReport(known.value, kind, code, impersonal(text_of(payload.get("reason"))), iso(time), category)
    return _item(
        "message.status" if report else "unknown",
        kind,
        payload,
        id_,
        contact,
        f"{time}|{contact.urn}" if several else time,
        report,
        f"{id_}|{contact.urn}" if several else "",
    )


def _item(
    meaning: Any,
    kind: str,
    payload: Mapping[str, Any],
    id_: str,
    contact: Address | None,
    moment: str,
    report: StatusReport | None = None,
    message: str = "",
) -> Item:
    channel, connector = _account(payload, "sender")
    return Item(
        meaning=meaning,
        account=channel,
        provider_id=id_,
        kind=kind,
        moment=moment,
        message=message,
        contact=contact,
        ours=f"messagebird:{channel or 'unknown'}",
        direction="outbound",
        claims=(channel, connector),
        provider_time=iso(moment.partition("|")[0]),
        status=report,
        content=Content(kind="status" if report else "event", fields=without(payload, *_LEFT)),
    )


def _account(payload: Mapping[str, Any], side: str) -> tuple[str, str]:
    """The channel of the account and its connector."""
    return text_of(payload.get("channelId")) or "", text_of(inner(payload, side, "connector").get("id")) or ""


def _number(party: Mapping[str, str], id_: str) -> Address:
    if "identifierValue" not in party:
        raise Invalid("missing_field", "SMS event missing required field: identifierValue", (id_,))
    found = phone(party["identifierValue"])
    if found is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (id_,))
    return found
