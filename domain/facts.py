"""What a provider said as the event that says so, where nothing has to be known to say it."""

from typing import Any

from schemas.events import (
    AccountEventRecorded,
    CallReported,
    IdentityChanged,
    MessageClicked,
    MessageComplained,
    MessageDeleted,
    MessageDismissed,
    MessageEchoed,
    MessageEdited,
    MessageEvent,
    MessageOpened,
    MessageReacted,
    ProviderEventRecorded,
    ReferralReceived,
    SubscriptionChanged,
    ThreadStatusReported,
)
from schemas.inbound import InboundEvent

PLAIN: dict[str, type[MessageEvent]] = {
    "message_echoed": MessageEchoed,
    "message_edited": MessageEdited,
    "message_deleted": MessageDeleted,
    "message_reacted": MessageReacted,
    "message_dismissed": MessageDismissed,
    "message_complained": MessageComplained,
    "subscription_changed": SubscriptionChanged,
    "identity_changed": IdentityChanged,
    "referral_received": ReferralReceived,
    "account_event": AccountEventRecorded,
    "provider_event": ProviderEventRecorded,
}
"""Types whose event says what every event about a message says, and no more."""


def about(event: InboundEvent) -> dict[str, Any]:
    """What every event about a message says."""
    return {
        "id": event.id,
        "message": event.message,
        "thread": event.thread,
        "channel": event.channel,
        "provider": event.provider,
        "account": event.account,
        "provider_id": event.provider_id,
        "ours": event.ours,
        "direction": event.direction,
        "kind": event.kind,
        "provider_time": event.provider_time,
        "campaign": event.campaign,
        "lead": event.lead,
        "verification": event.verification,
        "person": event.person,
        "content": event.content,
        "meaning": event.meaning,
        "in_reply_to": event.in_reply_to,
        "reply_to": event.reply_to,
        "mail_thread": event.mail_thread,
    }


def fact(event: InboundEvent) -> MessageEvent:
    """The event of everything but messages and statuses, which have a history. Raises KeyError for those."""
    match event.type:
        case "message_opened":
            return MessageOpened(**about(event), machine=event.machine)
        case "message_clicked":
            return MessageClicked(**about(event), machine=event.machine)
        case "call_reported":
            assert event.call is not None
            return CallReported(**about(event), call=event.call)
        case "thread_status":
            assert event.status is not None
            assert event.until is not None
            return ThreadStatusReported(**about(event), reported=event.status.status, until=event.until)
        case type_:
            return PLAIN[type_](**about(event))
