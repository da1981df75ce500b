"""What a message of the Cloud API says, by its type. A type that there is no word for is kept as it came."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.channels.places import place
from domain.channels.provider import text_of, without
from schemas.values import Answer, Attachment, Content

_ENVELOPE = (
    "from",
    "to",
    "id",
    "timestamp",
    "type",
    "from_user_id",
    "from_parent_user_id",
    "to_user_id",
    "to_parent_user_id",
)
_Reader = Callable[[dict[str, Any], dict[str, Any]], Content]


def content_of(message: Mapping[str, Any]) -> Content:
    """context (what it answers, whether it was forwarded), referral (the ad it came through), group_id and errors are fields."""
    type_ = text_of(message.get("type")) or ""
    said = message.get(type_)
    if type_ == "contacts":
        return Content(kind="contact", fields=without(message, *_ENVELOPE))
    reader = _READERS.get(type_)
    if reader is None or not isinstance(said, dict):
        return Content(kind=_KINDS.get(type_, "other"), fields=without(message, *_ENVELOPE))
    return reader(said, without(message, *_ENVELOPE, type_))


def _text(said: dict[str, Any], fields: dict[str, Any]) -> Content:
    return Content(kind="text", text=text_of(said.get("body")), fields=_with(fields, "text", without(said, "body")))


def _media(kind: str) -> _Reader:
    def read(said: dict[str, Any], fields: dict[str, Any]) -> Content:
        """Media are named by an id, with which Meta gives them out for 30 days, newer ones by a short-lived address too."""
        reference = text_of(said.get("id")) or text_of(said.get("url")) or text_of(said.get("link"))
        rest = without(said, "id", "mime_type", "filename", "caption", "voice")
        attachment = Attachment(
            reference or "",
            text_of(said.get("mime_type")),
            text_of(said.get("filename")),
            voice=said.get("voice") is True,
        )
        return Content(
            kind=kind,
            text=text_of(said.get("caption")),
            attachments=(attachment,) if reference else (),
            fields=_with(fields, kind, rest),
        )

    return read


def _location(said: dict[str, Any], fields: dict[str, Any]) -> Content:
    location = place(
        said.get("latitude"), said.get("longitude"), text_of(said.get("name")), text_of(said.get("address"))
    )
    if location is None:
        return Content(kind="location", fields=_with(fields, "location", said))
    rest = without(said, "latitude", "longitude", "name", "address")
    return Content(kind="location", location=location, fields=_with(fields, "location", rest))


def _button(said: dict[str, Any], fields: dict[str, Any]) -> Content:
    """A quick reply of a template."""
    title = text_of(said.get("text"))
    answer = Answer("button", text_of(said.get("payload")), title)
    return Content(kind="interactive", text=title, answer=answer, fields=fields)


_ANSWERS: Mapping[str, tuple[Any, str, str]] = {
    "button_reply": ("button", "id", "title"),
    "list_reply": ("list", "id", "title"),
    "nfm_reply": ("form", "response_json", "body"),
}
"""Of each kind of interactive answer: our word, where its payload and where its title stand."""


def _interactive(said: dict[str, Any], fields: dict[str, Any]) -> Content:
    type_ = text_of(said.get("type")) or ""
    chosen = said.get(type_)
    if type_ not in _ANSWERS or not isinstance(chosen, dict):
        return Content(kind="interactive", fields=fields | {"interactive": said})
    kind, payload, title = _ANSWERS[type_]
    answer = Answer(kind, text_of(chosen.get(payload)), text_of(chosen.get(title)))
    rest = without(chosen, payload, title)
    return Content(kind="interactive", text=answer.title, answer=answer, fields=_with(fields, type_, rest))


def _order(said: dict[str, Any], fields: dict[str, Any]) -> Content:
    return Content(kind="order", text=text_of(said.get("text")), fields=_with(fields, "order", without(said, "text")))


def _with(fields: dict[str, Any], name: str, rest: dict[str, Any]) -> dict[str, Any]:
    return fields | {name: rest} if rest else fields


_READERS: Mapping[str, _Reader] = {
    "text": _text,
    "location": _location,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    **{kind: _media(kind) for kind in ("image", "video", "audio", "document", "sticker")},
}
_KINDS: Mapping[str, str] = {each: each for each in _READERS} | {"button": "interactive"}
