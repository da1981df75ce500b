"""A keyed hash over the body: Meta, LINE, Viber, Mailtrap, MailerSend, and one's own."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import b64, header, keyed, post, reason

BODY = b'{"text":"\\u00e4 \xff\x00"}\n'
FORMS: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "meta": ("x-hub-signature-256", lambda raw: "sha256=" + raw.hex()),
    "line": ("x-line-signature", b64),
    "viber": ("X-Viber-Content-Signature", bytes.hex),
    "mailtrap": ("Mailtrap-Signature", bytes.hex),
    "mailersend": ("Signature", bytes.hex),
    "hmac": ("X-Signature", bytes.hex),
}


def signed(name: str, key: str = "first") -> Request:
    where, written = FORMS[name]
    return post({where: written(keyed(key, BODY))}, BODY)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_signed_is_verified_with_any_live_secret(name: str) -> None:
    assert reason(name, signed(name), "first") == "verified"
    assert reason(name, signed(name), "second", "first") == "verified"
    assert reason(name, signed(name, "second"), "second", b"first") == "verified"


@pytest.mark.parametrize("name", FORMS)
def test_what_is_changed_or_signed_by_others_is_not(name: str) -> None:
    request, (where, written) = signed(name), FORMS[name]
    assert reason(name, request, "other") == "mismatch"
    assert reason(name, replace(request, body=BODY.strip()), "first") == "mismatch"
    assert reason(name, header(request, where, written(keyed("first", BODY, "sha1"))), "first") == "mismatch"
    assert reason(name, header(request, where), "first") == "missing_header"
    assert reason(name, header(request, where, ""), "first") == "missing_header"
    assert reason(name, header(request, where, *[request.only(where)] * 2), "first") == "repeated_header"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("odd", ["é", "zz", "\udc80", "abc", "!!!!"])
def test_what_is_no_signature_at_all_says_so(name: str, odd: str) -> None:
    prefix = "sha256=" if name == "meta" else ""
    assert reason(name, post({FORMS[name][0]: prefix + odd}, BODY), "first") in {"malformed_header", "mismatch"}


def test_metas_older_hash_is_not_enough() -> None:
    assert reason("meta", post({"X-Hub-Signature-256": "sha1=00"}, BODY), "first") == "wrong_algorithm"


def test_a_declared_provider_has_its_own_header_and_encoding() -> None:
    request = post({"X-Acme": "v0=" + b64(keyed("first", BODY, "sha512"))}, BODY)
    own: dict[str, Any] = {"header": "X-Acme", "prefix": "v0=", "encoding": "base64", "digest": "sha512"}
    assert reason("hmac", request, "first", **own) == "verified"
    assert reason("hmac", request, "first", **{**own, "digest": "sha256"}) == "mismatch"


def test_an_empty_secret_is_no_secret_that_anybody_could_sign_with() -> None:
    assert reason("line", signed("line", ""), "") == "unusable_secret"
    assert reason("line", signed("line", ""), "", "first") == "mismatch"
    assert reason("line", signed("line")) == "no_secret"
