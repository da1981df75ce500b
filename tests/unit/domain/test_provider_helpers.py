"""What provider files are built from."""

import time

import pytest

from domain.channels.provider import impersonal, texts, without


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("smtp; 550 5.1.1 <ann@example.org>: no such user", "smtp; 550 5.1.1 <[address]>: no such user"),
        ("to:ann+news@example.org,ben@example.org", "to:[address],[address]"),
        ("+14155550123 is no longer in service", "[address] is no longer in service"),
        ("number14155550123 of ann@example.org", "number[address] of [address]"),
        ("14155550123@sms.example", "[address]"),
        ("try again in 300 s", "try again in 300 s"),
        ("", None),
        (None, None),
    ],
)
def test_a_reason_without_addresses(reason: str | None, expected: str | None) -> None:
    assert impersonal(reason) == expected


@pytest.mark.parametrize("word", ["a", "a@", "@", "1", "+", "a1234567"])
def test_a_reason_as_long_as_a_body_costs_as_much_as_its_length(word: str) -> None:
    begun = time.process_time()
    impersonal(word * (200_000 // len(word)))
    assert time.process_time() - begun < 1


def test_scalars_that_say_something() -> None:
    assert texts({"a": "x", "b": 0, "c": False, "d": "", "e": None, "f": {}, "g": [1], "h": 1.5}) == {
        "a": "x",
        "b": "0",
        "c": "false",
        "h": "1.5",
    }


def test_what_is_left_says_something() -> None:
    data = {"a": "x", "b": 0, "c": False, "d": "", "e": None, "f": {}, "g": [], "h": [0], "i": "y"}
    assert without(data, "i") == {"a": "x", "b": 0, "c": False, "h": [0]}
