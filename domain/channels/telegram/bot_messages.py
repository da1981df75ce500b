"""What a message on Telegram says. Source as in bot.py."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.addresses import international
from domain.channels.places import place
from domain.channels.provider import inner, listed, text_of, without
from schemas.values import Answer, Attachment, Content, Location


class Media(NamedTuple):
    """How one kind of file is read. type: of those that Telegram makes itself."""

    kind: str
    type: str | None = None


MEDIA: Mapping[str, Media] = {
    "animation": Media("video", "video/mp4"),
    "audio": Media("audio"),
    "document": Media("document"),
    "sticker": Media("sticker", "image/webp"),
    "video": Media("video"),
    "video_note": Media("video", "video/mp4"),
    "voice": Media("audio", "audio/ogg"),
}
"""An animation stands there as a document too, for those who know no animations: the first that fits counts."""

KINDS: Mapping[str, str] = {
    "photo": "image",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "web_app_data": "interactive",
}

SERVICE = frozenset(
    "new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created supergroup_chat_created "
    "channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message "
    "successful_payment refunded_payment users_shared chat_shared gift unique_gift connected_website write_access_allowed "
    "passport_data proximity_alert_triggered boost_added chat_background_set forum_topic_created forum_topic_edited "
    "forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway "
    "giveaway_winners giveaway_completed video_chat_scheduled video_chat_started video_chat_ended "
    "video_chat_participants_invited checklist_tasks_done checklist_tasks_added direct_message_price_changed "
    "paid_message_price_changed suggested_post_approved suggested_post_approval_failed suggested_post_declined suggested_post_paid "
    "suggested_post_refunded gift_upgrade_sent".split()
)
"""What Telegram itself says in a chat."""

_FRAME = frozenset(
    "message_id message_thread_id from sender_chat sender_boost_count sender_business_bot date business_connection_id chat "
    "forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote reply_to_story via_bot edit_date "
    "has_protected_content is_from_offline media_group_id author_signature entities link_preview_options effect_id "
    "caption_entities show_caption_above_media has_media_spoiler reply_markup".split()
)
"""What is no content."""

_NORMALISED = ("message_id", "from", "date", "chat", "text", "caption", "photo", "reply_to_message", "edit_date")


def content_of(message: Mapping[str, Any]) -> Content:
    """The content of a message."""
    said = message.get("text", message.get("caption"))
    text = said if type(said) is str else None
    web = inner(message, "web_app_data")
    answer = Answer("form", text_of(web.get("data")), text_of(web.get("button_text"))) if web else None
    return Content(
        kind=_kind(message),
        text=text if text is not None else _worded(message),
        attachments=_attachments(message),
        fields=without(message, *_NORMALISED),
        location=_place(message),
        answer=answer,
    )


def _kind(message: Mapping[str, Any]) -> str:
    """What was sent; a caption belongs to it."""
    if type(message.get("text")) is str or message.keys() <= _FRAME:
        return "text"
    for name, media in MEDIA.items():
        if inner(message, name):
            return media.kind
    return next((kind for name, kind in KINDS.items() if message.get(name)), "other")


def _worded(message: Mapping[str, Any]) -> str | None:
    """The words of what has some of its own: a poll's question, a form's button, a die's picture."""
    return (
        text_of(inner(message, "poll").get("question"))
        or text_of(inner(message, "web_app_data").get("button_text"))
        or text_of(inner(message, "dice").get("emoji"))
    )


def _attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """The one file of a message, by its id; of a photo, which comes in several sizes, the biggest."""
    sizes = [size for size in listed(message, "photo") if isinstance(size, dict) and text_of(size.get("file_id"))]
    if sizes:
        return (_file(max(sizes, key=_area), "image/jpeg"),)
    for name, media in MEDIA.items():
        file = inner(message, name)
        if text_of(file.get("file_id")):
            return (_file(file, _type(file) or media.type, voice=name == "voice"),)
    return ()


def _area(size: Mapping[str, Any]) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if type(width) is int and type(height) is int else 0


def _type(file: Mapping[str, Any]) -> str | None:
    moving = "application/x-tgsticker" if file.get("is_animated") is True else None
    return text_of(file.get("mime_type")) or moving or ("video/webm" if file.get("is_video") is True else None)


def _file(file: Mapping[str, Any], type_: str | None, *, voice: bool = False) -> Attachment:
    size = file.get("file_size")
    return Attachment(
        reference=text_of(file.get("file_id")) or "",
        content_type=type_,
        name=text_of(file.get("file_name")),
        size=size if type(size) is int and 0 <= size < 2**53 else None,
        voice=voice,
    )


def _place(message: Mapping[str, Any]) -> Location | None:
    venue = inner(message, "venue")
    at = inner(venue, "location") or inner(message, "location")
    return place(at.get("latitude"), at.get("longitude"), text_of(venue.get("title")), text_of(venue.get("address")))


def own_number(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The writer's own telephone number, where it is that which they share."""
    contact, writer = inner(message, "contact"), text_of(inner(message, "from").get("id"))
    if writer is None or text_of(contact.get("user_id")) != writer:
        return ()
    number = international((text_of(contact.get("phone_number")) or "").lstrip("+"))
    return (number.urn,) if number is not None and number.urn.startswith("tel:") else ()
