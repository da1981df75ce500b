"""Encoded words (RFC 2047) and address lists (RFC 5322) of mail headers, by hand where the standard library takes its time: both are read
as far as anybody writes them, and never raise."""

import binascii
import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.utils import getaddresses
from itertools import groupby

from domain.charsets import text_in
from domain.peeling import mended

LONGEST_WORDS = 32_768
"""Characters of a text in which encoded words are looked for."""
LONGEST_LIST = 8_192
"""Characters of an address list that are looked at."""
FAILURES = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)
"""What the standard library raises on headers and bodies that nobody should send."""

_BEGINS = re.compile(r"=\?([A-Za-z0-9.:_\-]{1,40})(?:\*[^?\s]{0,40})?\?([BbQq])\?")


def words(text: str) -> str:
    """A text with its encoded words decoded; what is none stands as it is."""
    if "=?" not in text or len(text) > LONGEST_WORDS:
        return text
    plain, *rest = _BEGINS.split(text)
    said: list[str] = [plain]
    for charset, group in groupby(_pieces(rest), key=lambda piece: piece[0]):
        if charset:
            # Joined before they are decoded: a character may begin in one word and end in the next.
            said.append(_decoded(b"".join(content for _, content, _ in group), charset))
        else:
            said += [text for _, _, text in group]
    return mended("".join(said))


def _pieces(rest: list[str]) -> Iterator[tuple[str, bytes, str]]:
    """(character set, bytes, "") of each encoded word, ("", b"", text) of what stands between; blanks between two words are nothing."""
    for at in range(0, len(rest), 3):
        charset, encoding, behind = rest[at : at + 3]
        content, end, plain = behind.partition("?=")
        octets = _octets(content, encoding) if end else None
        if octets is None:
            yield "", b"", f"=?{charset}?{encoding}?{behind}"
            continue
        yield charset.lower(), octets, ""
        if plain and (at + 3 == len(rest) or plain.strip()):
            yield "", b"", plain


def _octets(content: str, encoding: str) -> bytes | None:
    try:
        if encoding in "Bb":
            return binascii.a2b_base64(content + "=" * (-len(content) % 4))
        return binascii.a2b_qp(content.encode("utf-8", "surrogatepass"), header=True)
    except ValueError:
        return None


def _decoded(data: bytes, charset: str) -> str:
    try:
        return text_in(data, charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def addressed(fields: Iterable[str | None]) -> list[tuple[str, str]]:
    """(name, address) of everybody in these address lists, as far as LONGEST_LIST goes; nobody where they are none."""
    left, looked = LONGEST_LIST, []
    for field in fields:
        if field:
            looked.append(field if len(field) <= left else field[:left].rpartition(",")[0])
            left -= len(looked[-1])
    try:
        return [(name, address) for name, address in getaddresses(looked) if address]
    except FAILURES:
        return []
