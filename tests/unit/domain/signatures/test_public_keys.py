"""SendGrid, Telnyx, Postal: signed with a private key that only they have."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import (
    NOW,
    b64,
    curve_key,
    der,
    edwards_key,
    header,
    pem,
    post,
    reason,
    rsa_key,
    rsa_signed,
)

BODY = b'[{"event":"bounce","\xc3\xbc":"\\u00e4"}]\r\n'
CURVE, ED, RSA, OTHER_RSA = curve_key("first"), edwards_key("first"), rsa_key("first"), rsa_key("other")
PRE = "X-Twilio-Email-Event-Webhook-"
RAW_ED = b64(ED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

SENDGRID = post(
    {
        PRE + "Signature": b64(CURVE.sign(f"{NOW}".encode() + BODY, ec.ECDSA(hashes.SHA256()))),
        PRE + "Timestamp": str(NOW),
    },
    BODY,
)
TELNYX = post({"Telnyx-Signature-Ed25519": b64(ED.sign(f"{NOW}|".encode() + BODY)), "Telnyx-Timestamp": str(NOW)}, BODY)
CASES = {
    "sendgrid": (SENDGRID, der(CURVE), PRE + "Signature", PRE + "Timestamp"),
    "telnyx": (TELNYX, RAW_ED, "telnyx-signature-ed25519", "telnyx-timestamp"),
}


def postal(strong: bool, weak: bool, key: object = RSA) -> Request:
    assert isinstance(key, type(RSA))
    headers = {}
    if strong:
        headers["X-Postal-Signature-256"] = b64(rsa_signed(key, BODY))
    if weak:
        headers["X-Postal-Signature"] = b64(rsa_signed(key, BODY, "1"))
    return post(headers, BODY)


@pytest.mark.parametrize("name", CASES)
def test_with_any_live_key(name: str) -> None:
    request, key, _, _ = CASES[name]
    assert reason(name, request, key) == "verified"
    others = {"sendgrid": curve_key("other"), "telnyx": edwards_key("other")}
    assert reason(name, request, pem(others[name]), "no key", key) == "verified"
    assert reason(name, request, pem(others[name])) == "mismatch"


@pytest.mark.parametrize("name", CASES)
def test_every_signed_value_counts(name: str) -> None:
    request, key, signature, stamp = CASES[name]
    assert reason(name, replace(request, body=BODY.strip()), key) == "mismatch"
    assert reason(name, header(request, stamp, str(NOW + 1)), key) == "mismatch"
    assert reason(name, header(request, signature, "AAAA"), key) == "mismatch"
    assert reason(name, header(request, signature, "A"), key) == "malformed_header"
    assert reason(name, header(request, stamp, "-1"), key) == "malformed_header"
    for missing in (signature, stamp):
        assert reason(name, header(request, missing), key) == "missing_header"


@pytest.mark.parametrize("name", CASES)
def test_the_window(name: str) -> None:
    request, key, _, _ = CASES[name]
    assert reason(name, request, key, now=NOW + 9, tolerance=9) == "verified"
    assert reason(name, request, key, now=NOW + 10, tolerance=9) == "expired"
    assert reason(name, request, key, now=NOW - 10, tolerance=9) == "from_the_future"


def test_a_key_that_is_none_or_of_another_kind_is_our_mistake() -> None:
    for odd in (
        "no key",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "\xff",
        "AAAA",
    ):
        assert reason("sendgrid", SENDGRID, odd) == "unusable_secret"
    assert reason("sendgrid", SENDGRID, RAW_ED) == "unusable_secret"
    assert reason("telnyx", TELNYX, der(CURVE)) == "unusable_secret"
    assert reason("postal", postal(True, False), RAW_ED) == "unusable_secret"


@pytest.mark.parametrize(("strong", "weak"), [(True, True), (True, False), (False, True)])
def test_postal(strong: bool, weak: bool) -> None:
    request = postal(strong, weak)
    folded = "\n".join(der(RSA)[at : at + 64] for at in range(0, len(der(RSA)), 64))
    for key in (pem(RSA), der(RSA), folded):
        assert reason("postal", request, der(OTHER_RSA), key) == "verified"
    assert reason("postal", request, der(OTHER_RSA)) == "mismatch"
    assert reason("postal", replace(request, body=BODY + b" "), der(RSA)) == "mismatch"


def test_postals_newer_signature_is_not_passed_over_for_the_older_one() -> None:
    request = header(postal(True, True), "X-Postal-Signature-256", postal(True, False, OTHER_RSA).headers[0][1])
    assert reason("postal", request, der(RSA)) == "mismatch"
    assert reason("postal", postal(False, True), der(RSA), sha1=False) == "missing_header"
    assert reason("postal", post({}, BODY), der(RSA)) == "missing_header"
    assert reason("postal", post({"X-Postal-Signature": "="}, BODY), der(RSA)) == "malformed_header"
