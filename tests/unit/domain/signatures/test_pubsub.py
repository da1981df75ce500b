"""Google Pub/Sub push."""

import json
from typing import Any

from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import (
    NOW,
    google_key,
    google_token,
    header,
    pem,
    post,
    reason,
    rsa_key,
    token,
)

KEY, OTHER = rsa_key("first"), rsa_key("other")
ACCOUNT = "push@acme.iam.gserviceaccount.example"
URL = "https://hooks.example.org/gmail"


def sent(key: Any = KEY, kid: str = "k1", **changes: Any) -> Request:
    text = google_token(key, NOW, kid, **{"aud": URL, "email": ACCOUNT, **changes})
    return post({"Authorization": f"Bearer {text}"}, b'{"message":{}}', URL)


JWKS = json.dumps({"keys": [google_key(OTHER, "k0"), google_key(KEY, "k1"), {"kty": "EC", "kid": "k2"}]})


def found(request: Request, *secrets: str, now: int = NOW, **parameters: object) -> str:
    return reason("pubsub", request, *secrets or (JWKS,), now=now, **{"accounts": [ACCOUNT], **parameters})


def test_with_the_keys_in_each_form_that_google_publishes() -> None:
    assert found(sent()) == "verified"
    assert found(sent(), json.dumps({"k0": pem(OTHER), "k1": pem(KEY)})) == "verified"
    assert found(sent(), pem(OTHER), pem(KEY)) == "verified"


def test_the_key_is_the_one_that_the_token_names() -> None:
    assert found(sent(OTHER)) == "mismatch"
    assert found(sent(kid="k0")) == "mismatch"
    assert found(sent(kid="k9")) == "mismatch"
    assert found(sent(OTHER, kid="k0")) == "verified"


def test_every_claim_counts() -> None:
    assert found(sent(iss="https://evil.example")) == "wrong_issuer"
    assert found(sent(aud="https://hooks.example.org/other")) == "wrong_audience"
    assert found(sent(aud=["x"])) == "wrong_audience"
    assert found(sent(aud="pushes"), audience="pushes") == "verified"
    assert found(sent(email="other@evil.iam.gserviceaccount.example")) == "wrong_account"
    assert found(sent(email_verified=None)) == "wrong_account"
    assert found(sent(email_verified="true")) == "wrong_account"
    assert found(sent(exp=None)) == "malformed_header"
    assert found(sent(), now=NOW + 70) == "expired"
    assert found(sent(), now=NOW - 61) == "from_the_future"


def test_without_an_account_any_customer_of_google_could_push() -> None:
    assert found(sent(), accounts=[]) == "unconfigured"


def test_a_secret_may_name_the_accounts_beside_the_keys() -> None:
    for published in (json.loads(JWKS), {"k0": pem(OTHER), "k1": pem(KEY)}):
        named = json.dumps({**published, "accounts": [ACCOUNT, 1]})
        assert found(sent(), named, accounts=[]) == "verified"
        assert found(sent(email="other@acme.iam.gserviceaccount.example"), named, accounts=[]) == "wrong_account"
    for odd in ("accounts", [], [1], None):
        assert found(sent(), json.dumps({**json.loads(JWKS), "accounts": odd}), accounts=[]) == "unconfigured"


def test_a_public_key_is_not_taken_for_a_shared_secret() -> None:
    claims = {
        "iss": "accounts.google.com",
        "aud": URL,
        "email": ACCOUNT,
        "email_verified": True,
        "iat": NOW,
        "exp": NOW,
    }
    forged = header(sent(), "Authorization", "Bearer " + token(pem(KEY), claims))
    assert found(forged, pem(KEY)) == "wrong_algorithm"


def test_keys_that_are_none() -> None:
    bad = (
        '{"keys":[{"kty":"RSA"}]}',
        "{",
        '{"keys":[1]}',
        '{"k1":"x"}',
        '{"k1":1}',
        "none",
        json.dumps({"keys": [{**google_key(KEY, "k1"), "e": "AA"}]}),
    )
    for odd in bad:
        assert found(sent(), odd) == "unusable_secret", odd
        assert found(sent(), odd, JWKS) == "verified"


def test_nothing_of_the_body_is_signed_and_that_is_said() -> None:
    assert found(replace(sent(), body=b"other")) == "verified"
    assert found(header(sent(), "Authorization")) == "missing_header"
