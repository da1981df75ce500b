"""Times as providers write them (T-25): one form that compares as text, or none."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.provider_time import iso, minute, naive, rfc2822


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("2026-11-24T10:07:24.123Z", "2026-11-24T10:07:24.123Z"),
        ("2026-11-24T10:07:24Z", "2026-11-24T10:07:24.000Z"),
        ("2026-11-24T10:07:24.1236+02:00", "2026-11-24T08:07:24.124Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        ("2026-11-24T10:07:24", None),
        ("0001-01-02T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59.999-14:00", None),
        ("Tue, 24 Nov 2026 10:07:20 +0000", None),
        ("1764000000", None),
        ("", None),
        ("2026-11-24T10:07:24.123Z" * 9, None),
    ],
)
def test_iso(given_: str, expected: str | None) -> None:
    assert iso(given_) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("2611241007", "2026-11-24T10:07:00.000Z"),
        ("2602301007", None),
        ("261124100", None),
        ("26112410077", None),
        ("٢٦١١٢٤١٠٠٧", None),
        ("", None),
    ],
)
def test_minute(given_: str, expected: str | None) -> None:
    assert minute(given_) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("Tue, 24 Nov 2026 10:07:24 +0000", "2026-11-24T10:07:24.000Z"),
        ("24 Nov 2026 10:07:24 -0730", "2026-11-24T17:37:24.000Z"),
        ("Tue, 3 Nov 2026 10:07:24 -0000", "2026-11-03T10:07:24.000Z"),
        ("Tue, 24 Nov 2026 10:07:24 GMT", "2026-11-24T10:07:24.000Z"),
        ("Tue, 24 Nov 2026 10:07:24", "2026-11-24T10:07:24.000Z"),
        ("Tue, 24 Nov 26 10:07 +0100", "2026-11-24T09:07:00.000Z"),
        ("Tue, 31 Nov 2026 10:07:24 +0000", None),
        ("Tue, 24 Nov 2026 24:07:24 +0000", None),
        ("Tue, 24 Nov 1926 10:07:24 +0000", None),
        ("2026-11-24T10:07:24Z", None),
        ("", None),
    ],
)
def test_rfc2822(given_: str, expected: str | None) -> None:
    assert rfc2822(given_) == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("2026-11-24 10:07:24", "2026-11-24T10:07:24.000Z"),
        ("2026-11-24T10:07:24.1236", "2026-11-24T10:07:24.124Z"),
        ("2026-11-24 10:07:24+02:00", "2026-11-24T08:07:24.000Z"),
        ("1969-11-24 10:07:24", None),
        ("yesterday", None),
    ],
)
def test_naive(given_: str, expected: str | None) -> None:
    assert naive(given_) == expected


@given(
    st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.text(max_size=30) | st.from_regex(r"\A\d{10}\Z")
)
def test_whatever_is_read_can_be_read_by_everybody(text: str) -> None:
    for read in (iso, minute):
        found = read(text)
        if found is not None:
            assert len(found) == 24
            assert datetime.fromisoformat(found).year >= 1970
            assert iso(found) == found
