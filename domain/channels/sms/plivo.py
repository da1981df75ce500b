"""Plivo: messages that come in and what became of messages of ours, as form fields or in the query of a GET.

Sources, read 2026-11: docs.plivo.com/docs/messaging/api/message/handling-incoming, /message-status-callbacks; plivo.com/docs/messaging,
/xml/request/messages, /troubleshooting/error-codes and /concepts/dnd-service; support.plivo.com articles 360041786171 (error 200) and
17000088423 (error 900).

    MessageUUID=3f0e..&From=14155550123&To=14155550100&Type=sms&Text=Is+my+table+ready%3F&Units=1&TotalRate=0&TotalAmount=0

    MessageUUID=9b2e..&From=14155550100&To=14155550123&Type=sms&Status=delivered&Sequence=3&Units=1&MCC=310&MNC=800
    &SentTime=2026-11-24+10%3A07%3A24.123456&DeliveryReportTime=2026-11-24+10%3A07%3A29.123456

Numbers may lack their plus; times have no zone, and are read as UTC without Plivo's saying so; no account is named.
`MessageIntent` is Plivo's verdict on opt-out and help words, which it answers itself. WhatsApp comes with the same fields and belongs
to a channel of its own.
"""

from collections.abc import Mapping
from typing import Any, Literal

from domain.addresses import international
from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature, texts, without
from domain.channels.sms.plivo_examples import EXAMPLES
from domain.channels.sms.telling import OTHER, Failure, content_kind, number, present, report
from domain.provider_time import naive
from schemas.values import Attachment, Content, MessageStatus

STATUS: dict[str, tuple[MessageStatus, str]] = {
    "queued": (MessageStatus.QUEUED, "QueuedTime"),
    "sent": (MessageStatus.SENT, "SentTime"),
    "delivered": (MessageStatus.DELIVERED, "DeliveryReportTime"),
    "undelivered": (MessageStatus.UNDELIVERED, "DeliveryReportTime"),
    "failed": (MessageStatus.FAILED, "QueuedTime"),
}
"""`Status`, and the field that says when."""

REASONS: dict[str, tuple[str, Failure]] = {
    "10": ("invalid message", OTHER),
    "20": ("network error", Failure("other", permanent=False)),
    "30": ("spam detected", Failure("spam")),
    "40": ("invalid source number", OTHER),
    "50": ("invalid destination number", Failure("invalid", permanent=True)),
    "200": ("the recipient has opted out", Failure("unsubscribed", permanent=True)),
    "900": ("insufficient credit", OTHER),
}
OPTED_OUT = "200"

KEYWORDS: dict[str, Literal["stop", "start", "help"]] = {"optout": "stop", "optin": "start", "help": "help"}

_MOST_MEDIA = 100
_MEDIA = tuple(f"Media{n}" for n in range(_MOST_MEDIA))
PERSONAL = frozenset({"From", "To", "Text", "Body", "requester_ip", *_MEDIA})

_NORMALISED = ("MessageUUID", "From", "To", "Text", "Body", "Status", "ErrorCode", "ParentMessageUUID", *_MEDIA)


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or callback in a body."""
    fields = texts(data)
    id_ = present(fields, "MessageUUID")
    return [_reported(data, fields, id_) if "Status" in fields else _received(data, fields, id_)]


def _received(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    text = fields.get("Text") or fields.get("Body")
    attachments = _attachments(fields)
    ours = number(fields, "To", id_, plus=False).urn
    return Item(
        meaning="message.received",
        account="",
        provider_id=id_,
        kind="received",
        contact=number(fields, "From", id_, plus=False),
        ours=ours,
        direction="inbound",
        claims=(fields.get("PowerpackUUID", ""), ours),
        keyword=KEYWORDS.get(fields.get("MessageIntent", "").lower()),
        content=Content(
            kind=content_kind(text, attachments),
            text=text,
            attachments=attachments,
            fields=without(data, *_NORMALISED),
        ),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    kind = fields["Status"].lower()
    known, when = STATUS.get(kind, (None, "MessageTime"))
    code = fields.get("ErrorCode")
    time = naive(fields.get(when, fields.get("MessageTime", "")))
    sender = international(fields.get("From", ""))
    ours = sender.urn if sender else "plivo:unknown"
    status = None
    if known is not None:
        reason, failure = REASONS.get(code or "", (None, OTHER))
        status = report(known, kind, time, code, reason, failure)
    return Item(
        meaning="message.status" if status else "unknown",
        account="",
        provider_id=id_,
        kind=kind,
        moment=fields.get("Sequence", ""),
        contact=number(fields, "To", id_, plus=False),
        ours=ours,
        direction="outbound",
        claims=(fields.get("PowerpackUUID", ""), ours),
        provider_time=time,
        status=status,
        consent=("opted_out", "provider") if status and status.code == OPTED_OUT else None,
        content=Content(kind="status" if status else "event", fields=without(data, *_NORMALISED)),
    )


def _attachments(fields: Mapping[str, str]) -> tuple[Attachment, ...]:
    """Counted from 1, or from 0."""
    if "Media0" not in fields and "Media1" not in fields:
        return ()
    return tuple(Attachment(fields[name]) for name in _MEDIA if name in fields)


def recognises(data: Any) -> bool:
    """Nobody else calls a message's id so. Not WhatsApp's."""
    if not isinstance(data, dict) or "MessageUUID" not in data or not ("From" in data or "To" in data):
        return False
    return data.get("Type") != "whatsapp"


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="plivo",
    source=(
        "https://docs.plivo.com/docs/messaging/api/message/handling-incoming",
        "https://docs.plivo.com/docs/messaging/api/message/message-status-callbacks",
        "https://plivo.com/docs/messaging/troubleshooting/error-codes",
        "https://plivo.com/docs/messaging/concepts/dnd-service",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-plivo-signature-v2", "x-plivo-signature-v2-nonce", "x-plivo-signature-ma-v2"}),
    signatures=(Signature("PLIVO_AUTH_TOKEN", "plivo_v2"), Signature("PLIVO_AUTH_TOKEN", "plivo")),
    reply=Reply("<Response/>", "application/xml"),
    not_covered=(
        "meaning of error codes other than 10, 20, 30, 40, 50, 200 and 900",
        "the account, which callbacks do not name",
    ),
)
