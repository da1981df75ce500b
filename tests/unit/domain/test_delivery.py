"""A message's state is the same for any order of reports (law 9; T-08, T-09)."""

from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import Delivery, merged, reported
from domain.sent import NEWEST, WIDTH, known, with_message
from schemas.values import FAILURES, RANK

EARLY, LATE = "2026-11-24T10:07:00.000Z", "2026-11-24T10:09:00.000Z"

RULES = [
    (["queued", "sending", "sent"], "sent"),
    (["sent", "delivered"], "delivered"),
    (["delivered", "sent"], "delivered"),
    (["sent", "failed"], "failed"),
    (["sent", "undelivered"], "undelivered"),
    (["delivered", "failed"], "delivered"),
    (["read", "undelivered", "sent"], "read"),
    (["canceled", "failed", "undelivered"], "failed"),
    ([("delivered", EARLY), ("failed", LATE)], "failed"),
    ([("delivered", LATE), ("failed", EARLY)], "delivered"),
    ([("delivered", ""), ("failed", LATE)], "delivered"),
    ([("delivered", EARLY), ("failed", "")], "delivered"),
    ([("sent", LATE), ("failed", EARLY)], "failed"),
]


@pytest.mark.parametrize(("reports", "status"), RULES, ids=str)
def test_rule(reports: list[str | tuple[str, str]], status: str) -> None:
    for order in permutations(reports):
        delivery = Delivery()
        for each in order:
            delivery = reported(delivery, *(each if isinstance(each, tuple) else (each, "")))
        assert delivery.status == status


REPORTS = st.tuples(st.sampled_from([*RANK, *FAILURES]), st.sampled_from(["", EARLY, LATE]))


def after(reports: list[tuple[str, str]]) -> Delivery:
    delivery = Delivery()
    for each in reports:
        delivery = reported(delivery, *each)
    return delivery


@given(st.lists(REPORTS, max_size=8), st.randoms())
def test_any_order_and_repetition_end_equal(reports: list[tuple[str, str]], chance: object) -> None:
    mixed = reports + reports[: len(reports) // 2]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert after(mixed) == after(reports)


@given(st.lists(REPORTS, max_size=5), st.lists(REPORTS, max_size=5))
def test_what_two_know_is_known_together(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    assert merged(after(one), after(other)) == merged(after(other), after(one)) == after(one + other)


def test_nothing_known_is_no_status() -> None:
    assert Delivery().status == ""


@given(st.lists(st.tuples(st.integers(1, 24), st.booleans(), st.lists(REPORTS, max_size=4)), max_size=60))
def test_packed_messages_are_the_newest_ones(touched: list[tuple[int, bool, list[tuple[str, str]]]]) -> None:
    packed = b""
    model: dict[str, tuple[bool, Delivery]] = {}
    for number, seen, reports in touched:
        message, delivery = str(UUID(int=number << 100 | number)), after(reports)
        packed = with_message(packed, message, seen, delivery)
        model.pop(message, None)
        model[message] = (seen, delivery)
        model = dict(list(model.items())[-NEWEST:])
    assert len(packed) == WIDTH * len(model)
    assert all(known(packed, message) == value for message, value in model.items())
    assert known(packed, str(UUID(int=99))) == (False, Delivery())


def test_an_id_is_not_found_across_two_entries() -> None:
    first, second = UUID(int=0x1111 << 112), UUID(int=0x2222 << 112)
    packed = with_message(with_message(b"", str(first), True, Delivery()), str(second), True, Delivery())
    astride = UUID(bytes=packed[WIDTH - 8 : WIDTH + 8])
    assert known(packed, str(astride)) == (False, Delivery())
    assert len(with_message(packed, str(astride), True, Delivery())) == 3 * WIDTH
