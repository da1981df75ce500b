"""Bodies in Evolution API's format, written by us: every kind, and the odd ones."""

import json
from typing import Any

from domain.channels.provider import Example

OURS = "14155550100@s.whatsapp.net"
THEIRS = "14155550123@s.whatsapp.net"
GROUP = "120363041234567890@g.us"


def _event(event: str, data: Any, *outcome: str, **more: Any) -> Example:
    whole = {
        "event": event,
        "instance": "front-desk",
        "data": data,
        "destination": "https://hooks.acme.example/evolution",
        "date_time": "2026-11-24T10:07:24.123Z",
        "sender": OURS,
        "server_url": "https://evolution.acme.example",
        "apikey": "B6D711FC-DE4D-4FD5-9365-44120E713976",
    }
    return Example(json.dumps(whole | more, ensure_ascii=False), outcome)


def _upsert(
    number: int, message: Any, outcome: str = "message.received", event: str = "messages.upsert", **key: Any
) -> Example:
    data = {
        "key": {"remoteJid": THEIRS, "fromMe": False, "id": f"3EB1{number:04X}", **key},
        "pushName": "Ann Example",
        "status": "DELIVERY_ACK",
        "message": message,
        "messageType": next(iter(message), ""),
        "messageTimestamp": 1796119644,
        "instanceId": "7a2c5b0e",
        "source": "android",
    }
    return _event(event, data, outcome)


def _update(number: int, status: str, outcome: str, **more: Any) -> Example:
    data = {"messageId": "cm1", "keyId": f"3EB1{number:04X}", "remoteJid": THEIRS, "fromMe": True, "status": status}
    return _event("messages.update", data | {"instanceId": "7a2c5b0e"} | more, outcome)


_IMAGE = {"imageMessage": {"url": "https://mmg.whatsapp.net/v/1", "mimetype": "image/jpeg", "caption": "The damage"}}
_KEY = {"remoteJid": THEIRS, "fromMe": False, "id": "3EB10001"}

EXAMPLES: dict[str, Example] = {
    "text": _upsert(1, {"conversation": "Is my table ready?"}),
    "text_in_capitals_again": _upsert(1, {"conversation": "Is my table ready?"}, event="MESSAGES_UPSERT"),
    "text_emoji_and_scripts": _upsert(2, {"conversation": "Grüße 👩‍👩‍👧 مرحبا 漢字"}),
    "text_reply": _upsert(
        3, {"extendedTextMessage": {"text": "The second one", "contextInfo": {"stanzaId": "3EB1FFFF"}}}
    ),
    "text_in_group": _upsert(4, {"conversation": "We are five now"}, remoteJid=GROUP, participant=THEIRS),
    "text_of_both_ids": _upsert(5, {"conversation": "both"}, remoteJid="98765432101234@lid", senderPn=THEIRS),
    "echo": _upsert(6, {"conversation": "We keep it for you"}, "message.echoed", fromMe=True),
    "sent_by_api": _upsert(
        7, {"conversation": "Your table is ready"}, "message.echoed", event="send.message", fromMe=True
    ),
    "image": _upsert(8, _IMAGE),
    "image_stored": _upsert(9, _IMAGE | {"mediaUrl": "https://files.acme.example/1.jpg"}),
    "voice": _upsert(
        10, {"audioMessage": {"url": "https://mmg.whatsapp.net/v/2", "mimetype": "audio/ogg", "ptt": True}}
    ),
    "location": _upsert(11, {"locationMessage": {"degreesLatitude": 37.78789, "degreesLongitude": -122.39166}}),
    "list": _upsert(12, {"listResponseMessage": {"title": "20:00", "singleSelectReply": {"selectedRowId": "t-20"}}}),
    "reaction": _upsert(13, {"reactionMessage": {"key": {"id": "3EB1FFFF"}, "text": "👍🏽"}}, "message.reaction"),
    "reaction_removed": _upsert(14, {"reactionMessage": {"key": {"id": "3EB1FFFF"}, "text": ""}}, "message.reaction"),
    "edited": _event(
        "messages.edited",
        {
            "key": _KEY,
            "type": "MESSAGE_EDIT",
            "editedMessage": {"conversation": "Is our table ready?"},
            "timestampMs": "1796119700000",
        },
        "message.edited",
    ),
    "deleted": _event("messages.delete", {**_KEY, "status": "DELETED"}, "message.deleted"),
    "deleted_by_update_again": _update(1, "DELETED", "message.deleted", fromMe=False),
    "status_error": _update(30, "ERROR", "message.status:failed"),
    "status_pending": _update(31, "PENDING", "message.status:queued"),
    "status_server": _update(31, "SERVER_ACK", "message.status:sent"),
    "status_delivered": _update(31, "DELIVERY_ACK", "message.status:delivered"),
    "status_read": _update(31, "READ", "message.status:read"),
    "status_played": _update(31, "PLAYED", "message.status:played"),
    "status_of_tomorrow": _update(32, "PONDERED", "unknown"),
    "status_of_theirs": _update(33, "READ", "ignored:own_receipt", fromMe=False),
    "status_with_key": _event(
        "messages.update",
        [{"key": {"remoteJid": THEIRS, "fromMe": True, "id": "3EB10022"}, "update": {"status": "READ"}}],
        "message.status:read",
    ),
    "call": _event(
        "call",
        {"id": "CALL1", "from": THEIRS, "chatId": THEIRS, "date": "2026-11-24T10:07:24.000Z", "status": "offer"},
        "call.incoming",
    ),
    "connection": _event(
        "connection.update", {"instance": "front-desk", "state": "open", "statusReason": 200}, "account.event"
    ),
    "qr_code": _event("qrcode.updated", {"qrcode": {"code": "2@secret"}}, "account.event"),
    "presence": _event("presence.update", {"id": THEIRS, "presences": {}}, "ignored:presence"),
    "event_of_tomorrow": _event("moods.update", {"mood": "good"}, "unknown"),
    "story": _upsert(40, {"conversation": "my breakfast"}, "ignored:broadcast", remoteJid="status@broadcast"),
    "empty": _event("messages.upsert", [], "ignored:empty"),
    "no_instance": Example(
        json.dumps({"event": "messages.upsert", "instance": "", "data": {"key": {}, "message": {"conversation": "x"}}}),
        ("rejected:missing_field",),
    ),
    "no_id": _event(
        "messages.upsert", {"key": {"remoteJid": THEIRS}, "message": {"conversation": "x"}}, "rejected:missing_field"
    ),
    "no_chat": _event(
        "messages.update", {"keyId": "3EB10041", "fromMe": True, "status": "READ"}, "rejected:missing_field"
    ),
    "invalid_chat": _upsert(42, {"conversation": "x"}, "rejected:invalid_phone", remoteJid="nobody"),
    "no_event": Example(json.dumps({"instance": "front-desk", "data": {}}), ("rejected:missing_field",)),
}
