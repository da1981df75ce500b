"""Instagram: direct messages of a professional account. Envelope and events are Meta's own (domain/channels/meta.py).

Sources, read 2026-11: developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks,
/documentation/instagram-platform/webhooks/examples, /docs/graph-api/webhooks/reference/instagram.

Somebody who answers a story answers something that is no message; a story that mentions us comes as an attachment:

    {"sender": {"id": "<person>"}, "recipient": {"id": "<account>"}, "timestamp": 1795514844000, "message": {"mid": "aWdf..",
     "text": "So good", "reply_to": {"story": {"id": "1788..", "url": "https://.."}}}}

    {.., "message": {"mid": "aWdf..", "attachments": [{"type": "story_mention", "payload": {"url": "https://.."}}]}}

What was read is named: `"read": {"mid": "aWdf.."}`; deliveries are not told.
"""

from collections.abc import Mapping
from typing import Any

from domain.channels import meta
from domain.channels.instagram.meta_examples import ACCOUNT, EXAMPLES
from domain.channels.meta_events import Platform
from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature, needed

PLATFORM = Platform("Instagram", "instagram", "instagram")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """Everything in one post."""
    return meta.items(PLATFORM, data)


def recognises(data: Any) -> bool:
    """The object is Instagram's."""
    return meta.recognises(PLATFORM, data)


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, body = needed(fields, "from_number", "body")
    said = {"sender": {"id": from_.lstrip("+")}, "message": {"mid": f"aWdf{token}", "text": body}}
    return ACCOUNT.post(ACCOUNT.theirs(0) | said)


PROVIDER = Provider(
    channel="instagram",
    label=PLATFORM.label,
    name="meta",
    source=(
        "https://developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks",
        "https://developers.facebook.com/documentation/instagram-platform/webhooks/examples",
        "https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram",
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
        "the name of who writes: it is not in the post, only behind the profile API",
    ),
)
