"""What somebody said on Messenger or Instagram: text, attachments, taps. Sources as in meta.py."""

from collections.abc import Mapping
from typing import Any

from domain.channels.places import place
from domain.channels.provider import inner, listed, text_of, without
from schemas.values import Answer, Attachment, Content, Location

KINDS: Mapping[str, str] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "sticker": "sticker",
    "like_heart": "sticker",
    "location": "location",
    "template": "template",
    "reel": "video",
    "ig_reel": "video",
}
"""Everything else (share, story_mention, fallback, post, ig_post, appointment_booking ...) points at something elsewhere: `other`."""

STICKERS: Mapping[str, str] = {
    "369239263222822": "👍",
    "369239343222814": "👍",
    "369239383222810": "👍",
}
"""Meta's thumb in three sizes says what its emoji says."""

_PLAIN = frozenset({"image", "video", "audio", "file"})
_SAID = ("mid", "text", "attachments", "quick_reply", "is_echo")


def content_of(message: Mapping[str, Any], around: dict[str, Any]) -> Content:
    """The content of a message. around: what stands beside it in the post."""
    given = [each for each in listed(message, "attachments") if isinstance(each, dict)]
    text, reply = message.get("text"), inner(message, "quick_reply")
    text = text if type(text) is str else None
    fields = without(message, *_SAID) | around
    if any(text_of(each.get("type")) not in _PLAIN or _sticker(each) for each in given):
        fields["attachments"] = given
    answer = Answer("button", text_of(reply.get("payload")), text) if reply else None
    return Content(
        kind="interactive" if answer else _kind(message, given, text),
        text=text or _emoji(given) or text,
        attachments=_attachments(given),
        fields=fields,
        location=next((found for each in given if (found := _place(each))), None),
        answer=answer,
    )


def postback_of(postback: Mapping[str, Any], around: dict[str, Any]) -> Content:
    """A button that was tapped: its title is what the person said. In standby the payload is not told."""
    title = text_of(postback.get("title"))
    answer = Answer("button", text_of(postback.get("payload")), title)
    fields = without(postback, "mid", "title", "payload") | around
    return Content(kind="interactive", text=title, fields=fields, answer=answer)


def _kind(message: Mapping[str, Any], given: list[dict[str, Any]], text: str | None) -> str:
    """What was sent; words belong to it, save beside what only points elsewhere."""
    if not given:
        return "other" if message.get("is_unsupported") is True else "text"
    kind = "sticker" if _sticker(given[0]) else KINDS.get(text_of(given[0].get("type")) or "", "other")
    return "text" if text and kind in ("other", "template") else kind


def _sticker(attachment: Mapping[str, Any]) -> str | None:
    return text_of(inner(attachment, "payload").get("sticker_id"))


def _emoji(given: list[dict[str, Any]]) -> str | None:
    """The emoji that a sticker alone stands for."""
    for each in given:
        if each.get("type") == "like_heart":
            return "❤️"
        if (emoji := STICKERS.get(_sticker(each) or "")) is not None:
            return emoji
    return None


def _attachments(given: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    """What can be fetched. A sticker may stand there twice, as sticker and as image."""
    found: dict[str, Attachment] = {}
    for each in given:
        payload = inner(each, "payload")
        url = text_of(payload.get("url")) or text_of(each.get("url"))
        if url is not None:
            name = text_of(payload.get("title")) or text_of(each.get("title"))
            found.setdefault(_sticker(each) or url, Attachment(url, name=name))
    return tuple(found.values())


def _place(attachment: Mapping[str, Any]) -> Location | None:
    if attachment.get("type") != "location":
        return None
    at = inner(attachment, "payload", "coordinates")
    return place(at.get("lat"), at.get("long"), text_of(attachment.get("title")))
