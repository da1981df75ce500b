"""Reads an e-mail (RFC 5322, MIME): as it was sent, or from what a provider has read out of it already. Never raises: what cannot be
read is left out and named in `defects`, the bytes are kept elsewhere.

By the standard library's older policy: the modern one parses each header into a tree, which takes ten times as long.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import Any, NamedTuple, cast

from msgspec import Struct

from domain.channels.email.delivery_status import RETURNED_TYPES, Returned, returned
from domain.channels.email.headers import by_machine, decoded, kept_name, mailboxes
from domain.channels.email.parsing import PARTS, message_of
from domain.channels.mail_threads import MESSAGE_ID
from domain.charsets import text_in
from domain.mail_text import FAILURES, words
from domain.peeling import mended
from schemas.values import Attachment

_PATH = re.compile(r"[\\/]")
_METHOD = re.compile(rb"^METHOD:[ \t]*([A-Za-z\-]{1,40})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_8_BIT = re.compile(r"\A(?:us-)?ascii\Z|\A8bit\Z|\Aunknown", re.IGNORECASE)


class Piece(NamedTuple):
    """A part that is not shown as the text. reference: where in the payload it stands (`mime:2.1`, `form:attachment1`,
    `json:Attachments.0`), or where else it is kept; content_type: with its parameters; content: None where the bytes are not at hand."""

    reference: str
    content_type: str
    name: str | None = None
    content: bytes | None = None
    size: int | None = None
    inline_id: str | None = None


class Mime(Struct, frozen=True, kw_only=True):
    """A mail. headers: those of headers.KEPT. recipients: everybody in To and Cc, as named there. machine: it answers by itself, or went
    to a list (T-41). calendar: the method of an invitation in it (`REQUEST`). returned: what a report says about mails of ours
    (RFC 3464)."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = {}
    recipients: tuple[str, ...] = ()
    machine: bool = False
    calendar: str | None = None
    returned: tuple[Returned, ...] = ()
    defects: tuple[str, ...] = ()

    @property
    def message_id(self) -> str | None:
        """With its angle brackets."""
        found = self.headers.get("Message-ID", "").strip()
        return bracketed(found) if found else None

    @property
    def in_reply_to(self) -> str | None:
        """The Message-ID of the mail that this one answers."""
        for name, at in (("In-Reply-To", 0), ("References", -1)):
            if found := MESSAGE_ID.findall(self.headers.get(name, "")):
                return cast(str, found[at])
        return None


def bracketed(message_id: str) -> str:
    """A Message-ID with its angle brackets, which some providers leave out (T-43)."""
    return message_id if message_id.startswith("<") else f"<{message_id}>"


def read(data: bytes) -> Mime:
    """What a message says, shows and brings along."""
    try:
        message = message_of(data)
        parts = list(_parts(message, ""))[:PARTS]
        headers = [
            (name, decoded(name, value))
            for name, value in message.raw_items()
            if kept_name(name) is not None or name.lower() == "subject"
        ]
    except FAILURES as error:
        return Mime(defects=(type(error).__name__,))
    defects = [type(defect).__name__ for defect in message.defects]
    shown: dict[str, str] = {}
    pieces = []
    for path, part in parts:
        type_ = part.get_content_type()
        if type_ in ("text/plain", "text/html") and type_ not in shown and not _is_attachment(part):
            shown[type_] = _text(part, defects)
        else:
            pieces.append(_piece(part, path, defects))
    return told(
        headers,
        subject=next((value for name, value in headers if name.lower() == "subject"), None),
        text=shown.get("text/plain"),
        html=shown.get("text/html"),
        pieces=pieces,
        defects=defects,
    )


def told(
    headers: Iterable[tuple[str, str]],
    *,
    subject: str | None = None,
    text: str | None = None,
    html: str | None = None,
    pieces: Iterable[Piece] = (),
    defects: Iterable[str] = (),
) -> Mime:
    """A mail of which a provider tells the headers, in their order, and the parts. Of a header that is repeated the first counts."""
    kept: dict[str, str] = {}
    for given, value in headers:
        name = kept_name(given)
        if name is not None and name not in kept and (said := decoded(given, value)):
            kept[name] = said
    pieces = tuple(pieces)
    report = tuple(piece for piece in pieces if piece.content and _media_type(piece) in RETURNED_TYPES)
    return Mime(
        subject=words(subject) if subject else subject,
        text=text,
        html=html,
        attachments=tuple(_attachment(piece) for piece in pieces),
        headers=kept,
        recipients=mailboxes(kept.get("To"), kept.get("Cc")),
        machine=by_machine(kept) or any(_media_type(piece).startswith("message/d") for piece in report),
        calendar=_method(pieces),
        returned=returned((_media_type(piece), piece.content or b"") for piece in report) if report else (),
        defects=tuple(dict.fromkeys(defects)),
    )


def _media_type(piece: Piece) -> str:
    return piece.content_type.partition(";")[0].strip().lower()


def _attachment(piece: Piece) -> Attachment:
    size = piece.size if piece.content is None else len(piece.content)
    inline = piece.inline_id.strip().strip("<>") if piece.inline_id is not None else None
    name = _PATH.split(piece.name)[-1] if piece.name else None
    return Attachment(piece.reference, _media_type(piece) or None, name or None, size, inline)


def _method(pieces: Iterable[Piece]) -> str | None:
    """What an invitation wants: the parameter of its content type, or its METHOD line (RFC 5546)."""
    for piece in pieces:
        if _media_type(piece) != "text/calendar":
            continue
        for parameter in piece.content_type.split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "method":
                return value.strip().strip('"').upper()
        if found := _METHOD.search(piece.content or b""):
            return found[1].decode("ascii").upper()
    return None


def _parts(message: Message, path: str) -> Iterator[tuple[str, Message]]:
    """Every leaf with its path. A message within a message is one leaf: it is somebody else's."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield path or "1", message
        return
    for number, part in enumerate(cast(list[Message], message.get_payload()), 1):
        yield from _parts(part, f"{path}.{number}" if path else str(number))


def _is_attachment(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment" or part.get_filename() is not None
    except FAILURES:
        return False


def _text(part: Message, defects: list[str]) -> str:
    """The part's text in its own character set; as UTF-8 with U+FFFD where that is unknown, a lie or not told (T-23)."""
    data = _bytes(part) or b""
    try:
        charset = part.get_content_charset("utf-8")
        return mended(text_in(data, "utf-8" if _8_BIT.match(charset) else charset))
    except FAILURES as error:
        defects.append(type(error).__name__)
    return data.decode("utf-8", "replace")


def _bytes(part: Message) -> bytes | None:
    """What the part holds, decoded. Of a message within the message: the whole of it; of a report: its groups of fields."""
    try:
        if part.is_multipart():
            return b"\n".join(each.as_bytes() for each in cast(list[Message], part.get_payload()))
        data: Any = part.get_payload(decode=True)
    except FAILURES:
        return None
    return data if isinstance(data, bytes) else None


def _piece(part: Message, path: str, defects: list[str]) -> Piece:
    type_ = mended(part.get_content_type())
    method = _parameter(part, "method", defects) if type_ == "text/calendar" else None
    return Piece(
        reference=f"mime:{path}",
        content_type=f"{type_}; method={method}" if method else type_,
        name=_name(part, defects),
        content=_bytes(part),
        inline_id=next(
            (decoded(name, value) for name, value in part.raw_items() if name.lower() == "content-id"), None
        ),
    )


def _name(part: Message, defects: list[str]) -> str | None:
    try:
        name = part.get_filename()
    except FAILURES as error:
        defects.append(type(error).__name__)
        return None
    return decoded("", name) if name else None


def _parameter(part: Message, name: str, defects: list[str]) -> str | None:
    try:
        found = part.get_param(name)
    except FAILURES as error:
        defects.append(type(error).__name__)
        return None
    return mended(found) if isinstance(found, str) else None
