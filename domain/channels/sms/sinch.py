"""Sinch: callbacks of the SMS REST API and, for SMS and MMS, of the Conversation API (sinch_conversation.py).

Sources, read 2026-11: developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks, /sms/delivery-reports/delivery-report-error-codes,
the reference of the Node.js SDK (Sms.MOText, MOBinary, MOMedia, MmsMedia, DeliveryReceiptCodeEnum);
nyaruka/courier, handlers/mblox (the API's old name): numbers come without a plus, a report may name nothing but its batch.

A message that comes in, and a report about one that went out; a batch is one text to one or many:

    {"type": "mo_text", "id": "01JD..", "from": "14155550123", "to": "14155550100", "body": "Is my table ready?",
     "received_at": "2026-11-24T10:07:24.123Z"}
    {"type": "recipient_delivery_report_sms", "batch_id": "01JE..", "recipient": "14155550123", "code": 0, "status": "Delivered",
     "at": "2026-11-24T10:07:24.123Z"}
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from domain.addresses import Address, international
from domain.channels.provider import Given, Invalid, Item, Provider, inner, listed, needed, text_of, texts, without
from domain.channels.sms import sinch_conversation
from domain.channels.sms.sinch_examples import EXAMPLES
from domain.provider_time import iso
from schemas.values import Attachment, Content, FailureCategory, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    "queued": MessageStatus.QUEUED,
    "dispatched": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "unknown": MessageStatus.SENT,  # the carrier has it and never said what became of it
    "expired": MessageStatus.UNDELIVERED,
    "aborted": MessageStatus.FAILED,
    "deleted": MessageStatus.FAILED,
    "failed": MessageStatus.FAILED,
    "rejected": MessageStatus.FAILED,
    "cancelled": MessageStatus.CANCELED,
}
REASONS: Mapping[str, str] = {
    "402": "cannot be routed",
    "403": "internal error",
    "404": "temporary failure",
    "405": "a parameter has no value for this recipient",
    "406": "expired before it was sent",
    "408": "refused by the carrier's centre",
    "410": "no default sender for this recipient",
    "411": "more parts than allowed",
    "412": "region is not provisioned",
}
CATEGORIES: Mapping[str, FailureCategory] = {
    "402": "bounced",
    "406": "timed_out",
    "408": "bounced",
    "expired": "timed_out",
    "rejected": "bounced",
}
PERMANENT: Mapping[str, bool] = {"402": True, "404": False, "408": True}
"""Of the codes whose page says whether trying again helps."""

PERSONAL = frozenset({"from", "to", "body", "udh", "recipient", "recipients"}) | sinch_conversation.PERSONAL
_SUCCESS = ("0", "400", "401")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The message, the report, or the reports of a batch's recipients. Raises Invalid."""
    fields = texts(data)
    type_ = fields.get("type", "")
    reader = _READERS.get(type_)
    if reader is not None:
        return reader(data, fields, type_)
    if sinch_conversation.recognises(data):
        return [sinch_conversation.item(data)]
    id_ = fields.get("id") or fields.get("batch_id")
    if not type_ or not id_:
        raise Invalid("missing_field", f"SMS event missing required field: {'id' if type_ else 'type'}")
    return [_item("unknown", type_, id_, data, ("type", "id"), contact=_number(fields.get("from")))]


def _received(data: Mapping[str, Any], fields: Mapping[str, str], type_: str) -> list[Item | Invalid]:
    id_ = fields.get("id")
    if not id_:
        raise Invalid("missing_field", "SMS event missing required field: id")
    contact = _required(fields, "from", id_)
    body = data.get("body")
    content = {"mo_binary": _binary, "mo_media": _media}.get(type_, _text)(body)
    kept = without(data, *_NORMALISED)
    if isinstance(body, str) and type_ == "mo_binary":
        kept["body"] = body
    content = msgspec.structs.replace(content, fields=kept | content.fields)
    ours = international(fields.get("to", ""))
    return [
        Item(
            meaning="message.received",
            account="",
            provider_id=id_,
            kind=type_,
            contact=contact,
            ours=ours.urn if ours else "sinch:unknown",
            direction="inbound",
            claims=(ours.urn,) if ours else (),
            provider_time=iso(fields.get("received_at", "")),
            content=content,
        )
    ]


def _text(body: Any) -> Content:
    return Content(kind="text", text=body if isinstance(body, str) else None)


def _binary(body: Any) -> Content:
    """Bytes for a device, not words for people: base64 beside its header, as they came."""
    return Content(kind="other")


def _media(body: Any) -> Content:
    """Text and files. A file that Sinch could not store has no address and stays among the fields."""
    parts, files, lost = inner(body), [], []
    for each in listed(parts, "media"):
        url = text_of(each.get("url")) if isinstance(each, dict) else None
        if url:
            files.append(Attachment(url, text_of(each.get("content_type"))))
        else:
            lost.append(each)
    text, kind = text_of(parts.get("message")), "text"
    if files and not text:
        first = (files[0].content_type or "").partition("/")[0]
        kind = first if first in ("image", "audio", "video") else "document"
    fields = {"media": lost} if lost else {}
    return Content(kind=kind, text=text, subject=text_of(parts.get("subject")), attachments=tuple(files), fields=fields)


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], type_: str) -> list[Item | Invalid]:
    """About one recipient."""
    id_ = _batch(fields)
    contact = _required(fields, "recipient", id_) if "recipient" in fields else None
    time = iso(fields.get("operator_status_at") or fields.get("at", ""))
    return [_report(data, fields, id_, contact, fields.get("at", ""), time)]


def _reported_all(data: Mapping[str, Any], fields: Mapping[str, str], type_: str) -> list[Item | Invalid]:
    """About a whole batch: one item per recipient, or, where only their number is told, one per status."""
    id_ = _batch(fields)
    found: list[Item | Invalid] = []
    for index, group in enumerate(listed(data, "statuses")):
        told = texts(group)
        recipients = list(dict.fromkeys(each for each in map(text_of, listed(group, "recipients")) if each))
        rest = without(data, "statuses", *_NORMALISED) | without(inner(group), "recipients", *_NORMALISED)
        for recipient in recipients:
            contact = international(recipient)
            found.append(
                _report(rest, told, id_, contact, "", None, index)
                if contact
                else Invalid("invalid_phone", "Invalid phone number format", (id_,), index)
            )
        if not recipients:
            one = fields.get("total_message_count") == "1"
            kind = f"{type_}:{told.get('status', 'unknown')}:{told.get('code', '')}"
            found.append(
                _report(rest, told, id_, None, "", None, index)
                if one
                else _item("unknown", kind, id_, rest, (), index=index, moment=told.get("count", ""))
            )
    return found


def _report(
    data: Mapping[str, Any],
    fields: Mapping[str, str],
    id_: str,
    contact: Address | None,
    moment: str,
    time: str | None,
    index: int = 0,
) -> Item:
    kind = fields.get("status", "")
    known = STATUS.get(kind.lower())
    code = fields.get("code", "")
    if known is None:
        return _item("unknown", kind or "unknown", id_, data, _NORMALISED, contact=contact, moment=moment, index=index)
    failed = code if code not in _SUCCESS else ""
    category = CATEGORIES.get(failed) or CATEGORIES.get(kind.lower())
    reason = REASONS.get(failed)
    report = StatusReport(known.value, kind, failed or None, reason, time, category, PERMANENT.get(failed))
    return _item(
        "message.status", kind, id_, data, _NORMALISED, contact=contact, moment=moment, index=index, report=report
    )


def _item(
    meaning: Any,
    kind: str,
    id_: str,
    data: Mapping[str, Any],
    leave: Sequence[str],
    *,
    contact: Address | None = None,
    moment: str = "",
    index: int = 0,
    report: StatusReport | None = None,
) -> Item:
    """About a message of ours. In a batch to many each recipient has a message of their own."""
    ours = _number(text_of(data.get("applied_originator")))
    urn = contact.urn if contact else ""
    return Item(
        meaning=meaning,
        account="",
        provider_id=id_,
        kind=kind,
        moment="|".join(filter(None, (moment, urn))),
        message=f"{id_}|{urn}" if urn else "",
        index=index if not urn else 0,
        contact=contact,
        ours=ours.urn if ours else "sinch:unknown",
        direction="outbound",
        claims=(ours.urn,) if ours else (),
        provider_time=report.time if report else None,
        status=report,
        content=Content(kind="status" if report else "event", fields=without(data, *leave)),
    )


def _batch(fields: Mapping[str, str]) -> str:
    id_ = fields.get("batch_id")
    if not id_:
        raise Invalid("missing_field", "SMS event missing required field: batch_id")
    return id_


def _number(text: str | None) -> Address | None:
    return international(text) if text else None


def _required(fields: Mapping[str, str], name: str, id_: str) -> Address:
    if name not in fields:
        raise Invalid("missing_field", f"SMS event missing required field: {name}", (id_,))
    found = international(fields[name])
    if found is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (id_,))
    return found


_NORMALISED = ("type", "id", "batch_id", "from", "to", "body", "received_at", "recipient", "status", "code")
_READERS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str], str], list[Item | Invalid]]] = {
    "mo_text": _received,
    "mo_binary": _received,
    "mo_media": _received,
    "recipient_delivery_report_sms": _reported,
    "recipient_delivery_report_mms": _reported,
    "delivery_report_sms": _reported_all,
    "delivery_report_mms": _reported_all,
}


def recognises(data: Any) -> bool:
    """Every callback says its type; those of the Conversation API their app and project."""
    if not isinstance(data, dict):
        return False
    type_ = data.get("type")
    if isinstance(type_, str) and (type_.startswith("mo_") or "delivery_report_" in type_):
        return "id" in data or "batch_id" in data
    return sinch_conversation.recognises(data)


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    built = {"type": "mo_text", "id": token, "from": from_.lstrip("+"), "to": to.lstrip("+"), "body": body}
    return msgspec.json.encode(built).decode()


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="sinch",
    source=(
        "https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/",
        "https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports/delivery-report-error-codes",
        "https://developers.sinch.com/sdk/sinch-sdk-node/1.5.0/types/SmsCallback.html",
        "https://developers.sinch.com/sdk/sinch-sdk-node/1.5.0/interfaces/Sms.MOMedia.html",
        *sinch_conversation.SOURCE,
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _message},
    headers=sinch_conversation.HEADERS,
    not_covered=(
        "the Conversation API's own signature over body, nonce and time",
        "the Conversation API's other channels, whose events are kept as unknown",
        "MMS postbacks of the older MMS JSON API (origin MMS_MO)",
    ),
)
