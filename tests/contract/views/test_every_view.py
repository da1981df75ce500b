"""What every view must keep, whoever wrote it: its tables are a pure fold of the log, however the log is cut, repeated or spoilt by
zombies. A new view joins by existing; the independent fold of tests.crash tells what its tables must hold."""

import dataclasses
import random
from typing import Any

import pytest

from domain.arbitration import Arbiter
from projections.view import View
from projections.views import views
from schemas.topics import DECISIONS
from tests.contract.views.bench import Bench, Stored, expected, log_of, stored
from tests.contract.views.scribe import Scribe
from tests.crash import facts as crash
from tests.crash.fold import accepted

VIEWS = list(views().values())
SEEDS = (1, 2)


def facts(seed: int) -> crash.Facts:
    return Scribe(seed).write()


@pytest.fixture(params=VIEWS, ids=lambda view: view.name)
def view(request: pytest.FixtureRequest) -> View:
    found: View = request.param
    return found


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_rows_are_the_fold_of_the_log(bench: Bench, view: View, seed: int) -> None:
    log = facts(seed)
    assert await bench.run(view, log_of(log)) == expected(log, view)
    assert bench.letters == []


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_cut_of_the_log_gives_the_same_rows_and_chain(bench: Bench, view: View, seed: int) -> None:
    log = log_of(facts(seed))
    once = await bench.run(view, log), await bench.positions(view)
    for number in range(2):
        assert (await bench.run(view, log, cut=random.Random(number)), await bench.positions(view)) == once


async def test_one_record_at_a_time_gives_the_same_rows(bench: Bench, view: View) -> None:
    log = log_of(Scribe(3).write(decisions=60, batches=15, letters=12))

    class OneByOne(random.Random):
        def choice(self, seq: Any) -> Any:
            return 1

    assert await bench.run(view, log, cut=OneByOne(1)) == await bench.run(view, log)


async def test_applying_a_batch_twice_is_applying_it_once(bench: Bench, view: View) -> None:
    log = log_of(facts(1))
    once = await bench.run(view, log)
    assert await bench.run(view, log, twice=True) == once
    assert await bench.run(view, log, twice=True, cut=random.Random(4)) == once


async def test_records_that_do_not_count_change_nothing(bench: Bench, view: View) -> None:
    log = facts(2)
    decisions = log.topics[DECISIONS.name]
    counted = list(accepted(decisions))
    assert len(counted) < len(decisions)
    rows = await bench.run(view, log_of(log), cut=random.Random(1))
    assert bench.rejected == (len(decisions) - len(counted)) * any(s.topic.name == DECISIONS.name for s in view.sources)
    assert rows == expected(dataclasses.replace(log, topics={**log.topics, DECISIONS.name: counted}), view)


async def test_without_the_rule_zombies_would_show(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: with the arbiter taken out, it does."""
    monkeypatch.setattr(Arbiter, "accepts", lambda *_: True)
    view = views()["communication_events"]
    log = facts(2)
    assert await bench.run(view, log_of(log)) != expected(log, view)


async def test_a_record_that_cannot_be_shown_is_dead_lettered_in_its_place(bench: Bench, view: View) -> None:
    log = log_of(facts(1))
    clean = await bench.run(view, log)
    spoilt = {place: list(records) for place, records in log.items()}
    for (_, partition), records in spoilt.items():
        end = len(records)
        garbage = crash.Record(partition, end, 0, "acme:contact:x", {"not": "what we wrote"})
        records += stored([garbage])
        records.append(Stored(end + 1, 0, None, b"\xff\x00 no JSON"))
        records.append(Stored(end + 2, 0, b"k", None))
    assert await bench.run(view, spoilt, cut=random.Random(5)) == clean
    mine = {source.topic.name for source in view.sources}
    places = [(each.place.topic, each.place.partition, each.place.offset) for each in bench.letters]
    due = [(t, p, records[-3 + n].offset) for (t, p), records in spoilt.items() for n in range(3) if t in mine]
    assert sorted(places) == sorted(due)
    assert {each.reason for each in bench.letters} <= {"unreadable", "not_showable"}
    ends = {place: held.next_offset for place, held in (await bench.positions(view)).items()}
    assert ends == {place: len(records) for place, records in spoilt.items() if place[0] in mine}
