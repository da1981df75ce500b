"""What was said, compiled from the description of a kind: text, files, and the fields that have no place of their own."""

from collections.abc import Callable
from typing import Any

from domain.channels.provider import text_of, without
from domain.declared.decodings import decoder
from domain.declared.description import Decode, Description, Kind, Media
from domain.declared.paths import Find, each, find, read, said, steps
from domain.forms import every
from schemas.meanings import MEANINGS, Meaning
from schemas.values import Attachment, Content

REPORTS = frozenset(meaning for meaning, (type_, _) in MEANINGS.items() if type_ == "message_status")
WRITTEN = frozenset({"message.received", "message.echoed", "message.edited"})


def content_reader(description: Description, kind: Kind, flat: bool) -> Callable[[Any, Any, Meaning], Content]:
    text_at, subject_at, html_at = said(kind.text, flat), read(kind.subject, flat), read(kind.html, flat)
    decoded, files_of = _decoded(kind.decode, flat), _files(kind.media, flat)
    taken = _taken(description, kind, flat)

    def content(item: Any, body: Any, meaning: Meaning) -> Content:
        text, files = text_at(item, body), files_of(item, body)
        return Content(
            kind=_content_kind(meaning, text, files),
            text=decoded(text, item, body) if text else text,
            subject=subject_at(item, body),
            html=html_at(item, body),
            attachments=files,
            fields=without(item, *taken) if isinstance(item, dict) else {},
        )

    return content


def _content_kind(meaning: Meaning, text: str | None, files: tuple[Attachment, ...]) -> str:
    if meaning == "message.reaction":
        return "reaction"
    if meaning in WRITTEN:
        type_ = (files[0].content_type or "").partition("/")[0] if files and not text else "text"
        return type_ if type_ in ("text", "image", "audio", "video") else "document"
    return "status" if meaning in REPORTS else "event"


def _taken(description: Description, kind: Kind, flat: bool) -> tuple[str, ...]:
    """Names that are not kept among the remaining fields: those that have a place of their own, and those that are left out."""
    paths = [
        path
        for paths in (
            kind.id, kind.event, kind.about, kind.reply_to, kind.sender, kind.receiver, kind.person, kind.successor, kind.text,
            kind.subject, kind.html, kind.time, kind.status, kind.error_code, kind.error_text, kind.permanent, kind.campaign,
            kind.lead, description.account, description.service, (kind.media.items or ()) if kind.media else (),
            kind.media.url if kind.media and not kind.media.items else (),
        )
        for path in each(paths)
    ]  # fmt: skip
    alone = [parts[0] for path in paths if not path.startswith("$.") and len(parts := steps(path, flat)) == 1]
    return tuple(dict.fromkeys((*alone, *each(description.left_out))))


def _decoded(decode: Decode | None, flat: bool) -> Callable[[str, Any, Any], str]:
    if decode is None:
        return lambda text, item, body: text
    if decode.always is not None:
        always = decoder(decode.always)
        return lambda text, item, body: always(text)
    by = read(decode.by or (), flat)
    ways = {value.lower(): decoder(name) for value, name in decode.values.items()}

    def decoded(text: str, item: Any, body: Any) -> str:
        way = ways.get((by(item, body) or "").lower())
        return way(text) if way else text

    return decoded


def _files(media: Media | None, flat: bool) -> Callable[[Any, Any], tuple[Attachment, ...]]:
    if media is None:
        return lambda item, body: ()
    where = find(media.items, flat) if media.items else None
    url_at, type_at, name_at, size_at = (
        read(paths, flat) for paths in (media.url, media.content_type, media.name, media.size)
    )
    named = bool(media.url)

    def files(item: Any, body: Any) -> tuple[Attachment, ...]:
        found = _elements(item, body, where, media.items or "", flat)
        return tuple(
            Attachment(url, type_at(one, body), name_at(one, body), _size(size_at(one, body)))
            for one in found
            if (url := url_at(one, body) if named else text_of(one))
        )

    return files


def _elements(item: Any, body: Any, where: Find | None, name: str, flat: bool) -> tuple[Any, ...] | list[Any]:
    """A field that is repeated in a form is a list too."""
    if where is None:
        return (item,)
    if flat:
        return every(item, name) if isinstance(item, dict) else ()
    found = where(item, body)
    return found if isinstance(found, list) else ()


def _size(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
