"""multipart/form-data (RFC 7578), as bytes: what a form with files is made of."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from msgspec import Struct

PARTS = 1_000
"""Parts of one form; what has more was not made by a provider."""
HEAD = 8_192
"""Bytes of headers before one part."""

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(rb"^content-disposition:[ \t]*form-data(.*)$", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(rb';[ \t]*name="([^"\r\n]*)"', re.IGNORECASE)
_FILENAME = re.compile(rb';[ \t]*filename="((?:[^"\\\r\n]|\\.)*)"', re.IGNORECASE)
_EXTENDED = re.compile(rb";[ \t]*filename\*=utf-8'[^']*'([^;\r\n \t]*)", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)$", re.IGNORECASE | re.MULTILINE)


class Malformed(ValueError):
    """The body is none."""


class Part(Struct, frozen=True):
    """One field. filename: as sent (percent-decoded where it came extended); None for what is no file. content_type: as sent."""

    name: bytes
    content: bytes
    filename: bytes | None = None
    content_type: str = ""


def parts(body: bytes, content_type: str) -> Iterator[Part]:
    """The parts of a body in their order. content_type: the whole header, which names the boundary. Raises Malformed."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Malformed("the content type of the multipart form names no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + (boundary[1] or boundary[2]).encode("utf-8", "replace"))
    if len(pieces) > PARTS:
        raise Malformed(f"a form with more than {PARTS:,} parts")
    if len(pieces) == 1:
        raise Malformed("the boundary that the content type names is not in the body")
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        yield _part(piece)


def _part(piece: bytes) -> Part:
    head, gap, content = piece.partition(b"\r\n\r\n")
    head = head[:HEAD].replace(b"\r\n", b"\n")
    disposition = _DISPOSITION.search(head)
    name = _NAME.search(disposition[1]) if disposition else None
    if not gap or disposition is None or name is None:
        raise Malformed("a part of the multipart form has no name")
    type_ = _TYPE.search(head)
    return Part(
        name[1], content, _filename(disposition[1]), type_[1].decode("latin-1").strip() if type_ is not None else ""
    )


def _filename(disposition: bytes) -> bytes | None:
    if extended := _EXTENDED.search(disposition):
        return unquote_to_bytes(extended[1])
    plain = _FILENAME.search(disposition)
    return plain[1].replace(b'\\"', b'"') if plain is not None else None
