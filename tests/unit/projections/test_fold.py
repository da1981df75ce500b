"""From records to rows: what counts, what is poison, and that no cut of the log shows."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from domain.arbitration import Arbiter, WindowNeeded
from projections.fold import Batch, Cursor, Fold
from projections.positions import NOTHING, Held, mark
from projections.view import Place, Row, Source, View, Write
from schemas.topics import DEAD_LETTERS, DECISIONS, Topic

SEEN = Write("seen", {"text": "text"}, "")


class Said(msgspec.Struct, frozen=True):
    aggregate: str = "acme:contact:1"
    version: int = 1
    base: int = 0
    slot: int = 0
    at: str = ""
    trace: str = ""
    text: str = ""


def rows(said: Said, place: Place, nul: bool) -> list[Row]:
    if said.text == "half":
        return [*_row(said), *_fail(ValueError("half of it"))]
    return _row(said)


def _row(said: Said) -> list[Row]:
    return [(SEEN, said.aggregate.split(":")[0], (said.text,))]


def _fail(error: Exception) -> list[Row]:
    raise error


def view(topic: Topic = DECISIONS) -> View:
    return View("seen", 1, (), (SEEN,), (Source(topic, Said, rows),))


@dataclass
class Record:
    offset: int
    value: bytes | None
    key: bytes | None = b"acme:contact:1"
    timestamp: int = 7


def said(offset: int, **fields: Any) -> Record:
    return Record(offset, msgspec.json.encode({"base": offset, **fields}))


def folded(
    records: list[Record], *, cuts: int = 0, topic: Topic = DECISIONS, fold: Fold | None = None
) -> tuple[Batch, Cursor]:
    fold = fold or Fold(view(topic))
    cursor, batch = Cursor(Held(topic.name, 2, "", records[0].offset, 1), fold.view.sources[0]), fold.batch()
    step = cuts or len(records)
    for start in range(0, len(records), step):
        fold.fold(cursor, 2, records[start : start + step], batch)
    return batch, cursor


def texts(batch: Batch) -> list[str]:
    return [row[0] for schema in sorted(batch.rows["seen"]) for row in batch.rows["seen"][schema]]


def test_rows_are_grouped_by_the_tenants_schema() -> None:
    batch, _ = folded([said(0, text="a"), said(1, aggregate="b-2:contact:1", text="b")])
    assert dict(batch.rows["seen"]) == {"tenant_acme": [("a",)], "tenant_b_2": [("b",)]}
    assert batch.schemas == {"tenant_acme", "tenant_b_2"} and batch.statements == 2 and batch.row_count == 2


def test_a_record_that_lost_its_version_gives_no_rows() -> None:
    batch, _ = folded([said(0, text="first"), said(1, base=0, slot=0, text="zombie"), said(2, version=2, text="next")])
    assert texts(batch) == ["first", "next"] and batch.rejected == 1 and batch.records == 3


def test_topics_without_decisions_are_not_judged() -> None:
    batch, _ = folded([said(0, text="a"), said(1, base=0, text="a")], topic=DEAD_LETTERS)
    assert texts(batch) == ["a", "a"] and batch.rejected == 0


def test_records_before_the_cursor_are_skipped() -> None:
    fold = Fold(view())
    cursor, batch = Cursor(Held(DECISIONS.name, 2, "", 1, 1), fold.view.sources[0]), fold.batch()
    fold.fold(cursor, 2, [said(0, text="old"), said(1, text="new")], batch)
    assert texts(batch) == ["new"]


@pytest.mark.parametrize("cuts", [1, 2, 3, 7])
def test_position_and_chain_know_no_cuts(cuts: int) -> None:
    records = [said(n, version=n + 1, text=str(n)) for n in range(10)]
    whole, parts = (folded(records, cuts=size)[0].moves() for size in (0, cuts))
    assert whole == parts
    chain = NOTHING
    for record in records:
        chain = sha256(chain + (record.value or b"")).digest()
    move = whole[0]
    assert (
        move.next_offset == 10 and move.chain == chain and move.last_sha256 == sha256(records[-1].value or b"").digest()
    )
    assert move.generation == mark(7, records[0].value)


def test_the_next_batch_starts_where_the_last_will_have_ended() -> None:
    fold = Fold(view())
    cursor = Cursor(Held(DECISIONS.name, 2, "", 0, 1), fold.view.sources[0])
    moves = []
    for number in range(2):
        batch = fold.batch()
        fold.fold(cursor, 2, [said(number, version=number + 1)], batch)
        moves += batch.moves()
    assert moves[1].held == moves[0].moved


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Record(0, b"\xff no JSON"), "unreadable"),
        (Record(0, b'{"version": "one"}'), "unreadable"),
        (Record(0, None), "not_showable"),
        (said(0, text="half"), "not_showable"),
        (said(0, aggregate="No Tenant:contact:1"), "not_showable"),
    ],
)
def test_poison_becomes_a_dead_letter_and_the_rest_goes_on(record: Record, reason: str) -> None:
    batch, cursor = folded([record, said(1, text="next")])
    assert texts(batch) == ["next"] and cursor.next_offset == 2
    letter = batch.letters[0]
    assert (letter.place, letter.tenant, letter.reason) == (Place(DECISIONS.name, 2, 0), "acme", reason)


@pytest.mark.parametrize(
    "key", [b"k", b"acme", b"acme:contact", b"acme:contact:", b"No Tenant:contact:1", b"\xff:contact:1", b"", None]
)
def test_poison_whose_key_is_no_aggregate_belongs_to_nobody(key: bytes | None) -> None:
    batch, _ = folded([Record(0, b"no JSON", key)])
    assert batch.letters[0].tenant == ""


def test_a_bug_of_a_view_parks_the_record_and_tells_no_values() -> None:
    def buggy(said: Said, place: Place, nul: bool) -> list[Row]:
        return _fail(KeyError("ann@example.com"))

    fold = Fold(View("seen", 1, (), (SEEN,), (Source(DECISIONS, Said, buggy),)))
    batch, _ = folded([said(0)], fold=fold)
    assert batch.letters[0].error.startswith("KeyError in test_fold.py:") and "ann" not in batch.letters[0].error


def test_what_the_database_refused_becomes_a_dead_letter() -> None:
    fold = Fold(view())
    fold.refused = {(DECISIONS.name, 2, 1): "PostgreSQL refuses the values: 22P02"}
    batch, _ = folded([said(0, text="a"), said(1, version=2, text="b"), said(2, version=3, text="c")], fold=fold)
    assert texts(batch) == ["a", "c"] and batch.letters[0].reason == "refused"


def test_a_decision_that_cannot_be_shown_still_counts() -> None:
    """Version 1 is unreadable for this view; version 2 was decided upon it by a writer that was overtaken."""
    unreadable = Record(0, b'{"aggregate": "acme:contact:1", "version": 1, "base": 0, "text": 5}')
    batch, _ = folded(
        [unreadable, said(1, aggregate="acme:contact:2"), said(2, version=2, base=0, slot=0, text="second")]
    )
    assert texts(batch) == ["", "second"]


def test_an_older_window_is_asked_for_and_nothing_is_lost_meanwhile() -> None:
    fold = Fold(view())
    cursor, batch = Cursor(Held(DECISIONS.name, 2, "", 5, 1), fold.view.sources[0]), fold.batch()
    records = [said(5, version=3, text="in place"), said(6, version=3, base=4, text="overtaken")]
    with pytest.raises(WindowNeeded) as asked:
        fold.fold(cursor, 2, records, batch)
    assert asked.value.base == 4 and cursor.next_offset == 6 and batch.records == 1
    arbiter = Arbiter(4)
    for offset in (4, 5):
        arbiter.accepts(offset, Said(base=offset, version=offset - 2))
    cursor.arbiter = arbiter
    fold.fold(cursor, 2, records, batch)
    assert texts(batch) == ["in place"] and cursor.next_offset == 7


def test_traces_are_kept_only_when_somebody_wants_them() -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    records = [said(0, trace=trace), said(1, version=2), Record(2, b"poison")]
    assert folded(records)[0].traces == []
    assert folded(records, fold=Fold(view(), traces=True))[0].traces == [trace]
