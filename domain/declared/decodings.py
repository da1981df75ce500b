"""How some providers write a text, by name: bytes in a character set, made into signs that travel everywhere."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import unquote_to_bytes

Decoding = Literal[
    "percent_utf8",
    "percent_latin1",
    "percent_utf16be",
    "hex_utf8",
    "hex_latin1",
    "hex_utf16be",
    "base64_utf8",
    "base64_latin1",
    "base64_utf16be",
]

_BYTES: Mapping[str, Callable[[str], bytes]] = {
    "percent": lambda text: unquote_to_bytes(text.replace("+", " ")),
    "hex": bytes.fromhex,
    "base64": lambda text: b64decode(text, validate=True),
}
_CHARACTERS: Mapping[str, str] = {"utf8": "utf-8", "latin1": "iso-8859-1", "utf16be": "utf-16-be"}


def decoder(name: Decoding) -> Callable[[str], str]:
    """What makes the text of it again. A text that was not written so is left as it came (T-23): nothing is lost or guessed."""
    way, _, characters = name.partition("_")
    octets, charset = _BYTES[way], _CHARACTERS[characters]

    def decoded(text: str) -> str:
        try:
            return octets(text).decode(charset)
        except (ValueError, binascii.Error, UnicodeError):
            return text

    return decoded
