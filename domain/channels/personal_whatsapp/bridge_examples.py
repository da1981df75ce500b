"""Bodies in our own bridge format: every kind, and the odd ones."""

import json
from typing import Any

from domain.channels.provider import Example

OURS = "14155550100@s.whatsapp.net"
THEIRS = "14155550123@s.whatsapp.net"
GROUP = "120363041234567890@g.us"
HIDDEN = "98765432101234@lid"


def told_of(id_: str, **more: Any) -> dict[str, Any]:
    """A message, or whatever `kind` says."""
    always = {"bridge": 1, "kind": "message", "account": "front-desk", "me": OURS, "time": 1796119644, "chat": THEIRS}
    return always | {"id": id_} | more


def _example(number: int, outcome: str = "message.received", **more: Any) -> Example:
    return Example(json.dumps(told_of(f"3EB0{number:04X}", **more), ensure_ascii=False), (outcome,))


def _status(number: int, status: str, outcome: str, **more: Any) -> Example:
    return _example(number, outcome, kind="status", status=status, from_me=True, **more)


def _media(type_: str, **more: Any) -> dict[str, Any]:
    return {"media": [{"url": "https://bridge.acme.example/files/1", "type": type_, "size": 4711, **more}]}


def _without(example: Example, *names: str, outcome: str) -> Example:
    data = {name: value for name, value in json.loads(example.body).items() if name not in names}
    return Example(json.dumps(data), (outcome,))


_CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë Example\nTEL:+14155550177\nEND:VCARD"

EXAMPLES: dict[str, Example] = {
    "text": _example(1, text="Is my table ready?", name="Ann Example"),
    "text_emoji_and_scripts": _example(2, text="Grüße 👩‍👩‍👧 مرحبا 漢字", chat="14155550123@c.us"),
    "text_reply": _example(3, text="The second one", reply_to="3EB0FFFF"),
    "text_forwarded": _example(4, text="Look at this", forwarded=True),
    "text_in_group": _example(5, text="We are five now", chat=GROUP, sender=THEIRS, name="Ann Example"),
    "text_of_hidden_number": _example(6, text="no number", chat=HIDDEN),
    "text_of_both_ids": _example(7, text="both", chat=HIDDEN, also=[THEIRS]),
    "text_from_device": _example(8, text="from a desk", chat="14155550123:12@s.whatsapp.net"),
    "echo": _example(9, "message.echoed", text="We keep it for you", from_me=True),
    "echo_to_group": _example(10, "message.echoed", text="We are open", from_me=True, chat=GROUP),
    "image": _example(11, text="The damage", **_media("image/jpeg")),
    "voice": _example(12, **_media("audio/ogg", voice=True)),
    "document": _example(13, **_media("application/pdf", name="Größe.pdf")),
    "sticker": _example(14, sticker=True, **_media("image/webp")),
    "location": _example(15, location={"latitude": 37.78789, "longitude": -122.39166, "name": "Acme Pier"}),
    "contacts": _example(16, contacts=[_CARD]),
    "answer": _example(17, answer={"kind": "list", "id": "t-20", "title": "20:00 to 22:00"}),
    "reaction": _example(18, "message.reaction", kind="reaction", target="3EB0FFFF", emoji="👍🏽"),
    "reaction_removed": _example(19, "message.reaction", kind="reaction", target="3EB0FFFF"),
    "edit": _example(20, "message.edited", kind="edit", target="3EB00001", text="Is our table ready?"),
    "delete": _example(21, "message.deleted", kind="delete", target="3EB00001"),
    "status_sent": _status(30, "sent", "message.status:sent"),
    "status_delivered": _status(30, "delivered", "message.status:delivered"),
    "status_read": _status(30, "read", "message.status:read"),
    "status_played": _status(30, "played", "message.status:played"),
    "status_failed": _status(
        31, "failed", "message.status:failed", error={"code": 463, "text": f"cannot reach {THEIRS}"}
    ),
    "status_in_group": _status(32, "read", "message.status:read", chat=GROUP, sender=THEIRS),
    "status_of_tomorrow": _status(33, "pondered", "unknown"),
    "account": _without(
        _example(40, "account.event", kind="account", what="logged_out"), "chat", "id", outcome="account.event"
    ),
    "kind_of_tomorrow": _example(41, "unknown", kind="dream"),
    "story": _example(42, "ignored:broadcast", chat="status@broadcast", sender=THEIRS, text="my breakfast"),
    "channel_post": _example(43, "ignored:newsletter", chat="120363099999@newsletter", text="news"),
    "two": Example(
        json.dumps([told_of("3EB00050", text="one"), told_of("3EB00051", text="two")]), ("message.received",) * 2
    ),
    "the_same_twice": Example(json.dumps([told_of("3EB00052", text="twice")] * 2), ("message.received",)),
    "no_id": _without(_example(60, text="x"), "id", outcome="rejected:missing_field"),
    "no_chat": _without(_example(61, text="x"), "chat", outcome="rejected:missing_field"),
    "no_kind": _without(_example(62, text="x"), "kind", outcome="rejected:missing_field"),
    "no_sender_in_group": _example(63, "rejected:missing_field", chat=GROUP, text="x"),
    "invalid_chat": _example(64, "rejected:invalid_phone", chat="nobody", text="x"),
    "reaction_to_nothing": _example(65, "rejected:missing_field", kind="reaction", emoji="👍"),
    "garbage": Example("so this is no bridge's message", ("rejected:unreadable",)),
    "json_text": Example('"text"', ("rejected:unreadable",)),
}
