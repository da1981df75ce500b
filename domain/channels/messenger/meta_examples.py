"""Posts about a Page on Messenger, written by us: what only Messenger has, beside what it shares with Instagram."""

from collections.abc import Mapping
from typing import Any

from domain.channels.meta_examples import Page, attached, media, mid, shared
from domain.channels.provider import Example

PAGE = Page("page", "101122334455667")
THUMB = 369239263222822


def _one(item: Mapping[str, Any], *outcome: str, name: str = "messaging") -> Example:
    return Example(PAGE.post(item, name=name), outcome)


def _notified(n: int, **more: str) -> dict[str, Any]:
    optin = {"type": "notification_messages", "payload": "menus", "title": "Menu of the week", **more}
    return PAGE.theirs(n, optin={"notification_messages_token": "7700", **optin})


EXAMPLES: dict[str, Example] = shared(PAGE) | {
    "received_thumb": _one(
        PAGE.message(60, attachments=[attached("image", url=media("60.png"), sticker_id=THUMB)]), "message.received"
    ),
    "received_sticker_twice_told": _one(
        PAGE.message(
            61,
            attachments=[
                attached("sticker", url=media("61.png"), sticker_id=7001),
                attached("image", url=media("61.png"), sticker_id=7001),
            ],
        ),
        "message.received",
    ),
    "received_location": _one(
        PAGE.message(62, attachments=[attached("location", coordinates={"lat": 37.7879, "long": -122.3917})]),
        "message.received",
    ),
    "received_location_that_is_none": _one(
        PAGE.message(63, attachments=[attached("location", coordinates={"lat": 137.0, "long": "west"})]),
        "message.received",
    ),
    "received_link": _one(
        PAGE.message(
            64,
            text="https://acme.example/menu",
            attachments=[attached("fallback", url="https://acme.example/menu", title="Our menu")],
        ),
        "message.received",
    ),
    "received_share_of_nothing": _one(PAGE.message(65, attachments=[attached("fallback")]), "message.received"),
    "received_product": _one(
        PAGE.message(66, attachments=[attached("template", product={"elements": [{"id": "P1", "title": "Cup"}]})]),
        "message.received",
    ),
    "received_by_checkbox": _one(
        PAGE.theirs(67, postback={"title": "Yes", "payload": "YES"}) | {"sender": {"user_ref": "chk-0067"}},
        "message.received",
    ),
    "echoed_template": _one(
        PAGE.ours(
            70,
            message={
                "mid": mid(70),
                "is_echo": True,
                "metadata": "campaign 7",
                "attachments": [attached("template", template_type="media")],
            },
        ),
        "message.echoed",
        name="standby",
    ),
    "delivered": _one(
        PAGE.theirs(71, delivery={"mids": [mid(30), mid(70)], "watermark": 1_795_514_844_071}),
        "message.status:delivered",
        "message.status:delivered",
    ),
    "delivered_up_to": _one(
        PAGE.theirs(72, delivery={"watermark": 1_795_514_844_072, "seq": 37}), "message.status:delivered"
    ),
    "read_up_to": _one(PAGE.theirs(73, read={"watermark": 1_795_514_844_073}), "message.status:read"),
    "came_by_plugin": _one(PAGE.theirs(74, optin={"ref": "landing-page"}), "referral.received"),
    "came_by_checkbox": _one(
        {
            "recipient": {"id": PAGE.id},
            "timestamp": 1_795_514_844_075,
            "optin": {"ref": "cart", "user_ref": "chk-0075"},
        },
        "referral.received",
    ),
    "notifications_wanted": _one(_notified(76), "consent.changed"),
    "notifications_stopped": _one(_notified(77, notification_messages_status="STOP_NOTIFICATIONS"), "consent.changed"),
    "policy_enforced": _one(
        {
            "recipient": {"id": PAGE.id},
            "timestamp": 1_795_514_844_078,
            "policy_enforcement": {"action": "block", "reason": "too much at once"},
        },
        "account.event",
    ),
    "app_roles": _one(
        {"recipient": {"id": PAGE.id}, "timestamp": 1_795_514_844_079, "app_roles": {"123": ["primary_receiver"]}},
        "account.event",
    ),
    "account_linked": _one(
        PAGE.theirs(80, account_linking={"status": "linked", "authorization_code": "0f"}), "unknown"
    ),
    "feed": _one(
        {
            "field": "feed",
            "value": {
                "item": "comment",
                "verb": "add",
                "comment_id": "45_81",
                "post_id": "45",
                "from": {"id": "9", "name": "Dana"},
                "message": "Lovely place",
            },
        },
        "unknown",
        name="changes",
    ),
    "lead": _one({"field": "leadgen", "value": {"leadgen_id": "4482", "form_id": "7"}}, "unknown", name="changes"),
}
