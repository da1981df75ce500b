"""What an aggregate remembers: the newest 1,000 causes and 21 days, whichever is more."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.causes import (
    HORIZON,
    NEWEST,
    WIDTH,
    ManyCauses,
    cause_of,
    remembered,
    to_forget,
    unpacked,
    with_cause,
)
from streams.engine.store import Changes, Memory
from tests.counting import key_of, message
from tests.unit.streams.world import START, DecisionsLog, Worker, inbound

CAUSES = st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 2**48 - 1)), max_size=20)
KEY = key_of(1).encode()


@given(st.uuids())
def test_a_cause_is_the_uuids_bytes(id_: UUID) -> None:
    assert cause_of(str(id_)) == id_.bytes


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "0" * 34, "g" * 32])
def test_what_is_no_uuid_is_told(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its text is the standard library's)
        cause_of(text)


@given(CAUSES, st.binary(min_size=16, max_size=16))
def test_packed_causes_are_found_and_nothing_else(causes: list[tuple[bytes, int]], other: bytes) -> None:
    packed: bytes | ManyCauses = b""
    for cause, at in causes:
        packed = with_cause(packed, cause, at)
    assert isinstance(packed, bytes)
    assert list(unpacked(packed)) == causes
    assert all(remembered(packed, cause) for cause, _ in causes)
    assert remembered(packed, other) == (other in {cause for cause, _ in causes})


def test_a_find_that_straddles_two_entries_does_not_count() -> None:
    first, second = bytes(range(16)), bytes(range(100, 116))
    packed = with_cause(with_cause(b"", first, 1), second, 2)
    assert isinstance(packed, bytes)
    assert not any(remembered(packed, packed[i : i + 16]) for i in range(1, len(packed) - 15) if i % WIDTH)


def test_only_what_is_beyond_both_limits_is_forgotten() -> None:
    old, young = START, START + HORIZON + 1
    causes = [(i.to_bytes(16, "big"), old) for i in range(NEWEST + 5)]
    assert to_forget(causes, START + HORIZON) == []
    assert to_forget(causes, young) == [cause for cause, _ in causes[:5]]
    assert to_forget(causes[:NEWEST], young) == []


def test_many_causes_forget_now_and_then() -> None:
    many = ManyCauses()
    gone: list[bytes] = []
    ids = [uuid4().bytes for _ in range(5 * NEWEST)]
    for i, cause in enumerate(ids):
        gone += many.add(cause, START + i * HORIZON // NEWEST)  # 1,000 within the horizon
    assert set(ids[-NEWEST:]) <= set(many.times)
    assert len(many) < 3 * NEWEST and len(many) + len(gone) == len(ids)
    assert gone == ids[: len(gone)]


def test_an_aggregate_moves_to_a_dictionary_and_still_knows_everything() -> None:
    events = [message(1, n) for n in range(1, 201)]
    worker = Worker(DecisionsLog()).run(inbound(events))
    entry = worker.fold.store.get(KEY)
    assert entry is not None and isinstance(entry.causes, ManyCauses) and len(entry.causes) == 200
    draft = worker.take(*inbound(events)).log
    assert len(draft.records) == 200
    fresh = Worker(worker.log)
    fresh.catch_up()
    again = fresh.fold.store.get(KEY)
    assert again is not None and isinstance(again.causes, ManyCauses) and again.causes.times == entry.causes.times


def test_a_draft_does_not_change_a_dictionary_before_the_log_has_it() -> None:
    worker = Worker(DecisionsLog()).run(inbound([message(1, n) for n in range(1, 101)]))
    entry = worker.fold.store.get(KEY)
    assert entry is not None
    before = len(entry.causes)
    changes = Changes()
    cause = cause_of(message(1, 101).id)
    changes.put(KEY, entry, cause, START)
    assert changes.knows(KEY, entry, cause) and not entry.knows(cause) and len(entry.causes) == before
    store = Memory()
    store.entries[KEY] = entry
    store.write(changes, 102)
    assert entry.knows(cause)
