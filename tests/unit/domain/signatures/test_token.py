"""Secrets that come along as they are: Telegram, bearer, basic authentication."""

import pytest

from tests.unit.domain.signatures.signing import b64, header, post, reason

TELEGRAM = post({"x-telegram-bot-api-secret-token": "first"})


def test_telegram() -> None:
    assert reason("telegram", TELEGRAM, "second", "first") == "verified"
    assert reason("telegram", TELEGRAM, "first1") == "mismatch"
    assert reason("telegram", TELEGRAM, "first ") == "mismatch"
    assert reason("telegram", post({"X-Telegram-Bot-Api-Secret-Token": "first2"}), "first") == "mismatch"
    assert reason("telegram", post({}), "first") == "missing_header"
    assert reason("telegram", post({"X-Telegram-Bot-Api-Secret-Token": "\ud800é"}), "first") == "mismatch"
    assert (
        reason("telegram", header(TELEGRAM, "X-Telegram-Bot-Api-Secret-Token", "first", "x"), "first")
        == "repeated_header"
    )


def test_bearer_and_ones_own() -> None:
    assert reason("bearer", post({"Authorization": "bearer first"}), "first") == "verified"
    assert reason("bearer", post({"Authorization": "Basic first"}), "first") == "wrong_algorithm"
    assert reason("token", post({"X-Key": "first"}), "first", header="X-Key") == "verified"


@pytest.mark.parametrize("secret", ["ann:pass", "ann:p:a:ss", "änn:ü"])
def test_basic(secret: str) -> None:
    request = post({"Authorization": "basic " + b64(secret.encode())})
    assert reason("basic", request, "bob:pass", secret) == "verified"
    assert reason("basic", request, secret + "x") == "mismatch"


def test_basic_that_is_none() -> None:
    for value, found in (("Basic !", "malformed_header"), ("Basic", "mismatch"), ("Bearer x", "wrong_algorithm")):
        assert reason("basic", post({"Authorization": value}), "ann:pass") == found
    assert reason("basic", post({}), "ann:pass") == "missing_header"
    assert reason("basic", post({"Authorization": "Basic " + b64(b"ann")}), "ann") == "unusable_secret"
