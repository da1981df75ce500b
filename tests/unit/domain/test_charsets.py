"""Character sets by the names that senders give them."""

import time

import pytest

from domain.charsets import text_in
from domain.peeling import Payload, peel
from domain.signatures import Request


def test_a_text_in_its_character_set() -> None:
    assert text_in(b"\xe4", "ISO-8859-1") == "ä"
    assert text_in(b"a\xff", "utf-8", "replace") == "a\ufffd"
    with pytest.raises(ValueError, match="decode"):
        text_in(b"\xff", "utf-8")


@pytest.mark.parametrize(
    "name", ["punycode", "Punycode", "IDNA", "unicode_escape", "raw-unicode-escape", "hex", "klingon"]
)
def test_what_is_no_character_set(name: str) -> None:
    with pytest.raises(LookupError):
        text_in(b"a", name)


def test_a_body_in_punycode_keeps_nobody_waiting() -> None:
    start = time.process_time()
    request = Request(headers=(("Content-Type", "text/plain; charset=punycode"),), body=b"a=1-" + b"a" * 2**20)
    (found,) = peel("", request)
    assert isinstance(found, Payload) and found.data == {"a": "1-" + "a" * 2**20}
    assert time.process_time() - start < 1
