"""SMS and MMS as the Messages API of Vonage tells them (version 1).

Sources, read 2026-11: developer.vonage.com/en/messages/concepts/sms-status-callbacks and /messages-status-callbacks; the public tests of
Vonage's SDK for Java (InboundMessageTest, MessageStatusTest).

    {"message_uuid": "aaaa..", "channel": "sms", "message_type": "text", "text": "Is my table ready?", "from": "14155550123",
     "to": "14155550100", "timestamp": "2026-11-24T10:07:24.000Z", "sms": {"num_messages": "1", "keyword": "IS"}}

    {"message_uuid": "bbbb..", "channel": "sms", "status": "rejected", "to": "14155550123", "from": "14155550100",
     "timestamp": "2026-11-24T10:07:24.000Z", "error": {"type": "https://..", "title": 1360, "detail": "..", "instance": ".."}}
"""

from collections.abc import Mapping
from typing import Any

from domain.addresses import international
from domain.channels.provider import Item, inner, text_of, texts, without
from domain.channels.sms.telling import OTHER, Failure, number, present, report
from domain.provider_time import iso
from schemas.values import Attachment, Content, MessageStatus

CHANNELS = ("sms", "mms")

STATUS: dict[str, MessageStatus] = {
    "submitted": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "rejected": MessageStatus.FAILED,
    "undeliverable": MessageStatus.FAILED,
}
FAILURES: dict[str, Failure] = {
    "1000": Failure("rate_limited", permanent=False),
    "1360": Failure("timed_out", permanent=False),
}
"""By the error's title, which is its code."""

MEDIA = {"image": "image", "audio": "audio", "video": "video", "file": "document", "vcard": "contact"}
"""What a `message_type` is. The object of the same name has the address, and may have a caption."""

PERSONAL = frozenset({"from", "to", "text", "keyword", "caption", "detail", *MEDIA})

_NORMALISED = (
    "message_uuid",
    "from",
    "to",
    "text",
    "timestamp",
    "client_ref",
    "message_type",
    "status",
    "error",
    *MEDIA,
)


def item(data: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    """One webhook. Raises Invalid."""
    id_ = present(fields, "message_uuid")
    return _reported(data, fields, id_) if "status" in fields else _received(data, fields, id_)


def _received(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    type_ = fields.get("message_type", "text")
    medium = texts(inner(data, type_)) if type_ in MEDIA else {}
    text = fields.get("text") or medium.get("caption")
    url = medium.get("url")
    ours = number(fields, "to", id_, plus=False).urn
    return Item(
        meaning="message.received",
        account="",
        provider_id=id_,
        kind="received",
        contact=number(fields, "from", id_, plus=False),
        ours=ours,
        direction="inbound",
        claims=(ours,),
        provider_time=iso(fields.get("timestamp", "")),
        content=Content(
            kind="text" if text or type_ == "text" else MEDIA.get(type_, "other"),
            text=text,
            attachments=(Attachment(url, name=medium.get("name")),) if url else (),
            metadata=_metadata(fields),
            fields=without(data, *_NORMALISED),
        ),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    kind, at = fields["status"], fields.get("timestamp", "")
    known, time, error = STATUS.get(kind), iso(at), inner(data, "error")
    sender = international(fields.get("from", ""))
    ours = sender.urn if sender else "vonage:unknown"
    status = None
    if known is not None:
        code = text_of(error.get("title"))
        status = report(known, kind, time, code, text_of(error.get("detail")), FAILURES.get(code or "", OTHER))
    return Item(
        meaning="message.status" if status else "unknown",
        account="",
        provider_id=id_,
        kind=kind,
        moment=at,
        contact=number(fields, "to", id_, plus=False),
        ours=ours,
        direction="outbound",
        claims=(ours,),
        provider_time=time,
        status=status,
        content=Content(
            kind="status" if status else "event", metadata=_metadata(fields), fields=without(data, *_NORMALISED)
        ),
    )


def _metadata(fields: Mapping[str, str]) -> dict[str, Any]:
    """What we had sent along."""
    return {"client_ref": fields["client_ref"]} if "client_ref" in fields else {}
