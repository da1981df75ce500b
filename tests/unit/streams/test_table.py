"""What users of the Faust table may do, without a broker."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import faust
import pytest

from streams.engine.fold import Fold
from streams.engine.store import Memory
from streams.engine.table import FoldTable, FoldTableManager, ReadOnlyTable
from tests.counting import Count, key_of, message
from tests.unit.streams.world import DecisionsLog, Worker, inbound, rules

PARTITIONS = 3


@pytest.fixture
def table() -> Any:
    """Three partitions with two contacts each; 0 and 2 are ours."""
    folds = {}
    for p in range(PARTITIONS):
        worker = Worker(DecisionsLog(), Memory()).run(inbound([message(10 * p, 1), message(10 * p + 1, 1)]))
        folds[p] = Fold(p, worker.fold.store, rules())
    log: Any = SimpleNamespace(folds=folds, topic="decisions", close=lambda: None)
    app = faust.App("t", TableManager=FoldTableManager)
    made: Any = app.tables.add(FoldTable(app, name="aggregates", decisions=log))
    made.own([0, 2], made.term)
    return made


ONE = Count(1, 1)


def test_reads_show_the_partitions_that_are_ours(table: Any) -> None:
    ours = [key_of(n) for n in (0, 1, 20, 21)]
    assert table[key_of(0)] == ONE and table.get(key_of(10)) is None
    assert key_of(21) in table and key_of(11) not in table
    assert len(table) == 4 and sorted(table) == sorted(table.keys()) == sorted(ours)
    assert dict(table.items()) == dict.fromkeys(ours, ONE) and list(table.values()) == [ONE] * 4
    assert sorted(table.partition(2)) == sorted(key.encode() for key in ours[2:])
    looks: list[Callable[[], Any]] = [lambda: table[key_of(10)], lambda: table["nope"], lambda: table.partition(1)]
    for look in looks:
        with pytest.raises(LookupError):
            look()


WRITES: dict[str, Callable[[Any], Any]] = {
    "set": lambda t: t.__setitem__("a", 1),
    "delete": lambda t: t.__delitem__("a"),
    "update": lambda t: t.update(a=1),
    "clear": lambda t: t.clear(),
    "pop": lambda t: t.pop("a", None),
    "popitem": lambda t: t.popitem(),
    "setdefault": lambda t: t.setdefault("a", 1),
    "raw_update": lambda t: t.raw_update(a=1),
    "store": lambda t: t.data.__setitem__("a", 1),
    "store.clear": lambda t: t.data.clear(),
    "changelog": lambda t: t.send_changelog(0, "k", "v"),
    "window": lambda t: t.tumbling(1.0),
    "changelog batch": lambda t: t.data.apply_changelog_batch([], lambda k: k, lambda v: v),
}


@pytest.mark.parametrize("name", WRITES)
def test_writes_are_refused_in_words(table: Any, name: str) -> None:
    before = dict(table.items())
    with pytest.raises(
        ReadOnlyTable, match="'aggregates' is a fold of topic 'decisions': it changes only by decisions"
    ):
        WRITES[name](table)
    assert dict(table.items()) == before


async def test_what_is_revoked_disappears_and_a_late_catch_up_does_not_bring_it_back(table: Any) -> None:
    term = table.term
    await table._on_revoked(set())
    table.own([0, 2], term)
    assert len(table) == 0 and key_of(0) not in table
    table.own([1], table.term)
    assert sorted(table) == sorted([key_of(10), key_of(11)])


def test_faust_sees_a_table_without_changelog(table: Any) -> None:
    tables = table.app.tables
    assert list(tables) == ["aggregates"] and not tables.changelog_topics and not tables
    with pytest.raises(AttributeError):
        _ = table.changelog_topic
    with pytest.raises(ValueError, match="already exists"):
        tables.add(table)
    plain = table.app.Table("plain")
    assert tables.changelog_topics == {"t-plain-changelog"} and tables and plain.name == "plain"
