"""Plivo: versions 3 and 2."""

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import b64, header, keyed, post, reason

URL = "https://hooks.example.org/plivo/?b=2&a=%C3%BC+1"
KIND = {"Content-Type": "application/x-www-form-urlencoded"}
BODY = b"To=1&From=%2B2&To=0"


def sent(signed: str, body: bytes, url: str, method: str = "POST", version: str = "V3") -> Request:
    name = f"X-Plivo-Signature-{version}"
    return post({**KIND, name: b64(keyed("first", signed.encode())), f"{name}-Nonce": "77"}, body, url, method)


GOOD = sent("https://hooks.example.org/plivo/?a=ü 1&b=2.From+2To0To1.77", BODY, URL)


@pytest.mark.parametrize(
    "request_",
    [
        GOOD,
        sent("https://hooks.example.org/plivo/?From+2To0To1.77", BODY, URL.partition("?")[0]),
        sent("https://hooks.example.org/plivo/?a=ü 1&b=2.77", b"", URL, "GET"),
        sent("https://hooks.example.org/plivo/.77", b"", URL.partition("?")[0], "GET"),
    ],
    ids=["query and form", "form", "query", "neither"],
)
def test_with_any_live_secret(request_: Request) -> None:
    assert reason("plivo", request_, "second", "first") == "verified"
    assert reason("plivo", request_, "second") == "mismatch"
    assert reason("plivo", replace(request_, url=request_.url + "x"), "first") == "mismatch"


def test_lists_and_the_main_accounts_signature() -> None:
    good = GOOD.only("X-Plivo-Signature-V3")
    assert reason("plivo", header(GOOD, "X-Plivo-Signature-V3", f"AAAA, {good}"), "first") == "verified"
    moved = header(header(GOOD, "X-Plivo-Signature-V3", "AAAA"), "X-Plivo-Signature-Ma-V3", good)
    assert reason("plivo", moved, "first") == "verified"


def test_every_signed_value_counts() -> None:
    assert reason("plivo", replace(GOOD, body=BODY + b"&More="), "first") == "mismatch"
    assert reason("plivo", replace(GOOD, body=b"To=1"), "first") == "mismatch"
    assert reason("plivo", header(GOOD, "X-Plivo-Signature-V3-Nonce", "78"), "first") == "mismatch"
    assert reason("plivo", header(GOOD, "X-Plivo-Signature-V3", "é"), "first") == "malformed_header"
    for name in ("X-Plivo-Signature-V3", "X-Plivo-Signature-V3-Nonce"):
        assert reason("plivo", header(GOOD, name), "first") == "missing_header"


def test_a_body_that_is_not_covered() -> None:
    bare = sent("https://hooks.example.org/plivo/.77", b"{}", URL.partition("?")[0])
    assert reason("plivo", header(bare, "Content-Type", "application/json"), "first") == "body_not_signed"
    assert reason("plivo", replace(bare, method="GET"), "first") == "body_not_signed"


def test_version_2_covers_the_url_without_its_query() -> None:
    request = sent("https://hooks.example.org/plivo/77", BODY, URL, version="V2")
    assert reason("plivo_v2", request, "second", "first") == "verified"
    assert reason("plivo_v2", replace(request, url="https://hooks.example.org/plivo"), "first") == "mismatch"
    assert reason("plivo", request, "first") == "missing_header"
