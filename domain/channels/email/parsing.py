"""Takes a mail apart into its parts (RFC 2045, RFC 2046). Headers are read by the standard library; the parts are split by hand, in one
go over the bytes, because the library looks at every line for every boundary around it. A message within the message is not taken
apart: it is somebody else's. Names what is wrong as the library does, in the message's `defects`.
"""

import re
from collections.abc import Iterator
from email.errors import (
    CloseBoundaryNotFoundDefect,
    MissingHeaderBodySeparatorDefect,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from domain.mail_text import FAILURES

PARTS = 500
"""Parts of one message that are looked at."""
DEEPEST = 20
"""Multiparts in each other; nobody's mail program nests more than a few."""
HEAD, HEAD_LINES = 32_768, 2_000
"""Bytes, and lines, of headers before one body."""
PARAMETERS = 20
"""Parameters of one header: the library takes the square of them."""
LINES = 20_000
"""Lines that are decoded one by one; at full length there would be a megabyte on them."""

_UUENCODED = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_PARAMETRISED = frozenset({"content-type", "content-disposition"})
_HEADERS = re.compile(rb"(?:(?:From |[!-9;-~]*:|[\t ])[^\n]*(?:\n|\Z))*+")
_BLANK_LINE = re.compile(rb"\r?\n")
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_parser = BytesHeaderParser(policy=compat32)


def message_of(data: bytes) -> Message:
    """The message with its parts. Never raises on what it says."""
    return _Parsing().message(data, 0)


def sensible(value: str) -> str:
    """A header with parameters, as far as the library can be asked to read them."""
    return value if value.count(";") <= PARAMETERS else ";".join(value.split(";", PARAMETERS)[:PARAMETERS])


class _Parsing:
    """One message. left: parts that may still be looked at."""

    def __init__(self) -> None:
        self.left = PARTS

    def message(self, data: bytes, depth: int) -> Message:
        headers = _HEADERS.match(data)
        assert headers is not None
        lines = data[: min(headers.end(), HEAD)].split(b"\n", HEAD_LINES)[:HEAD_LINES]
        message = _parser.parsebytes(b"\n".join(lines))
        body = data[headers.end() :]
        if blank := _BLANK_LINE.match(body):
            body = body[blank.end() :]
        elif body:
            message.defects.append(MissingHeaderBodySeparatorDefect())
        for name in _PARAMETRISED:
            if isinstance(value := message.get(name), str) and value.count(";") > PARAMETERS:
                message.replace_header(name, sensible(value))
        parts = self._parts(message, body, depth)
        if parts:
            message.set_payload(parts)
        else:
            message.set_payload(_content(message, body).decode("ascii", "surrogateescape"))
        return message

    def _parts(self, message: Message, body: bytes, depth: int) -> list[Message | str]:
        """What a multipart is made of; nothing where it is none."""
        if message.get_content_maintype() != "multipart":
            return []
        boundary = _boundary(message) if depth < DEEPEST else b""
        if not boundary:
            message.defects += [NoBoundaryInMultipartDefect(), MultipartInvariantViolationDefect()]
            return []
        contents, ended = _split(body, boundary, self.left)
        if not contents:
            message.defects += [StartBoundaryNotFoundDefect(), MultipartInvariantViolationDefect()]
            return []
        if not ended:
            message.defects.append(CloseBoundaryNotFoundDefect())
        return list(self._each(contents, message.get_content_type(), depth))

    def _each(self, contents: list[bytes], type_: str, depth: int) -> Iterator[Message]:
        for content in contents:
            if self.left <= 0:
                return
            self.left -= 1
            part = self.message(content, depth + 1)
            if type_ == "multipart/digest":
                part.set_default_type("message/rfc822")
            yield part


def _content(message: Message, body: bytes) -> bytes:
    """As the library can decode it without a list of all its lines."""
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        return body.translate(None, b"\r\n")
    if encoding in _UUENCODED and body.count(b"\n") > LINES:
        del message["Content-Transfer-Encoding"]
    return body


def _boundary(message: Message) -> bytes:
    try:
        return (message.get_boundary() or "").encode("utf-8", "surrogateescape")
    except FAILURES:
        return b""


def _split(body: bytes, boundary: bytes, most: int) -> tuple[list[bytes], bool]:
    """The contents between lines of this boundary, and whether the last such line is there."""
    delimiter = b"\n--" + boundary
    before, *pieces = (b"\n" + body).split(delimiter, 2 * PARTS)
    contents: list[bytes] = []
    inside = [before]
    for piece in pieces:
        line = _REST_OF_LINE.match(piece)
        if line is None:
            inside.append(piece)  # a line that only begins like it
            continue
        contents.append(delimiter.join(inside).removesuffix(b"\r"))
        if line[1] or len(contents) > most:
            return contents[1:], True
        inside = [piece[line.end() :]]
    contents.append(delimiter.join(inside).removesuffix(b"\n").removesuffix(b"\r"))
    return contents[1:], False
