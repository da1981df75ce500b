"""Callbacks of a bot, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = {"id": "0123/4567+890A==", "name": "Dana Fox", "avatar": "https://media.acme.example/dana.png", "country": "GB"}
_WHEN = 1_795_514_844_000
_TOKEN = 4_912_661_846_655_238_000


def callback(event: str, token: int, **more: Any) -> str:
    """A callback as Viber posts it."""
    body = {"event": event, "timestamp": _WHEN, "chat_hostname": "SN-CHAT-05_", "message_token": token}
    return msgspec.json.encode(body | more).decode()


def _said(n: int, type_: str, **more: Any) -> Example:
    message = {"type": type_, "tracking_data": "table 7", **more}
    return Example(callback("message", _TOKEN + n, sender=DANA, message=message, silent=False), ("message.received",))


def _one(n: int, event: str, outcome: str, **more: Any) -> Example:
    return Example(callback(event, _TOKEN + n, **more), (outcome,))


def _media(n: int, name: str, **more: Any) -> dict[str, Any]:
    return {"media": f"https://media.acme.example/{n}/{name}?Expires=1795518444", "file_name": name, **more}


EXAMPLES: dict[str, Example] = {
    "received": _said(1, "text", text="Is my table ready?"),
    "received_again": _said(1, "text", text="Is my table ready?"),
    "received_emoji_and_scripts": _said(2, "text", text="Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽"),
    "received_nul": _said(3, "text", text="before\0after"),
    "received_picture": _said(4, "picture", text="the damage", **_media(4, "damage.jpg", size=5120)),
    "received_video": _said(5, "video", **_media(5, "tour.mp4", size=10240, duration=7)),
    "received_file": _said(6, "file", **_media(6, "offer.pdf", file_size=2048)),
    "received_link": _said(7, "url", media="https://acme.example/menu"),
    "received_sticker": _said(8, "sticker", sticker_id=40133),
    "received_location": _said(9, "location", location={"lat": 37.7879, "lon": -122.3917}),
    "received_contact": _said(10, "contact", contact={"name": "Lee Park", "phone_number": "+14155550124"}),
    "received_kind_of_tomorrow": _said(11, "hologram", media="https://media.acme.example/11"),
    "received_nothing_in_it": _one(12, "message", "message.received", sender=DANA, message={}),
    "delivered": _one(20, "delivered", "message.status:delivered", user_id=DANA["id"]),
    "delivered_to_another_of_a_broadcast": _one(20, "delivered", "message.status:delivered", user_id="99=="),
    "seen": _one(20, "seen", "message.status:read", user_id=DANA["id"]),
    "failed": _one(21, "failed", "message.status:failed", user_id=DANA["id"], desc="no device of +14155550123"),
    "subscribed": _one(22, "subscribed", "consent.changed", user=DANA),
    "unsubscribed": _one(23, "unsubscribed", "consent.changed", user_id=DANA["id"]),
    "started": _one(24, "conversation_started", "referral.received", type="open", user=DANA, subscribed=False),
    "started_by_a_link": _one(
        25, "conversation_started", "referral.received", type="open", context="menu-card", user=DANA, subscribed=False
    ),
    "of_tomorrow": _one(26, "hologram_call", "unknown", user=DANA),
    "of_tomorrow_about_nobody": _one(27, "bot_renamed", "unknown", title="Acme"),
    "webhook": Example(callback("webhook", _TOKEN), ("ignored:webhook_registered",)),
    "no_token": Example('{"event": "message", "sender": {"id": "01=="}}', ("rejected:missing_field",)),
    "no_sender": _one(28, "message", "rejected:missing_field", message={"type": "text", "text": "hi"}),
    "no_user": _one(29, "seen", "rejected:missing_field"),
    "no_event": Example('{"message_token": 1}', ("rejected:missing_field",)),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
}
