"""AWS End User Messaging SMS (once Pinpoint): messages that come in to a topic of SNS, and what became of messages of ours.

Sources, read 2026-11: docs.aws.amazon.com/sms-voice/latest/userguide, two-way-sms-payload, two-way-sms, configuration-sets-event-types,
configuration-sets-event-format and monitor-event-bridge; /end-user-messaging/latest/userguide/nx-features-messaging-events; API reference
of EventDestination (names of the events).

    {"originationNumber": "+14155550123", "destinationNumber": "+14155550100", "messageKeyword": "JOIN", "messageBody": "Yes please",
     "inboundMessageId": "6f1c..", "previousPublishedMessageId": "9b2e.."}

    {"eventType": "TEXT_DELIVERED", "eventTimestamp": 1795514844123, "isFinal": true, "messageId": "9b2e..", "messageStatus": "DELIVERED",
     "originationPhoneNumber": "+14155550100", "destinationPhoneNumber": "+14155550123", "context": {"campaign_id": "autumn"}}

Neither names an account. SUCCESSFUL is a carrier's word, DELIVERED a handset's. By way of EventBridge the recipient is left out.
The keyword is one of the number's, and says nothing about whether AWS has answered it.
"""

from collections.abc import Mapping
from typing import Any

from domain.channels.provider import Given, Invalid, Item, Provider, inner, texts, without
from domain.channels.sms.aws_examples import EXAMPLES
from domain.channels.sms.telling import OTHER, Failure, number, present, report
from domain.provider_time import unix
from schemas.values import Content, MessageStatus

STATUS: dict[str, MessageStatus] = {
    "QUEUED": MessageStatus.QUEUED,
    "PENDING": MessageStatus.SENDING,
    "SENT": MessageStatus.SENT,
    "SUCCESSFUL": MessageStatus.SENT,
    "DELIVERED": MessageStatus.DELIVERED,
    "INVALID": MessageStatus.FAILED,
    "INVALID_MESSAGE": MessageStatus.FAILED,
    "PROTECT_BLOCKED": MessageStatus.FAILED,
    "FILE_INACCESSIBLE": MessageStatus.FAILED,
    "FILE_TYPE_UNSUPPORTED": MessageStatus.FAILED,
    "FILE_SIZE_EXCEEDED": MessageStatus.FAILED,
    "UNREACHABLE": MessageStatus.UNDELIVERED,
    "CARRIER_UNREACHABLE": MessageStatus.UNDELIVERED,
    "BLOCKED": MessageStatus.UNDELIVERED,
    "CARRIER_BLOCKED": MessageStatus.UNDELIVERED,
    "SPAM": MessageStatus.UNDELIVERED,
    "TTL_EXPIRED": MessageStatus.UNDELIVERED,
    "UNKNOWN": MessageStatus.UNDELIVERED,
}
"""`eventType` behind TEXT_ or MEDIA_. UNKNOWN also comes when no carrier has said anything within 72 hours."""

FAILURES: dict[str, Failure] = {
    "INVALID": Failure("invalid", permanent=True),
    "UNREACHABLE": Failure("timed_out", permanent=False),
    "CARRIER_UNREACHABLE": Failure("timed_out", permanent=False),
    "TTL_EXPIRED": Failure("timed_out", permanent=False),
    "BLOCKED": Failure("blocked"),
    "CARRIER_BLOCKED": Failure("blocked"),
    "PROTECT_BLOCKED": Failure("blocked"),
    "SPAM": Failure("spam"),
}

MESSAGES = ("TEXT_", "MEDIA_")
EVENTS = (*MESSAGES, "VOICE_", "RCS_")
"""What events of a configuration set begin with. Calls and RCS are no text messages."""

PERSONAL = frozenset(
    "originationNumber destinationNumber messageBody messageKeyword originationPhoneNumber destinationPhoneNumber "
    "messageStatusDescription".split()
)


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or event in a body."""
    fields = texts(data)
    if "eventType" in fields:
        return [_reported(data, fields)]
    id_ = present(fields, "inboundMessageId")
    ours = number(fields, "destinationNumber", id_, given.country).urn
    return [
        Item(
            meaning="message.received",
            account="",
            provider_id=id_,
            kind="received",
            contact=number(fields, "originationNumber", id_, given.country),
            ours=ours,
            direction="inbound",
            claims=(ours,),
            in_reply_to=fields.get("previousPublishedMessageId"),
            content=Content(text=fields.get("messageBody"), fields=without(data, *_INBOUND)),
        )
    ]


def _reported(data: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    id_ = present(fields, "messageId")
    kind, at = fields["eventType"], fields.get("eventTimestamp", "")
    name = _name(kind)
    known, time = STATUS.get(name), unix(data.get("eventTimestamp"))
    ours = number(fields, "originationPhoneNumber", id_).urn if "originationPhoneNumber" in fields else "aws:unknown"
    context = texts(inner(data, "context"))
    status = None
    if known is not None:
        reason = fields.get("messageStatusDescription")
        status = report(known, kind, time, fields.get("messageStatus", name), reason, FAILURES.get(name, OTHER))
    return Item(
        meaning="message.status" if status else "unknown",
        account="",
        provider_id=id_,
        kind=kind,
        moment=at,
        contact=number(fields, "destinationPhoneNumber", id_) if "destinationPhoneNumber" in fields else None,
        ours=ours,
        direction="outbound",
        claims=(ours,),
        provider_time=time,
        campaign=context.get("campaign_id"),
        lead=context.get("lead_id"),
        status=status,
        content=Content(kind="status" if status else "event", metadata=context, fields=without(data, *_EVENT)),
    )


def _name(kind: str) -> str:
    """What happened to a message; empty for what happened to anything else."""
    return next((kind.removeprefix(prefix) for prefix in MESSAGES if kind.startswith(prefix)), "")


_INBOUND = ("inboundMessageId", "originationNumber", "destinationNumber", "messageBody", "previousPublishedMessageId")
_EVENT = ("eventType", "eventTimestamp", "messageId", "originationPhoneNumber", "destinationPhoneNumber", "context")


def recognises(data: Any) -> bool:
    """A message to a number of ours, or an event of a configuration set."""
    if not isinstance(data, dict):
        return False
    if "inboundMessageId" in data:
        return "originationNumber" in data
    kind = data.get("eventType")
    return type(kind) is str and kind.startswith(EVENTS)


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="aws",
    source=(
        "https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html",
        "https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html",
        "https://docs.aws.amazon.com/end-user-messaging/latest/userguide/nx-features-messaging-events.html",
        "https://docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    not_covered=(
        "media and suggestions of RCS",
        "status changes of registrations",
        "event streams of Amazon Pinpoint projects",
    ),
)
