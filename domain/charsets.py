"""Bytes as text, in a character set that whoever sent them names."""

import codecs

_NONE = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"})
"""What Python can decode and is no character set of anybody's text; a body in punycode takes it the square of its length."""


def text_in(data: bytes, charset: str, errors: str = "strict") -> str:
    """Raises LookupError for a name that is no character set's, ValueError for bytes that are none of it."""
    if codecs.lookup(charset).name in _NONE:
        raise LookupError(f"no character set is called {charset}")
    return data.decode(charset, errors)
