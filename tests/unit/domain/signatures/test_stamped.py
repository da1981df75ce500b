"""A keyed hash over time and body: Zendesk, and one's own."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.signatures.signing import NOW, b64, header, keyed, post, reason

STAMP = "2026-09-21T14:13:20Z"
SIGNATURE, TIME = "X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"
BODY = '{"type":"zen:event-type:ticket.created","ü":1}'.encode()
ZENDESK = post({SIGNATURE: b64(keyed("first", STAMP.encode() + BODY)), TIME: STAMP}, BODY)


def test_zendesk_with_any_live_secret_and_without_a_body() -> None:
    assert reason("zendesk", ZENDESK, "second", "first") == "verified"
    empty = post({SIGNATURE: b64(keyed("first", STAMP.encode())), TIME: STAMP}, method="GET")
    assert reason("zendesk", empty, "first") == "verified"


def test_every_signed_value_counts() -> None:
    assert reason("zendesk", ZENDESK, "other") == "mismatch"
    assert reason("zendesk", replace(ZENDESK, body=BODY + b" "), "first") == "mismatch"
    assert reason("zendesk", header(ZENDESK, TIME, "2026-09-21T14:13:21Z"), "first") == "mismatch"
    assert reason("zendesk", header(ZENDESK, TIME), "first") == "missing_header"
    assert reason("zendesk", header(ZENDESK, SIGNATURE, "?"), "first") == "malformed_header"


@pytest.mark.parametrize("odd", ["soon", "2026-13-01T00:00:00Z", "0", "\ud800", "9" * 5000])
def test_a_time_that_is_none(odd: str) -> None:
    assert reason("zendesk", header(ZENDESK, TIME, odd), "first") == "malformed_header"


def test_the_window() -> None:
    for away, found in ((-11, "from_the_future"), (-10, "verified"), (10, "verified"), (11, "expired")):
        assert reason("zendesk", ZENDESK, "first", now=NOW + away, tolerance=10) == found
    assert reason("zendesk", ZENDESK, "first", now=NOW * 2, tolerance=None) == "verified"


def test_ones_own() -> None:
    request = post({"X-Sig": keyed("first", b"1790000000.{}").hex(), "X-When": "1790000000"}, b"{}")
    own: dict[str, Any] = {"header": "X-Sig", "stamp_header": "X-When", "separator": "."}
    assert reason("hmac_stamped", request, "first", **own) == "verified"
    assert reason("hmac_stamped", request, "first", **{**own, "separator": ":"}) == "mismatch"
    assert reason("hmac_stamped", header(request, "X-When", "1790000000,5"), "first", **own) == "malformed_header"
