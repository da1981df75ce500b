"""The account: what counts as processed, duplicate, dead-lettered, and what is not accounted for."""

from collections import Counter

import pytest

from trunkline.demo.account import Row, Views, account, total
from trunkline.demo.traffic import Planned


def sent(*names: str, kind: str = "text") -> list[Planned]:
    return [Planned("sms", kind, "", name) for name in names]


VIEWS = Views(
    messages=[
        Row("r-1", "processed", ("e1", "e2")),
        Row("r-2", "processed", ("e1", "e2")),
        Row("r-3", "ignored", ()),
        Row("r-4", "dead_lettered", ()),
        Row("r-5", "dead_lettered", ()),
        Row("r-6", "failed", ()),
        Row("r-7", "processed", ("e1", "e9")),
        Row("r-8", "processed", ("e3", "e1")),
    ],
    caused={"e1": "r-1", "e2": "r-1", "e3": "r-8", "x": "r-1"},
    parked=frozenset({"r-4"}),
)


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("r-1", "processed"),
        ("r-2", "duplicates"),
        ("r-3", "ignored"),
        ("r-4", "dead-lettered"),
        ("r-5", None),  # no dead letter is there yet
        ("r-6", None),  # it will come again
        ("r-7", None),  # one of its events is in no view
        ("r-8", "processed"),  # some of it is news
        ("r-9", None),  # nobody has seen it
    ],
)
def test_each_message_has_one_fate(name: str, fate: str | None) -> None:
    (line,) = account(sent(name), VIEWS)
    assert line.fates == (Counter([fate]) if fate else Counter())
    assert line.settled == (fate is not None)
    assert line.waiting == (0 if fate else 1)


def test_lines_are_per_kind_and_sum_up() -> None:
    lines = account([*sent("r-1", "r-2"), *sent("r-3", "r-6", kind="other")], VIEWS)
    assert [(line.kind, line.sent, line.waiting, line.events) for line in lines] == [
        ("text", 2, 0, 3),
        ("other", 2, 1, 0),
    ]
    assert (total(lines).sent, total(lines).waiting, total(lines).settled) == (4, 1, False)
