"""Bodies in WAHA's format, written by us: every kind, and the odd ones."""

import json
from typing import Any

from domain.channels.provider import Example

OURS = "14155550100@c.us"
THEIRS = "14155550123@c.us"
GROUP = "120363041234567890@g.us"
HIDDEN = "98765432101234@lid"


def _event(event: str, payload: dict[str, Any], *outcome: str) -> Example:
    whole = {
        "id": "evt_01jcz",
        "timestamp": 1796119644123,
        "event": event,
        "session": "default",
        "engine": "NOWEB",
        "me": {"id": OURS, "pushName": "Acme Bistro"},
        "payload": payload,
        "environment": {"version": "2026.11.1", "engine": "NOWEB", "tier": "CORE"},
    }
    return Example(json.dumps(whole, ensure_ascii=False), outcome)


def _payload(number: int, chat: str = THEIRS, **more: Any) -> dict[str, Any]:
    always = {
        "id": f"false_{chat}_3EB0{number:04X}",
        "timestamp": 1796119644,
        "from": chat,
        "fromMe": False,
        "to": OURS,
    }
    return always | {"hasMedia": False} | more


def _message(number: int, body: str, outcome: str = "message.received", event: str = "message", **more: Any) -> Example:
    return _event(event, _payload(number, body=body, **more), outcome)


def _ours(number: int, chat: str = THEIRS, **more: Any) -> dict[str, Any]:
    return {
        "id": f"true_{chat}_3EB0{number:04X}",
        "timestamp": 1796119644,
        "from": OURS,
        "fromMe": True,
        "to": chat,
    } | more


def _ack(number: int, ack: int, name: str, outcome: str, **more: Any) -> Example:
    return _event("message.ack", _ours(number, ack=ack, ackName=name, **more), outcome)


def _media(mime: str, **more: Any) -> dict[str, Any]:
    return {"hasMedia": True, "media": {"url": "http://waha.acme.example/api/files/1", "mimetype": mime, **more}}


_CALL = {"id": "CALL1", "from": THEIRS, "timestamp": 1796119644, "isVideo": False}
_TARGET = f"true_{THEIRS}_3EB0FFFF"

EXAMPLES: dict[str, Example] = {
    "text": _message(1, "Is my table ready?", _data={"pushName": "Ann Example"}),
    "text_any_again": _message(1, "Is my table ready?", event="message.any", _data={"pushName": "Ann Example"}),
    "text_emoji_and_scripts": _message(2, "Grüße 👩‍👩‍👧 مرحبا 漢字"),
    "text_reply": _message(3, "The second one", replyTo={"id": "3EB0FFFF", "body": "Which one?"}),
    "text_in_group": _message(4, "We are five now", chat=GROUP, participant=THEIRS),
    "text_of_hidden_number": _message(5, "no number", chat=HIDDEN),
    "text_of_both_ids": _message(6, "both", chat=HIDDEN, _data={"key": {"remoteJidAlt": "14155550123@s.whatsapp.net"}}),
    "echo": _event("message.any", _ours(7, body="We keep it for you", source="app"), "message.echoed"),
    "image": _message(8, "The damage", **_media("image/jpeg")),
    "voice": _message(9, "", **_media("audio/ogg; codecs=opus"), _data={"message": {"audioMessage": {"ptt": True}}}),
    "document": _message(10, "", **_media("application/pdf", filename="Größe.pdf")),
    "media_not_stored": _message(11, "", hasMedia=True),
    "location": _message(
        12, "", location={"latitude": "37.78789", "longitude": "-122.39166", "description": "Acme Pier"}
    ),
    "location_nowhere": _message(13, "", location={"latitude": "north"}),
    "contact": _message(14, "", vCards=["BEGIN:VCARD\nFN:Zoë Example\nEND:VCARD"]),
    "reaction": _event(
        "message.reaction", _payload(15, reaction={"text": "🙏", "messageId": _TARGET}), "message.reaction"
    ),
    "reaction_removed": _event(
        "message.reaction", _payload(16, reaction={"text": "", "messageId": _TARGET}), "message.reaction"
    ),
    "edited": _message(17, "Is our table ready?", "message.edited", event="message.edited", editedMessageId="3EB00001"),
    "revoked": _event(
        "message.revoked",
        {
            "revokedMessageId": "3EB00001",
            "before": _payload(1, body="Is my table ready?"),
            "after": _payload(18, body=""),
        },
        "message.deleted",
    ),
    "revoked_by_us": _event(
        "message.revoked", {"after": _ours(19), "before": _ours(7, body="We keep it for you")}, "message.deleted"
    ),
    "vote": _event(
        "poll.vote",
        {
            "vote": {**_payload(20), "selectedOptions": ["20:00", "22:00"]},
            "poll": {"id": _TARGET, "from": OURS, "to": THEIRS, "fromMe": True},
        },
        "message.received",
    ),
    "ack_error": _ack(30, -1, "ERROR", "message.status:failed"),
    "ack_pending": _ack(31, 0, "PENDING", "message.status:queued"),
    "ack_server": _ack(31, 1, "SERVER", "message.status:sent"),
    "ack_device": _ack(31, 2, "DEVICE", "message.status:delivered"),
    "ack_read": _ack(31, 3, "READ", "message.status:read"),
    "ack_played": _ack(31, 4, "PLAYED", "message.status:played"),
    "ack_in_group": _event(
        "message.ack.group", _ours(32, chat=GROUP, participant=THEIRS, ack=3, ackName="READ"), "message.status:read"
    ),
    "ack_of_tomorrow": _ack(33, 9, "PONDERED", "unknown"),
    "ack_of_theirs": _event("message.ack", _payload(34, ack=3, ackName="READ"), "ignored:own_receipt"),
    "call_received": _event(
        "call.received",
        _call := {"id": "CALL1", "from": THEIRS, "timestamp": 1796119644, "isVideo": False},
        "call.incoming",
    ),
    "call_accepted": _event("call.accepted", _CALL, "call.answered"),
    "call_rejected": _event("call.rejected", _CALL, "call.busy"),
    "session": _event("session.status", {"name": "default", "status": "SCAN_QR_CODE"}, "account.event"),
    "presence": _event("presence.update", {"id": THEIRS, "presences": []}, "ignored:presence"),
    "event_of_tomorrow": _event("mood.update", {"id": "m1"}, "unknown"),
    "story": _message(40, "my breakfast", "ignored:broadcast", chat="status@broadcast", participant=THEIRS),
    "no_payload": Example(json.dumps({"event": "message", "session": "default"}), ("rejected:missing_field",)),
    "no_id": _event("message", {"from": THEIRS, "body": "x"}, "rejected:missing_field"),
    "no_from": _event("message", {"id": "3EB00041", "body": "x"}, "rejected:missing_field"),
    "invalid_from": _event("message", {"id": "3EB00042", "from": "nobody", "body": "x"}, "rejected:invalid_phone"),
    "reaction_to_nothing": _event("message.reaction", _payload(43, reaction={"text": "🙏"}), "rejected:missing_field"),
}
