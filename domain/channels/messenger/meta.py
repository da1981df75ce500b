"""Facebook Messenger: what people and Pages write, and how far it got. Envelope and events are Meta's own (domain/channels/meta.py).

Sources, read 2026-11: developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events, pages
messages, message-echoes, message-edits, message-reactions, message-deliveries, message-reads, messaging_postbacks, messaging_optins,
messaging_handovers, messaging_policy_enforcement.

A delivery names the messages or, where it cannot, the moment up to which everything has arrived; a read always does the latter:

    {"sender": {"id": "<person>"}, "recipient": {"id": "<page>"}, "timestamp": 1795514844000,
     "delivery": {"mids": ["m_.."], "watermark": 1795514843900}}

    {"sender": .., "recipient": .., "timestamp": 1795514845000, "read": {"watermark": 1795514843900}}

Somebody who has only ticked a checkbox of ours has no id yet and is `facebook:ref:<user_ref>` until then.
"""

from collections.abc import Mapping
from typing import Any

from domain.channels import meta
from domain.channels.messenger.meta_examples import EXAMPLES, PAGE
from domain.channels.meta_events import Platform
from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature, needed

PLATFORM = Platform("Messenger", "page", "facebook")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """Everything in one post."""
    return meta.items(PLATFORM, data)


def recognises(data: Any) -> bool:
    """The object is a Page."""
    return meta.recognises(PLATFORM, data)


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, body = needed(fields, "from_number", "body")
    said = {"sender": {"id": from_.lstrip("+")}, "message": {"mid": f"m_{token}", "text": body}}
    return PAGE.post(PAGE.theirs(0) | said)


PROVIDER = Provider(
    channel="messenger",
    label=PLATFORM.label,
    name="meta",
    source=(
        "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events",
        "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages",
        "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-deliveries",
    ),
    recognises=recognises,
    items=items,
    personal=meta.PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _message},
    signatures=(Signature("app_secret", "meta"),),
    reply=Reply("EVENT_RECEIVED", disables=True),
    not_covered=(
        "typing indicators: Meta documents none that it posts",
        "the person behind a checkbox's user_ref, once they write (prior_message): kept among the fields",
    ),
)
