"""Updates of a bot, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

BOT = "7100200300"
DANA = {
    "id": 5550101,
    "is_bot": False,
    "first_name": "Dana",
    "last_name": "Fox",
    "username": "dana_fox",
    "language_code": "en",
}
OWNER = {"id": 5550199, "is_bot": False, "first_name": "Acme"}
PRIVATE = {"id": 5550101, "first_name": "Dana", "last_name": "Fox", "username": "dana_fox", "type": "private"}
GROUP = {"id": -1001555010, "title": "Regulars", "type": "supergroup"}
CHANNEL = {"id": -1001555020, "title": "Acme news", "type": "channel"}
_WHEN = 1_795_514_844


def update(n: int, **event: Any) -> str:
    """The n-th update."""
    return msgspec.json.encode({"update_id": 87_000_000 + n, **event}).decode()


def _message(n: int, **more: Any) -> dict[str, Any]:
    return {"message_id": n, "from": DANA, "chat": PRIVATE, "date": _WHEN + n, **more}


def _received(n: int, outcome: str = "message.received", by: dict[str, Any] = DANA, **more: Any) -> Example:
    return Example(update(n, message=_message(n, **more) | {"from": by}), (outcome,))


def _one(n: int, outcome: str, **event: Any) -> Example:
    return Example(update(n, **event), (outcome,))


def _file(n: int, **more: Any) -> dict[str, Any]:
    return {"file_id": f"AgACAgIAAx{n:06}", "file_unique_id": f"AQAD{n}", "file_size": 1000 + n, **more}


def _member(n: int, status: str, outcome: str, chat: dict[str, Any] = PRIVATE) -> Example:
    bot = {"id": int(BOT), "is_bot": True, "first_name": "Acme"}
    old, new = ({"user": bot, "status": each} for each in ("left", status))
    change = {"chat": chat, "from": DANA, "date": _WHEN + n, "old_chat_member": old, "new_chat_member": new}
    return _one(n, outcome, my_chat_member=change)


def _reaction(n: int, *new: dict[str, str]) -> Example:
    change = {"chat": PRIVATE, "message_id": 7, "user": DANA, "date": _WHEN + n}
    return _one(n, "message.reaction", message_reaction=change | {"old_reaction": [], "new_reaction": list(new)})


_PLACE = {"latitude": 37.7879, "longitude": -122.3917}
_SIZES = [_file(n, width=90 * n, height=60 * n) for n in (1, 4, 2)]
_KEYBOARD = {
    "inline_keyboard": [[{"text": "Friday", "callback_data": "day:5"}, {"text": "Saturday", "callback_data": "day:6"}]]
}
_BUSINESS = {"business_connection_id": "bc_Q0Fx77"}

EXAMPLES: dict[str, Example] = {
    "received": _received(1, text="Is my table ready?"),
    "received_again": _received(1, text="Is my table ready?"),
    "received_at_an_address_that_names_the_bot": Example(
        update(2, message=_message(2, text="hi")),
        ("message.received",),
        headers={"X-Telegram-Bot-Api-Secret-Token": "frumious"},
        url=f"https://hooks.acme.example/telegram/{BOT}",
    ),
    "received_emoji_and_scripts": _received(3, text="Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽"),
    "received_nul": _received(4, text="before\0after"),
    "received_reply": _received(5, text="that one", reply_to_message=_message(1, text="Is my table ready?")),
    "received_forwarded": _received(
        6, text="see this", forward_origin={"type": "user", "sender_user": OWNER, "date": 1}
    ),
    "received_photo": _received(7, photo=_SIZES, caption="the damage"),
    "received_photo_alone": _received(8, photo=_SIZES, media_group_id="77"),
    "received_voice": _received(9, voice=_file(9, duration=3, mime_type="audio/ogg")),
    "received_audio": _received(
        10, audio=_file(10, duration=200, mime_type="audio/mpeg", performer="Acme", title="Song")
    ),
    "received_video": _received(
        11, video=_file(11, width=640, height=360, mime_type="video/mp4", file_name="tour.mp4")
    ),
    "received_video_note": _received(12, video_note=_file(12, length=240, duration=5)),
    "received_animation": _received(13, animation=_file(13, mime_type="video/mp4"), document=_file(13)),
    "received_document": _received(14, document=_file(14, file_name="offer.pdf", mime_type="application/pdf")),
    "received_sticker": _received(
        15, sticker=_file(15, type="regular", width=512, height=512, is_video=True, emoji="👍")
    ),
    "received_location": _received(16, location=_PLACE),
    "received_venue": _received(
        17, venue={"location": _PLACE, "title": "Acme Grill", "address": "1 Example Street"}, location=_PLACE
    ),
    "received_own_number": _received(
        18, contact={"phone_number": "14155550123", "first_name": "Dana", "user_id": DANA["id"]}
    ),
    "received_contact": _received(19, contact={"phone_number": "+14155550124", "first_name": "Lee"}),
    "received_poll": _received(20, poll={"id": "51", "question": "Friday or Saturday?", "options": []}),
    "received_dice": _received(21, dice={"emoji": "🎲", "value": 6}),
    "received_form": _received(22, web_app_data={"data": '{"guests":4}', "button_text": "Book"}),
    "received_kind_of_tomorrow": _received(23, hologram=_file(23)),
    "received_story": _received(24, story={"chat": CHANNEL, "id": 9}),
    "received_in_a_group": _received(25, chat=GROUP, text="we are four"),
    "received_from_an_anonymous_administrator": _received(
        26, chat=GROUP, sender_chat=GROUP, text="closed today", by={"id": 1087968824, "is_bot": True}
    ),
    "received_from_a_bot": _received(27, chat=GROUP, text="ping", by={"id": 5550177, "is_bot": True}),
    "started": _received(28, "referral.received", text="/start"),
    "started_by_a_link": _received(29, "referral.received", text="/start menu-card"),
    "started_in_a_group": _received(30, "referral.received", text="/start@acme_bot table_7", chat=GROUP),
    "started_by_hand_in_a_group": _received(31, text="/start", chat=GROUP),
    "edited": _one(32, "message.edited", edited_message=_message(1, text="Is our table ready?", edit_date=_WHEN + 32)),
    "joined_a_group": _received(33, "unknown", chat=GROUP, new_chat_members=[DANA]),
    "pinned": _received(34, "unknown", chat=GROUP, pinned_message=_message(1, text="Is my table ready?")),
    "channel_post": _one(
        35, "message.received", channel_post={"message_id": 35, "chat": CHANNEL, "date": _WHEN, "text": "New menu"}
    ),
    "edited_channel_post": _one(
        36,
        "message.edited",
        edited_channel_post={"message_id": 35, "chat": CHANNEL, "date": _WHEN, "edit_date": _WHEN + 36, "text": "Menu"},
    ),
    "business_received": _one(37, "message.received", business_message=_message(37, text="open?", **_BUSINESS)),
    "business_echoed": _one(
        38, "message.echoed", business_message=_message(38, text="yes", **_BUSINESS) | {"from": OWNER}
    ),
    "business_edited": _one(
        39, "message.edited", edited_business_message=_message(37, text="open now?", edit_date=_WHEN + 39, **_BUSINESS)
    ),
    "business_deleted": Example(
        update(40, deleted_business_messages={**_BUSINESS, "chat": PRIVATE, "message_ids": [37, 38]}),
        ("message.deleted", "message.deleted"),
    ),
    "business_connected": _one(
        41, "account.event", business_connection={"id": "bc_Q0Fx77", "user": OWNER, "date": _WHEN, "is_enabled": True}
    ),
    "tapped": _one(
        42,
        "message.received",
        callback_query={
            "id": "4382bfdwdsb323b2d9",
            "from": DANA,
            "message": _message(7, text="Which day?", reply_markup=_KEYBOARD),
            "chat_instance": "-37",
            "data": "day:6",
        },
    ),
    "tapped_under_a_message_long_gone": _one(
        43,
        "message.received",
        callback_query={
            "id": "4382bfdwdsb323b2da",
            "from": DANA,
            "message": {"message_id": 3, "chat": GROUP, "date": 0},
            "data": "day:6",
        },
    ),
    "tapped_inline": _one(
        44, "message.received", callback_query={"id": "4382b", "from": DANA, "inline_message_id": "AB", "data": "x"}
    ),
    "reacted": _reaction(45, {"type": "emoji", "emoji": "❤"}),
    "reacted_with_custom_emoji": _reaction(46, {"type": "custom_emoji", "custom_emoji_id": "536"}, {"type": "paid"}),
    "reaction_taken_off": _reaction(47),
    "blocked": _member(48, "kicked", "consent.changed"),
    "unblocked": _member(49, "member", "consent.changed"),
    "membership_of_tomorrow": _member(50, "suspended", "unknown"),
    "added_to_a_group": _member(51, "administrator", "account.event", GROUP),
    "inline_query": _one(52, "unknown", inline_query={"id": "88", "from": DANA, "query": "menu", "offset": ""}),
    "poll_answered": _one(53, "unknown", poll_answer={"poll_id": "51", "user": DANA, "option_ids": [0]}),
    "of_tomorrow": _one(54, "unknown", hologram_call={"id": "h1", "from": DANA}),
    "nothing_told": _one(55, "ignored:empty"),
    "no_message_id": _one(56, "rejected:missing_field", message={"from": DANA, "chat": PRIVATE, "text": "hi"}),
    "no_chat": _one(57, "rejected:missing_field", message={"message_id": 57, "from": DANA, "text": "hi"}),
    "no_sender": _one(58, "rejected:missing_field", message={"message_id": 58, "chat": PRIVATE, "text": "hi"}),
    "no_update_id": Example('{"message": {"message_id": 1, "text": "hi"}}', ("rejected:missing_field",)),
    "reaction_of_nobody": _one(
        59, "rejected:missing_field", message_reaction={"chat": PRIVATE, "message_id": 7, "new_reaction": []}
    ),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
}
