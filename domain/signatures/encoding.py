"""Signatures as they are written down: hexadecimal, base64, base64 for URLs; what is none of them is refused.

Each takes the text and the name of the place where it stood, and raises Refused("malformed_header") that names this
place.
"""

import binascii
import re
from base64 import urlsafe_b64decode
from typing import Literal

from domain.signatures.verdict import Reason, Refused

Encoding = Literal["hex", "base64"]

_URLSAFE = re.compile(r"[A-Za-z0-9_-]*")


def decoded(text: str, encoding: Encoding, where: str, reason: Reason = "malformed_header") -> bytes:
    """The bytes behind a text in one of the two usual encodings."""
    try:
        return binascii.unhexlify(text) if encoding == "hex" else binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise Refused(reason, f"{where} is not {encoding}") from None


def base64url(text: str, where: str) -> bytes:
    """The bytes behind base64 for URLs, written without padding (RFC 7515, section 2)."""
    if not _URLSAFE.fullmatch(text) or len(text) % 4 == 1:
        raise Refused("malformed_header", f"{where} is not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
