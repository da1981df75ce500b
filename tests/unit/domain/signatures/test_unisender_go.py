"""Unisender Go."""

from hashlib import md5

import pytest
from msgspec.structs import replace

from tests.unit.domain.signatures.signing import post, reason

TEXT = '{"auth":"%s","events_by_user":[{"user_id":1,"ü":"\\u00e4"}]}'
GOOD = post({}, (TEXT % md5((TEXT % "first").encode()).hexdigest()).encode())


def test_with_any_live_key() -> None:
    assert reason("unisender_go", GOOD, "second", "first") == "verified"
    assert reason("unisender_go", GOOD, "second") == "mismatch"


def test_every_byte_counts() -> None:
    assert reason("unisender_go", replace(GOOD, body=GOOD.body.replace(b"1,", b"2,")), "first") == "mismatch"
    assert reason("unisender_go", replace(GOOD, body=GOOD.body + b" "), "first") == "mismatch"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{}", "missing_field"),
        (b'{"auth":1}', "missing_field"),
        (b'{"auth":"first"}', "malformed_body"),
        (b"[]", "malformed_body"),
        (b"\xff", "malformed_body"),
        (b'{"auth":"' + b"a" * 32 + b'","b":"' + b"a" * 32 + b'"}', "repeated_field"),
        (b'{"auth":"\\u0061' + b"a" * 31 + b'"}', "repeated_field"),
    ],
)
def test_what_has_no_hash_in_its_place(body: bytes, found: str) -> None:
    assert reason("unisender_go", replace(GOOD, body=body), "first") == found
