"""Events of Baileys, written by us: every kind, and the odd ones."""

import json
from typing import Any

from domain.channels.provider import Example

OURS = "14155550100:7@s.whatsapp.net"
THEIRS = "14155550123@s.whatsapp.net"
GROUP = "120363041234567890@g.us"
HIDDEN = "98765432101234@lid"


def _event(event: str, data: Any, *outcome: str) -> Example:
    whole = {"event": event, "account": "front-desk", "me": OURS, "data": data}
    return Example(json.dumps(whole, ensure_ascii=False), outcome)


def _key(number: int, chat: str = THEIRS, **more: Any) -> dict[str, Any]:
    return {"remoteJid": chat, "fromMe": False, "id": f"3EB0{number:04X}", **more}


def _one(key: dict[str, Any], message: Any, **more: Any) -> dict[str, Any]:
    return {"key": key, "pushName": "Ann Example", "messageTimestamp": 1796119644, "message": message, **more}


def _upsert(number: int, message: Any, outcome: str = "message.received", **key: Any) -> Example:
    one = _one(_key(number, **key), message)
    return _event("messages.upsert", {"type": "notify", "messages": [one]}, outcome)


def _update(number: int, update: dict[str, Any], outcome: str, **key: Any) -> Example:
    return _event("messages.update", [{"key": _key(number, **{"fromMe": True, **key}), "update": update}], outcome)


def _medium(kind: str, mime: str, **more: Any) -> dict[str, Any]:
    return {
        kind: {
            "url": "https://mmg.whatsapp.net/v/1",
            "mimetype": mime,
            "fileLength": "4711",
            "mediaKey": "a2V5",
            **more,
        }
    }


_CARD = {"displayName": "Zoë Example", "vcard": "BEGIN:VCARD\nFN:Zoë Example\nEND:VCARD"}
_QUOTE = {"contextInfo": {"stanzaId": "3EB0FFFF", "participant": OURS}}
_PROTOCOL = {"remoteJid": THEIRS, "fromMe": False, "id": "3EB00001"}

EXAMPLES: dict[str, Example] = {
    "text": _upsert(1, {"conversation": "Is my table ready?"}),
    "text_emoji_and_scripts": _upsert(2, {"conversation": "Grüße 👩‍👩‍👧 مرحبا 漢字"}),
    "text_reply": _upsert(3, {"extendedTextMessage": {"text": "The second one", **_QUOTE}}),
    "text_in_group": _upsert(4, {"conversation": "We are five now"}, chat=GROUP, participant=THEIRS),
    "text_of_hidden_number": _upsert(5, {"conversation": "no number"}, chat=HIDDEN),
    "text_of_both_ids": _upsert(6, {"conversation": "both"}, chat=HIDDEN, remoteJidAlt=THEIRS),
    "text_disappearing": _upsert(7, {"ephemeralMessage": {"message": {"extendedTextMessage": {"text": "for a day"}}}}),
    "echo": _upsert(8, {"conversation": "We keep it for you"}, "message.echoed", fromMe=True),
    "image": _upsert(9, _medium("imageMessage", "image/jpeg", caption="The damage")),
    "image_seen_once": _upsert(10, {"viewOnceMessageV2": {"message": _medium("imageMessage", "image/jpeg")}}),
    "video": _upsert(11, _medium("videoMessage", "video/mp4")),
    "voice": _upsert(12, _medium("audioMessage", "audio/ogg; codecs=opus", ptt=True)),
    "document": _upsert(
        13,
        {
            "documentWithCaptionMessage": {
                "message": _medium("documentMessage", "application/pdf", fileName="Größe.pdf")
            }
        },
    ),
    "sticker": _upsert(14, _medium("stickerMessage", "image/webp")),
    "location": _upsert(15, {"locationMessage": {"degreesLatitude": 37.78789, "degreesLongitude": -122.39166}}),
    "contact": _upsert(16, {"contactMessage": _CARD}),
    "contacts": _upsert(17, {"contactsArrayMessage": {"contacts": [_CARD, _CARD]}}),
    "button": _upsert(
        18, {"buttonsResponseMessage": {"selectedButtonId": "yes", "selectedDisplayText": "Yes, please"}}
    ),
    "list": _upsert(
        19, {"listResponseMessage": {"title": "20:00 to 22:00", "singleSelectReply": {"selectedRowId": "t-20"}}}
    ),
    "poll": _upsert(20, {"pollCreationMessageV3": {"name": "When?", "options": [{"optionName": "Friday"}]}}),
    "reaction": _upsert(
        21, {"reactionMessage": {"key": {"id": "3EB0FFFF", "fromMe": True}, "text": "👍🏽"}}, "message.reaction"
    ),
    "reaction_told_again": _event(
        "messages.reaction",
        [{"key": {**_key(65535), "fromMe": True}, "reaction": {"key": _key(21), "text": "👍🏽"}}],
        "message.reaction",
    ),
    "edit": _upsert(
        22,
        {"protocolMessage": {"key": _PROTOCOL, "type": 14, "editedMessage": {"conversation": "Is our table ready?"}}},
        "message.edited",
    ),
    "edit_again": _update(
        1,
        {"message": {"editedMessage": {"message": {"conversation": "Is our table ready?"}}}},
        "message.edited",
        fromMe=False,
    ),
    "revoke": _upsert(23, {"protocolMessage": {"key": _PROTOCOL, "type": "REVOKE"}}, "message.deleted"),
    "revoke_again": _update(1, {"message": None, "messageStubType": 1}, "message.deleted", fromMe=False),
    "deleted_for_us": _event("messages.delete", {"keys": [_key(24)]}, "message.deleted"),
    "status_error": _update(30, {"status": 0}, "message.status:failed"),
    "status_pending": _update(31, {"status": 1}, "message.status:queued"),
    "status_server": _update(31, {"status": 2}, "message.status:sent"),
    "status_delivered": _update(31, {"status": 3}, "message.status:delivered"),
    "status_read": _update(31, {"status": 4}, "message.status:read"),
    "status_played": _update(31, {"status": 5}, "message.status:played"),
    "status_of_tomorrow": _update(32, {"status": 9}, "unknown"),
    "status_of_theirs": _update(33, {"status": 4}, "ignored:own_receipt", fromMe=False),
    "status_in_group": _event(
        "message-receipt.update",
        [
            {
                "key": _key(34, chat=GROUP, fromMe=True),
                "receipt": {"userJid": THEIRS, "readTimestamp": 1796119650},
            }
        ],
        "message.status:read",
    ),
    "two": _event(
        "messages.upsert",
        {
            "type": "append",
            "messages": [_one(_key(35), {"conversation": "one"}), _one(_key(36), {"conversation": "two"})],
        },
        "message.received",
        "message.received",
    ),
    "keys_alone": _upsert(37, {"senderKeyDistributionMessage": {"groupId": GROUP}}, "ignored:empty"),
    "story": _upsert(
        38, {"conversation": "my breakfast"}, "ignored:broadcast", chat="status@broadcast", participant=THEIRS
    ),
    **{
        f"call_{status}": _event(
            "call",
            [{"id": "CALL1", "from": THEIRS, "chatId": THEIRS, "date": "2026-11-24T10:07:24.000Z", "status": status}],
            outcome,
        )
        for status, outcome in {
            "offer": "call.incoming",
            "accept": "call.answered",
            "reject": "call.busy",
            "timeout": "call.no_answer",
            "terminate": "call.completed",
            "hold": "unknown",
        }.items()
    },
    "connection": _event("connection.update", {"connection": "close", "qr": "2@secret"}, "account.event"),
    "presence": _event("presence.update", {"id": THEIRS, "presences": {}}, "ignored:presence"),
    "event_of_tomorrow": _event("moods.update", {"mood": "good"}, "unknown"),
    "no_data": Example(json.dumps({"event": "messages.upsert"}), ("rejected:missing_field",)),
    "no_id": _event(
        "messages.upsert", {"messages": [_one({"remoteJid": THEIRS}, {"conversation": "x"})]}, "rejected:missing_field"
    ),
    "no_chat": _event(
        "messages.upsert", {"messages": [_one({"id": "3EB00041"}, {"conversation": "x"})]}, "rejected:missing_field"
    ),
    "no_sender_in_group": _upsert(42, {"conversation": "x"}, "rejected:missing_field", chat=GROUP),
    "invalid_chat": _upsert(43, {"conversation": "x"}, "rejected:invalid_phone", chat="nobody"),
    "reaction_to_nothing": _upsert(44, {"reactionMessage": {"text": "👍"}}, "rejected:missing_field"),
}
