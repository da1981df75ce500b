"""Where a source partition begins, and when a worker refuses in words (DESIGN.md 8: no committed offset although decisions exist)."""

from types import SimpleNamespace

import pytest

from runtime.errors import ConfigurationError
from streams.engine.start_rule import Bounds, resume, start

TP = SimpleNamespace(topic="comms.inbound.v1", partition=3)


def bounds(
    committed: int | None = None, begin: int = 0, end: int = 100, young: int | None = 0, decided: bool = True
) -> Bounds:
    return Bounds(committed, begin, end, young, decided)


@pytest.mark.parametrize(
    ("given", "at"),
    [
        (bounds(committed=40), 40),
        (bounds(committed=0), 0),
        (bounds(committed=100), 100),
        (bounds(decided=False), 0),
        (bounds(decided=False, begin=30, young=None), 30),
        (bounds(), 0),
        (bounds(begin=30, young=30), 30),
        (bounds(begin=100, young=None), 100),
    ],
)
def test_it_begins(given: Bounds, at: int) -> None:
    assert start(TP, given, "g") == at


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            bounds(committed=101),
            "ends at offset 100, but group g has read it up to 101: the topic was recreated or truncated",
        ),
        (bounds(committed=4, begin=9), "5 records were deleted before they were decided"),
        (bounds(young=7), r"older than the 21 days .* run `trunkline streams --resume` once"),
        (bounds(young=None), "no committed offset for comms.inbound.v1 partition 3, but decisions exist"),
    ],
)
def test_it_refuses(given: Bounds, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        start(TP, given, "g")


@pytest.mark.parametrize(
    ("given", "last", "at"),
    [
        (bounds(young=50), 79, 50),
        (bounds(young=50), 20, 21),
        (bounds(young=None), 79, 80),
        (bounds(young=None), None, 0),
        (bounds(begin=60, young=None), 20, 60),
        (bounds(young=None), 500, 100),
    ],
)
def test_resuming_rereads_what_is_young_and_skips_what_was_decided(given: Bounds, last: int | None, at: int) -> None:
    assert resume(given, last) == at
