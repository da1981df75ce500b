"""The fold of the log is the live state, whatever duplicates, zombies and crashes there were (laws 2 and 3)."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.fold import Fold, Unreadable
from streams.engine.store import Memory
from tests.counting import key_of, message
from tests.unit.streams.world import DecisionsLog, Record, Worker, content, decode, inbound, rules

NUMBERS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12)), max_size=40)
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 7), st.sampled_from(("decide", "decide", "crash", "read"))), max_size=60
)


def folded(log: DecisionsLog) -> Any:
    """A fold from the beginning."""
    fold = Fold(0, Memory(), rules())
    fold.fold(log.records)  # type: ignore[arg-type]
    return fold


def first_appearances(numbers: list[tuple[int, int]]) -> dict[int, list[int]]:
    seen: dict[int, list[int]] = {}
    for contact, number in numbers:
        of = seen.setdefault(contact, [])
        if number not in of:
            of.append(number)
    return seen


def effects(log: DecisionsLog) -> dict[str, list[int]]:
    """Aggregate -> numbers of its messages, in the order they took effect."""
    found: dict[str, list[int]] = {}
    for decision in log.accepted():
        found.setdefault(decision.aggregate, []).append(int(decision.events[0].message))  # type: ignore[union-attr]
    return found


@given(NUMBERS)
def test_one_worker(numbers: list[tuple[int, int]]) -> None:
    log = DecisionsLog()
    worker = Worker(log).run(inbound([message(c, n) for c, n in numbers]))
    assert effects(log) == {key_of(c): of for c, of in first_appearances(numbers).items()}
    assert content(folded(log).store) == content(worker.fold.store)
    assert folded(log).rejected == 0


@given(NUMBERS, STEPS)
@settings(max_examples=200, deadline=None)
def test_workers_that_do_not_know_of_each_other(
    numbers: list[tuple[int, int]], steps: list[tuple[int, int, str]]
) -> None:
    """Up to three workers decide the same inputs on stale folds, die and start again anywhere: every input takes effect once, in
    order. Fails when `Fold.fold` takes a record without looking at its version."""
    log, inputs = DecisionsLog(), inbound([message(c, n) for c, n in numbers])
    workers = [Worker(log) for _ in range(3)]
    for who, many, what in steps:
        if what == "crash":
            workers[who] = Worker(log)
            workers[who].next = max(0, workers[who].next - many)
        elif what == "read":
            workers[who].catch_up()
        else:
            workers[who].step(inputs, workers[who].next + many)
    last = Worker(log)
    last.catch_up()
    last.run(inputs)
    assert effects(log) == {key_of(c): of for c, of in first_appearances(numbers).items()}
    for worker in workers:
        worker.catch_up()
    want = {key: (version, state) for key, (version, state, *_) in content(last.fold.store).items()}
    for other in (folded(log), *(worker.fold for worker in workers)):
        assert {key: (version, state) for key, (version, state, *_) in content(other.store).items()} == want
        assert other.position == len(log.records)


def test_a_zombies_record_changes_nothing() -> None:
    """Given a worker that was stopped, when others decided meanwhile and it appends then, its record is ignored by everybody."""
    log, inputs = DecisionsLog(), inbound([message(1, n) for n in range(1, 6)])
    zombie, owner = Worker(log), Worker(log)
    zombie.step(inputs, 2)
    owner.catch_up()
    owner.next = 2
    owner.run(inputs)
    before = content(owner.fold.store)
    zombie.step(inputs, 4)
    owner.catch_up()
    assert content(owner.fold.store) == before
    assert owner.fold.rejected == 2
    assert zombie.fold.rejected == 2 and content(zombie.fold.store) == before


def test_records_before_the_position_are_skipped() -> None:
    log = DecisionsLog()
    worker = Worker(log).run(inbound([message(1, n) for n in range(1, 4)]))
    before = content(worker.fold.store)
    worker.fold.fold(log.records)  # type: ignore[arg-type]
    assert content(worker.fold.store) == before and worker.fold.rejected == 0


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("no JSON", b"{"),
        ("an event that this program does not know", b'{"version":1,"cause":"x","events":[{"type":"new"}]}'),
        ("a cause that is no UUID", None),
    ],
)
def test_a_record_that_cannot_be_read_stops_the_fold(what: str, value: bytes | None) -> None:
    """Going on would make every later state wrong."""
    log = DecisionsLog()
    Worker(log).run(inbound([message(1, 1)]))
    record = log.records[0]
    bad = msgspec.json.encode(msgspec.structs.replace(decode(record.value or b""), cause="?"))
    fold = Fold(0, Memory(), rules())
    with pytest.raises(Unreadable, match=r"record 0 of decisions partition 0 cannot be read.*upgrade this worker"):
        fold.fold([record._replace(value=value or bad)])  # type: ignore[list-item]
    assert fold.position == 0 and len(fold.store) == 0


def test_a_key_of_a_kind_that_nobody_knows_stops_the_fold() -> None:
    log = DecisionsLog()
    Worker(log).run(inbound([message(1, 1)]))
    record: Record = log.records[0]._replace(key=b"acme:campaign:1")
    with pytest.raises(Unreadable, match="no aggregate of kind 'campaign'"):
        Fold(0, Memory(), rules()).fold([record])  # type: ignore[list-item]
