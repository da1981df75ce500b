"""The fields of a form, as bytes and in their order, repeated ones kept: enough to check a signature that is made over
fields."""

from urllib.parse import unquote_to_bytes

from domain import multipart
from domain.signatures.request import Request
from domain.signatures.verdict import Refused

Field = tuple[bytes, bytes]

FIELDS = 1_000
"""Fields of one form; what has more was not made by a provider."""


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
    try:
        found = multipart.parts(request.body, request.only("Content-Type"))
        return [(part.name, part.content) for part in found if part.filename is None]
    except multipart.Malformed as error:
        raise Refused("malformed_body", str(error)) from None
