"""Svix and Resend."""

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import NOW, b64, header, keyed, post, reason

KEY = b"twenty-four random bytes"
SECRET = "whsec_" + b64(KEY)
BODY = b'{"type":"email.bounced"}'


def signed(family: str = "svix", key: bytes = KEY) -> Request:
    signature = "v1," + b64(keyed(key, f"msg_1.{NOW}.".encode() + BODY))
    return post({f"{family}-id": "msg_1", f"{family}-timestamp": str(NOW), f"{family}-signature": signature}, BODY)


@pytest.mark.parametrize("family", ["svix", "Svix", "webhook"])
def test_both_families_of_headers(family: str) -> None:
    assert reason("svix", signed(family), SECRET) == "verified"
    assert reason("resend", signed(family), "whsec_" + b64(b"second"), SECRET) == "verified"


def test_the_example_of_the_documentation() -> None:
    request = post(
        {
            "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "svix-timestamp": "1614265330",
            "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        b'{"test": 2432232314}',
    )
    assert reason("svix", request, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=1614265330) == "verified"


def test_one_of_several_signatures_is_enough() -> None:
    good = signed().only("svix-signature")
    assert reason("svix", header(signed(), "svix-signature", f"v1a,xx v1,AAAA {good}"), SECRET) == "verified"
    assert reason("svix", header(signed(), "svix-signature", f"v2,{good[3:]}"), SECRET) == "wrong_algorithm"
    assert reason("svix", header(signed(), "svix-signature", "v1,é"), SECRET) == "mismatch"


def test_every_signed_value_counts() -> None:
    assert reason("svix", signed(key=b"other"), SECRET) == "mismatch"
    assert reason("svix", replace(signed(), body=BODY + b"\n"), SECRET) == "mismatch"
    assert reason("svix", header(signed(), "svix-id", "msg_2"), SECRET) == "mismatch"
    assert reason("svix", header(signed(), "svix-timestamp", str(NOW - 1)), SECRET) == "mismatch"
    assert reason("svix", header(signed(), "svix-timestamp", "now"), SECRET) == "malformed_header"
    for name in ("svix-id", "svix-timestamp", "svix-signature"):
        assert reason("svix", header(signed(), name), SECRET) == "missing_header"


def test_the_window_is_five_minutes() -> None:
    assert reason("svix", signed(), SECRET, now=NOW + 300) == "verified"
    assert reason("svix", signed(), SECRET, now=NOW + 301) == "expired"
    assert reason("svix", signed(), SECRET, now=NOW - 301) == "from_the_future"


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!", "whsec_abc"])
def test_a_secret_that_is_none(secret: str) -> None:
    assert reason("svix", signed(key=b""), secret) == "unusable_secret"
