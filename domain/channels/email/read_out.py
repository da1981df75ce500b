"""How providers write down in JSON what they have read out of a mail: headers that may be repeated, files, sizes, the mail itself in
base64. Never raises, save where it says so."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.email.mime import Mime, read
from domain.channels.email.tracked import words
from domain.channels.provider import Invalid

_DIGITS = 15


def headers_of(headers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, value) of an object in which a header is one text, or a list of them where it is repeated."""
    for name, value in headers.items():
        for text in words(value):
            yield name, text


def octets(content: Any) -> bytes | None:
    """A file in base64; None where it is none."""
    try:
        return b64decode(content) if isinstance(content, str) else None
    except (binascii.Error, ValueError):
        return None


def size_of(text: str | None) -> int | None:
    """A size in bytes, which some providers write as a text."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def mail_of(raw: str, *, base64: bool, provider_ids: tuple[str, ...] = ()) -> Mime:
    """A mail as it was sent, which stands in a text. Raises Invalid where it should be base64 and is none."""
    if not base64:
        return read(raw.encode("utf-8", "replace"))
    try:
        return read(b64decode("".join(raw.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Invalid("bad_base64", "Email event has a mail that is no base64", provider_ids) from error
