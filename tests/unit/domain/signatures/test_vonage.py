"""Vonage: signed webhooks."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import NOW, header, post, reason, sha256, token

BODY = b'{"channel":"sms","text":"\xc3\xbc"}'


def sent(body: bytes = BODY, **changes: Any) -> Request:
    claims = {"iss": "Vonage", "iat": NOW, "api_key": "acct", "payload_hash": sha256(body), **changes}
    return post({"Authorization": "Bearer " + token("first", {k: v for k, v in claims.items() if v is not None})}, body)


def test_with_any_live_secret() -> None:
    assert reason("vonage", sent(), "second", "first") == "verified"
    assert reason("vonage", sent(), "second") == "mismatch"
    assert reason("vonage", sent(payload_hash=sha256(BODY).upper()), "first") == "verified"


def test_every_claim_counts() -> None:
    assert reason("vonage", replace(sent(), body=b"{}"), "first") == "wrong_hash"
    assert reason("vonage", replace(sent(), body=b""), "first") == "wrong_hash"
    assert reason("vonage", sent(payload_hash=None), "first") == "wrong_hash"
    assert reason("vonage", sent(iat=None), "first") == "malformed_header"
    assert reason("vonage", sent(), "first", api_key="acct") == "verified"
    assert reason("vonage", sent(), "first", api_key="other") == "wrong_account"
    assert reason("vonage", sent(exp=NOW - 61), "first") == "expired"
    assert reason("vonage", sent(), "first", now=NOW + 10, tolerance=9) == "expired"
    assert reason("vonage", sent(), "first", now=NOW - 61) == "from_the_future"


def test_the_query_of_a_get_is_hashed_as_json() -> None:
    hashed = sha256('{"to":"1","text":"ü /"}'.encode())
    request = replace(sent(b"", payload_hash=hashed), method="GET", url="https://a.example/in?to=1&text=%C3%BC+%2F")
    assert reason("vonage", request, "first") == "verified"
    assert reason("vonage", replace(request, url=request.url + "1"), "first") == "wrong_hash"
    assert reason("vonage", replace(request, method="POST"), "first") == "wrong_hash"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Basic eA==", "wrong_algorithm"),
        ("Bearer", "malformed_header"),
        ("Bearer a.b.c", "malformed_header"),
        ("Bearer " + token("first", {}, "HS512"), "wrong_algorithm"),
        ("Bearer " + token("first", {}, "none"), "wrong_algorithm"),
    ],
)
def test_what_is_no_token_of_theirs(value: str, found: str) -> None:
    assert reason("vonage", header(sent(), "Authorization", value), "first") == found
    assert reason("vonage", header(sent(), "Authorization"), "first") == "missing_header"
