"""MessageBird and Bird: the token of today, the signature of before, that of Bird's platform."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import NOW, b64, header, keyed, post, reason, sha256, token

URL = "https://hooks.example.org/bird?b=2&a=x+y&b=1"
BODY = b'{"id":1}\xff'
NAME = "MessageBird-Signature-JWT"


def jwt(body: bytes = BODY, key: str = "first", algorithm: str = "HS256", **changes: Any) -> Request:
    claims = {"iss": "MessageBird", "nbf": NOW - 5, "exp": NOW + 5, "jti": "1", "url_hash": sha256(URL.encode())}
    claims |= {"payload_hash": sha256(body)} if body else {}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return post({NAME: token(key, claims, algorithm)}, body, URL)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_with_any_live_secret(algorithm: str) -> None:
    for body in (BODY, b""):
        assert reason("messagebird", jwt(body, algorithm=algorithm), "second", "first") == "verified"
        assert reason("messagebird", jwt(body, algorithm=algorithm), "second") == "mismatch"


def test_every_claim_counts() -> None:
    assert reason("messagebird", replace(jwt(), body=b"{}"), "first") == "wrong_hash"
    assert reason("messagebird", replace(jwt(), body=b""), "first") == "wrong_hash"
    assert reason("messagebird", replace(jwt(b""), body=BODY), "first") == "wrong_hash"
    assert reason("messagebird", replace(jwt(), url=URL + "&c=1"), "first") == "wrong_hash"
    assert reason("messagebird", jwt(url_hash=None), "first") == "wrong_hash"
    assert reason("messagebird", jwt(iss="Other"), "first") == "wrong_issuer"
    assert reason("messagebird", jwt(exp=None), "first") == "malformed_header"
    assert reason("messagebird", jwt(nbf=True), "first") == "malformed_header"
    assert reason("messagebird", jwt(exp=10**400), "first") == "malformed_header"
    assert reason("messagebird", jwt(), "first", now=NOW + 66) == "expired"
    assert reason("messagebird", jwt(), "first", now=NOW - 66) == "from_the_future"


@pytest.mark.parametrize("algorithm", ["none", "RS256", "HS1"])
def test_the_algorithm_is_ours_to_choose(algorithm: str) -> None:
    claims = {"iss": "MessageBird", "nbf": NOW, "exp": NOW, "url_hash": sha256(URL.encode())}
    forged = token(
        "first",
        claims,
        "HS256" if algorithm == "HS1" else algorithm,
        **({"alg": algorithm} if algorithm == "HS1" else {}),
    )
    assert reason("messagebird", post({NAME: forged}, url=URL), "first") == "wrong_algorithm"


def test_an_extension_that_must_be_understood_is_not() -> None:
    assert (
        reason("messagebird", post({NAME: token("first", {}, crit=["b64"], b64=False)}), "first") == "wrong_algorithm"
    )


@pytest.mark.parametrize(
    "odd", ["", "a.b", "a.b.c.d", "é.é.é", "!.!.!", "e30.e30.", "W10.e30.", "e30", "." * 20_000, "_w._w._w"]
)
def test_what_is_no_token(odd: str) -> None:
    assert reason("messagebird", post({NAME: odd}), "first") in {
        "malformed_header",
        "missing_header",
        "wrong_algorithm",
    }


def legacy(middle: str, url: str = URL) -> Request:
    signature = b64(keyed("first", f"{NOW}\n{middle}\n".encode() + bytes.fromhex(sha256(BODY))))
    return post({"MessageBird-Signature": signature, "MessageBird-Request-Timestamp": str(NOW)}, BODY, url)


LEGACY = {"messagebird_legacy": legacy("a=x+y&b=2&b=1"), "bird": legacy(URL)}


@pytest.mark.parametrize("name", LEGACY)
def test_the_older_ones(name: str) -> None:
    request = LEGACY[name]
    assert reason(name, request, "second", "first") == "verified"
    assert reason(name, request, "second") == "mismatch"
    assert reason(name, replace(request, body=BODY + b" "), "first") == "mismatch"
    assert reason(name, replace(request, url=URL + "&c=1"), "first") == "mismatch"
    assert reason(name, header(request, "MessageBird-Request-Timestamp", str(NOW - 1)), "first") == "mismatch"
    assert reason(name, header(request, "MessageBird-Request-Timestamp", "x"), "first") == "malformed_header"
    assert reason(name, header(request, "MessageBird-Signature", "x"), "first") == "malformed_header"
    assert reason(name, header(request, "MessageBird-Signature"), "first") == "missing_header"
    assert reason(name, request, "first", now=NOW + 301) == "expired"
    assert reason(name, request, "first", now=NOW - 301) == "from_the_future"
