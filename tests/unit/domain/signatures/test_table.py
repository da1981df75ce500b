"""Schemes by name, and the one promise of all: a verdict whatever comes in."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.signatures import SCHEMES, Request, scheme
from domain.signatures.body import Body
from tests.unit.domain.signatures.signing import NOW

OTHERS = """
Authorization Content-Type MessageBird-Signature-JWT MessageBird-Signature MessageBird-Request-Timestamp X-Mandrill-Signature
X-Postal-Signature X-Postal-Signature-256 X-Plivo-Signature-V3 X-Plivo-Signature-V2 X-Plivo-Signature-V3-Nonce
X-Plivo-Signature-V2-Nonce X-Twilio-Signature X-Twilio-Webhooks-Signature-Settings svix-id svix-timestamp svix-signature
""".split()
HEADERS = sorted(
    {*OTHERS}
    | {str(getattr(one, name)) for one in SCHEMES.values() for name in ("header", "stamp_header") if hasattr(one, name)}
)
TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
VALUES = TEXT | st.sampled_from(
    ["AAAA", "00ff", "sha256=00", "v1,AAAA", "Basic eDp5", "Bearer e30.e30.", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA"]
    + ["Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", str(NOW), "2026-09-21T14:13:20Z"]
    + ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | st.just("a" * 32)
)
NAMES = st.sampled_from(
    ["auth", "signature", "timestamp", "token", "Type", "SigningCertURL", "SignatureVersion", "Signature"]
)
JSON = st.recursive(
    LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=6) | st.lists(inner, max_size=2), max_leaves=8
)
BODIES = (
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()) | st.just(b"--b\r\nx\r\n\r\ny\r\n--b--")
)


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(HEADERS) | TEXT, VALUES), max_size=6, unique_by=lambda one: one[0]),
    BODIES,
    TEXT | st.just("https://hooks.example.org/in?bodySHA256=00"),
    st.lists(TEXT | st.binary(max_size=20) | st.sampled_from(["whsec_AAAA", "a:b", "{}", '{"keys":[]}']), max_size=3),
    st.integers(-(2**70), 2**70),
)
def test_no_scheme_raises_or_believes(
    name: str, headers: list[tuple[str, str]], body: bytes, url: str, secrets: list[str | bytes], now: int
) -> None:
    known = scheme(name, {"accounts": ["a@b.example"]} if name == "pubsub" else None)
    verdict = known.verify(Request(url=url, headers=tuple(headers), body=body), secrets, now)
    assert verdict.outcome == "failed" if secrets else verdict.outcome == "not_required"


def test_a_scheme_by_name_with_parameters() -> None:
    assert scheme("hmac", {"header": "X-A", "encoding": "base64"}) == Body(header="X-A", encoding="base64")
    assert scheme("meta") == SCHEMES["meta"]


@pytest.mark.parametrize(
    ("name", "parameters", "named"),
    [
        ("acme", {}, "twilio"),
        ("hmac", {"head": "X"}, "head"),
        ("hmac", {"digest": "md5"}, "md5"),
        ("svix", {"tolerance": "x"}, "tolerance"),
    ],
)
def test_a_mistake_in_a_configuration_is_named(name: str, parameters: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        scheme(name, parameters)
