"""Tables for people and JSON for programs from the same rows."""

import json
from datetime import UTC, datetime

import pytest

from trunkline.output import show

ROWS = [
    {"name": "a", "active": True, "at": datetime(2026, 11, 24, 10, tzinfo=UTC), "list": ["x", "y"], "raw": b"\xff"},
    {"name": "[b]", "active": False, "at": None, "list": [], "raw": None},
]


def test_json_holds_all_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, ("name",), as_json=True, empty="")
    found = json.loads(capsys.readouterr().out)
    assert found[0] == {
        "name": "a",
        "active": True,
        "at": "2026-11-24T10:00:00+00:00",
        "list": ["x", "y"],
        "raw": "\\xff",
    }


def test_a_table_shows_its_columns_and_takes_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, ("name", "active", "at", "list"), as_json=False, empty="")
    told = capsys.readouterr().out
    assert "yes" in told
    assert "2026-11-24 10:00:00" in told
    assert "x, y" in told
    assert "[b]" in told


def test_nothing_is_said_in_words_or_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    show([], ("name",), as_json=False, empty="no such thing")
    show([], ("name",), as_json=True, empty="no such thing")
    assert capsys.readouterr().out == "no such thing\n[]\n"
