"""Telnyx: messages that come in and what became of messages of ours (API version 2).

Sources, read 2026-11: developers.telnyx.com/api-reference/callbacks/inbound-message and /delivery-update,
/docs/messaging/messages/receiving-webhooks, /docs/messaging/messages/error-codes, /api/errors/40300; Telnyx's SDK for Python (statuses).

    {"data": {"record_type": "event", "id": "86f5..", "event_type": "message.finalized", "occurred_at": "2026-11-24T10:07:29.148+00:00",
     "payload": {"id": "ac01..", "direction": "outbound", "type": "SMS", "organization_id": "9d76..", "messaging_profile_id": "83d2..",
                 "from": {"phone_number": "+14155550100"}, "to": [{"phone_number": "+14155550123", "status": "delivered"}],
                 "text": "Your table is ready", "media": [], "tags": [], "errors": []}}}

A message to several is told per recipient, each with a status of its own; the errors are the message's. delivery_unconfirmed: nobody
said that it arrived, nor that it did not. `autoresponse_type` names the word that Telnyx has answered.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from domain.addresses import Address, phone
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, text_of, texts, without
from domain.channels.sms.telling import OTHER, Failure, content_kind, number, present, report
from domain.channels.sms.telnyx_examples import EXAMPLES
from domain.provider_time import iso
from schemas.values import Attachment, Content, MessageStatus

STATUS: dict[str, MessageStatus] = {
    "scheduled": MessageStatus.QUEUED,
    "queued": MessageStatus.QUEUED,
    "sending": MessageStatus.SENDING,
    "sent": MessageStatus.SENT,
    "delivery_unconfirmed": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "sending_failed": MessageStatus.FAILED,
    "delivery_failed": MessageStatus.UNDELIVERED,
    "expired": MessageStatus.UNDELIVERED,
    "cancelled": MessageStatus.CANCELED,
}

FAILURES: dict[str, Failure] = {
    "40001": Failure("invalid"),
    "40002": Failure("spam", permanent=False),
    "40003": Failure("spam", permanent=True),
    "40004": Failure("bounced"),
    "40005": Failure("timed_out"),
    "40006": Failure("timed_out", permanent=False),
    "40008": Failure("bounced"),
    "40011": Failure("rate_limited", permanent=False),
    "40012": Failure("invalid", permanent=True),
    "40014": Failure("timed_out"),
    "40015": Failure("spam"),
    "40300": Failure("unsubscribed", permanent=True),
}
OPTED_OUT = "40300"

KEYWORDS: dict[str, Literal["stop", "start", "help"]] = {"STOP": "stop", "START": "start", "HELP": "help"}

REPORTS = frozenset({"message.sent", "message.finalized"})
RECEIVED = "message.received"
TYPES = (None, "SMS", "MMS")
"""WhatsApp and RCS are told in the same way, and are no text messages."""

PERSONAL = frozenset({"phone_number", "text", "subject", "url", "cc", "detail"})

_NORMALISED = ("id", "direction", "from", "to", "text", "subject", "media", "tags", "organization_id", "errors")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message in an event, or one report per recipient."""
    event = texts(inner(data, "data"))
    payload = inner(data, "data", "payload")
    fields = texts(payload)
    kind = event.get("event_type", "")
    id_ = present(fields, "id", *([event["id"]] if "id" in event else ()))
    if kind == RECEIVED:
        return [_received(event, payload, fields, id_)]
    if kind not in REPORTS:
        return [_unknown(event, payload, fields, id_)]
    recipients = listed(payload, "to")
    if not recipients:
        present({}, "to", id_)
    return list(_reported(event, payload, fields, id_, recipients))


def _received(event: Mapping[str, str], payload: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    to = next(iter(listed(payload, "to")), None)
    ours = _number(to, "to", id_).urn
    attachments = tuple(_attachments(payload))
    text = fields.get("text")
    return Item(
        meaning="message.received",
        account=fields.get("organization_id", ""),
        provider_id=id_,
        event=event.get("id", ""),
        kind=RECEIVED,
        contact=_number(payload.get("from"), "from", id_),
        ours=ours,
        direction="inbound",
        claims=_claims(fields, ours),
        provider_time=iso(event.get("occurred_at", "")),
        keyword=KEYWORDS.get(fields.get("autoresponse_type", "").upper()),
        content=Content(
            kind=content_kind(text, attachments),
            text=text,
            subject=fields.get("subject"),
            attachments=attachments,
            tags=_tags(payload),
            fields=without(payload, *_NORMALISED),
        ),
    )


def _reported(
    event: Mapping[str, str], payload: Mapping[str, Any], fields: Mapping[str, str], id_: str, recipients: list[Any]
) -> Iterator[Item | Invalid]:
    kind, time = event["event_type"], iso(event.get("occurred_at", ""))
    error = texts(next(iter(listed(payload, "errors")), None))
    code, reason = error.get("code"), error.get("detail") or error.get("title")
    ours = _ours(payload, fields)
    rest = without(payload, *_NORMALISED)
    for index, recipient in enumerate(recipients):
        try:
            contact = _number(recipient, "to", id_)
        except Invalid as invalid:
            invalid.index = index
            yield invalid
            continue
        told = text_of(recipient.get("status")) or ""
        known = STATUS.get(told)
        failure = FAILURES.get(code or "", Failure("timed_out") if told == "expired" else OTHER)
        status = report(known, told, time, code, reason, failure) if known else None
        yield Item(
            meaning="message.status" if known else "unknown",
            account=fields.get("organization_id", ""),
            provider_id=id_,
            event=event.get("id", ""),
            kind=f"{kind}:{told}",
            moment=contact.urn,
            message=f"{id_}|{contact.urn}" if len(recipients) > 1 else "",
            index=index,
            contact=contact,
            ours=ours,
            direction="outbound",
            claims=_claims(fields, ours),
            provider_time=time,
            status=status,
            consent=("opted_out", "provider") if status and status.code == OPTED_OUT else None,
            content=Content(kind="status" if known else "event", tags=_tags(payload), fields=rest),
        )


def _unknown(event: Mapping[str, str], payload: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    ours = _ours(payload, fields)
    return Item(
        meaning="unknown",
        account=fields.get("organization_id", ""),
        provider_id=id_,
        event=event.get("id", ""),
        kind=event.get("event_type", ""),
        contact=None,
        ours=ours,
        direction="outbound",
        claims=_claims(fields, ours),
        provider_time=iso(event.get("occurred_at", "")),
        content=Content(kind="event", fields=without(payload, "id")),
    )


def _number(party: Any, name: str, id_: str) -> Address:
    """The number of one side, which an object holds."""
    return number({name: texts(party).get("phone_number", "")}, name, id_)


def _ours(payload: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    """What a message of ours was sent from."""
    sender = phone(texts(payload.get("from")).get("phone_number", ""))
    return sender.urn if sender else f"telnyx:{fields.get('organization_id', 'unknown')}"


def _claims(fields: Mapping[str, str], ours: str) -> tuple[str, ...]:
    return fields.get("organization_id", ""), fields.get("messaging_profile_id", ""), ours


def _tags(payload: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag for each in listed(payload, "tags") if (tag := text_of(each)))


def _attachments(payload: Mapping[str, Any]) -> Iterator[Attachment]:
    for each in listed(payload, "media"):
        medium = texts(each)
        if "url" in medium:
            size = each.get("size")
            yield Attachment(medium["url"], medium.get("content_type"), size=size if type(size) is int else None)


def recognises(data: Any) -> bool:
    """An event about a message that is no WhatsApp or RCS one."""
    event = inner(data, "data")
    kind = event.get("event_type")
    return type(kind) is str and kind.startswith("message.") and inner(event, "payload").get("type") in TYPES


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="telnyx",
    source=(
        "https://developers.telnyx.com/api-reference/callbacks/inbound-message",
        "https://developers.telnyx.com/api-reference/callbacks/delivery-update",
        "https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
        "https://developers.telnyx.com/docs/messaging/messages/error-codes/index",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"telnyx-signature-ed25519", "telnyx-timestamp"}),
    signatures=(Signature("TELNYX_PUBLIC_KEY", "telnyx"),),
    not_covered=("webhooks of API version 1", "registration of 10DLC brands and campaigns"),
)
