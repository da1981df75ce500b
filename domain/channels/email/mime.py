"""Reads an e-mail as it was sent (RFC 5322, MIME) by the standard library's modern policy. Never raises: what cannot be read is left
out and named in `defects`, the bytes are kept elsewhere."""

from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple, cast

from domain.peeling import mended
from schemas.values import Attachment

FAILURES = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)
"""What the standard library raises on headers and bodies that nobody should send."""
PARTS = 500
"""Parts of one message that are looked at."""

HEADERS = (
    "From", "To", "Cc", "Reply-To", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "List-Id"
)  # fmt: skip
"""Headers that are kept by their own names."""


class Mime(NamedTuple):
    """attachments: reference `mime:<path>` is the part's place in the message (`2.1`: first part of the second)."""

    subject: str | None
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]
    headers: dict[str, str]
    defects: tuple[str, ...]


def read(data: bytes) -> Mime:
    """What a message says, shows and brings along."""
    try:
        message = message_from_bytes(data, policy=default)
        parts = list(_parts(message, ""))[:PARTS]
    except FAILURES as error:
        return Mime(None, None, None, (), {}, (type(error).__name__,))
    defects: list[str] = []
    shown: dict[str, str] = {}
    attachments = []
    for path, part in parts:
        type_ = part.get_content_type()
        if type_ in ("text/plain", "text/html") and type_ not in shown and not _is_attachment(part):
            shown[type_] = _text(part, defects)
        else:
            attachments.append(_attachment(part, path, defects))
    headers = {name: value for name in HEADERS if (value := _header(message, name, defects)) is not None}
    return Mime(
        _header(message, "Subject", defects),
        shown.get("text/plain"),
        shown.get("text/html"),
        tuple(attachments),
        headers,
        tuple(dict.fromkeys((*defects, *(type(defect).__name__ for defect in message.defects)))),
    )


def _parts(message: EmailMessage, path: str) -> Iterator[tuple[str, EmailMessage]]:
    """Every leaf with its path. A message within a message is one leaf: it is somebody else's."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield path or "1", message
        return
    for number, part in enumerate(cast(list[EmailMessage], message.get_payload()), 1):
        yield from _parts(part, f"{path}.{number}" if path else str(number))


def _is_attachment(part: EmailMessage) -> bool:
    try:
        return part.is_attachment() or part.get_filename() is not None
    except FAILURES:
        return False


def _text(part: EmailMessage, defects: list[str]) -> str:
    """The part's text in its own character set; as UTF-8 with U+FFFD where that set is unknown or a lie (T-23)."""
    try:
        return mended(str(part.get_content()))
    except FAILURES as error:
        defects.append(type(error).__name__)
    return mended((_bytes(part) or b"").decode("utf-8", "replace"))


def _bytes(part: EmailMessage) -> bytes | None:
    try:
        data: Any = part.get_payload(decode=True)
    except FAILURES:
        return None
    return data if isinstance(data, bytes) else None


def _attachment(part: EmailMessage, path: str, defects: list[str]) -> Attachment:
    data = _bytes(part)
    inline = _header(part, "Content-ID", defects)
    try:
        name = part.get_filename()
    except FAILURES as error:
        defects.append(type(error).__name__)
        name = None
    return Attachment(
        reference=f"mime:{path}",
        content_type=mended(part.get_content_type()),
        name=mended(name) if name else None,
        size=len(data) if data is not None else None,
        inline_id=inline.strip("<> ") if inline else None,
    )


def _header(message: EmailMessage, name: str, defects: list[str]) -> str | None:
    try:
        value = message[name]
        return None if value is None else mended(str(value))
    except FAILURES as error:
        defects.append(type(error).__name__)
        return None
