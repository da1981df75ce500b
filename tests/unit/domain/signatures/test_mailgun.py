"""Mailgun: events, forms, multipart forms."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import NOW, header, keyed, post, reason

TOKEN = "0" * 48 + "af"
SIGNATURE = keyed("first", f"{NOW}{TOKEN}".encode()).hex()
FORM = f"timestamp=1&token=theirs&Body=hi&timestamp={NOW}&token={TOKEN}&signature={SIGNATURE}".encode()


def event(**changes: Any) -> Request:
    signature = {"timestamp": str(NOW), "token": TOKEN, "signature": SIGNATURE, **changes}
    body = {"signature": {key: value for key, value in signature.items() if value is not None}, "event-data": {}}
    return post({"Content-Type": "application/json"}, json.dumps(body).encode())


def form(body: bytes = FORM, kind: str = "application/x-www-form-urlencoded") -> Request:
    return post({"content-type": kind}, body)


def parts(**fields: str) -> bytes:
    each = "".join(
        f'--b-1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()
    )
    file = '--b-1\r\ncontent-disposition: form-data; name="token"; filename="t.txt"\r\n\r\nnone\r\n'
    return (each + file + "--b-1--\r\n").encode()


def test_an_event_with_any_live_secret() -> None:
    assert reason("mailgun", event(), "second", "first") == "verified"
    assert reason("mailgun", event(timestamp=NOW), "first") == "verified"
    assert reason("mailgun", event(**{"signature": "00", "parent-signature": SIGNATURE}), "first") == "verified"
    assert reason("mailgun", event(), "second") == "mismatch"


def test_a_form_counts_by_its_last_values() -> None:
    assert reason("mailgun", form(), "first") == "verified"
    assert reason("mailgun", form(FORM + b"&token=theirs"), "first") == "mismatch"
    whole = parts(timestamp=str(NOW), token=TOKEN, signature=SIGNATURE)
    assert reason("mailgun", form(whole, "multipart/form-data; boundary=b-1"), "first") == "verified"


@pytest.mark.parametrize("changed", [{"timestamp": str(NOW + 1)}, {"token": TOKEN[:-1]}, {"signature": "ab" * 32}])
def test_every_signed_value_counts(changed: dict[str, str]) -> None:
    assert reason("mailgun", event(**changed), "first") == "mismatch"


@pytest.mark.parametrize("name", ["timestamp", "token", "signature"])
def test_what_is_missing(name: str) -> None:
    assert reason("mailgun", event(**{name: None}), "first") == "missing_field"
    assert reason("mailgun", event(**{name: [1]}), "first") == "missing_field"
    assert reason("mailgun", form(FORM.replace(name.encode(), b"x")), "first") == "missing_field"


def test_what_is_malformed() -> None:
    assert reason("mailgun", event(signature="zz"), "first") == "malformed_body"
    assert reason("mailgun", event(timestamp="now"), "first") == "malformed_header"
    for body, found in (
        (b"\xff", "malformed_body"),
        (b"[]", "malformed_body"),
        (b"{}", "missing_field"),
        (b"[" * 9999, "malformed_body"),
    ):
        assert reason("mailgun", replace(event(), body=body), "first") == found
    assert reason("mailgun", header(event(), "Content-Type", "text/plain"), "first") == "malformed_body"


def test_the_window() -> None:
    assert reason("mailgun", event(), "first", now=NOW + 60, tolerance=60) == "verified"
    assert reason("mailgun", event(), "first", now=NOW + 61, tolerance=60) == "expired"
    assert reason("mailgun", event(), "first", now=NOW - 61, tolerance=60) == "from_the_future"
