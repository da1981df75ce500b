"""The fields of a form, as bytes and in their order, repeated ones kept: enough to check a signature that is made over
fields."""

import re
from urllib.parse import unquote_to_bytes

from domain.signatures.request import Request, octets
from domain.signatures.verdict import Refused

Field = tuple[bytes, bytes]

FIELDS = 1_000
"""Fields of one form; what has more was not made by a provider."""
HEAD = 4_096
"""Bytes of headers before one part of a multipart form."""

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb'content-disposition:[^\r\n]*;[ \t]*name="([^"\r\n]*)"', re.IGNORECASE)
_FILE = re.compile(rb"content-disposition:[^\r\n]*;[ \t]*filename\*?=", re.IGNORECASE)


def parameters(text: bytes) -> list[Field]:
    """The fields of a query or an urlencoded body; a name without "=" has an empty value. Raises Refused if there are
    too many."""
    if text.count(b"&") >= FIELDS:
        raise Refused("malformed_body", f"a form with more than {FIELDS} fields")
    pairs = (piece.partition(b"=") for piece in text.split(b"&") if piece)
    return [(_plain(name), _plain(value)) for name, _, value in pairs]


def fields(request: Request) -> list[Field]:
    """The fields of a body, urlencoded or multipart (its files left out). Raises Refused for any other content type."""
    if request.media_type == "application/x-www-form-urlencoded":
        return parameters(request.body)
    if request.media_type == "multipart/form-data":
        return _parts(request)
    raise Refused("malformed_body", "the body is no form, going by its content type")


def last(form: list[Field], name: bytes) -> bytes:
    """The last value of a field. Raises Refused if it is missing."""
    for key, value in reversed(form):
        if key == name:
            return value
    raise Refused("missing_field", f"the form has no field {name.decode('ascii', 'replace')}")


def _plain(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _parts(request: Request) -> list[Field]:
    boundary = _BOUNDARY.search(request.only("Content-Type"))
    if boundary is None:
        raise Refused("malformed_header", "the content type of the multipart form names no boundary")
    parts = (b"\r\n" + request.body).split(b"\r\n--" + octets(boundary[1] or boundary[2]))
    if len(parts) > FIELDS:
        raise Refused("malformed_body", f"a form with more than {FIELDS} fields")
    found = []
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        head, gap, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head[:HEAD])
        if not gap or name is None:
            raise Refused("malformed_body", "a part of the multipart form has no name")
        if not _FILE.search(head[:HEAD]):
            found.append((name[1], content))
    return found
