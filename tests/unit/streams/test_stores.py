"""Every store is the same: entries, causes and position change in one step, and what was written is there after a crash."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.engine.causes import HORIZON, NEWEST, cause_of
from streams.engine.rocks import Rocks, RocksReadThrough
from streams.engine.store import Memory, Store
from streams.slot import Slot
from tests.counting import KINDS, key_of, message
from tests.unit.streams.world import DecisionsLog, Worker, command, content, inbound
from tests.waiting import until_now

ROOT = Path(__file__).parents[3]
Open = Callable[[], Store]


@pytest.fixture(params=["memory", "rocksdict", "rocksdict-read-through"])
def open_(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    kept = Memory()
    kept.close = lambda: None  # type: ignore[method-assign]  # what stays in memory stays until the process ends
    kinds: dict[str, Open] = {
        "memory": lambda: kept,
        "rocksdict": lambda: Rocks(tmp_path / "store" / "0", KINDS),
        "rocksdict-read-through": lambda: RocksReadThrough(tmp_path / "store" / "0", KINDS),
    }
    return kinds[request.param]


def plain(store: Any) -> dict[bytes, tuple[Any, ...]]:
    """Contents with causes as numbers, so that stores compare whatever they keep them in."""
    found = {}
    for key, (version, state, causes, waiting, releasing) in content(store).items():
        number = len(causes) // 22 if isinstance(causes, bytes) else causes
        found[key] = (version, state, number, waiting, releasing)
    return found


def test_it_shows_what_was_written_and_again_after_it_was_opened_again(open_: Open) -> None:
    store = open_()
    worker = Worker(DecisionsLog(), store).run(inbound([message(c, n) for n in range(1, 4) for c in range(5)]))
    before, position = plain(store), store.position
    assert len(store) == 5 and sorted(store) == sorted(before)
    assert position == len(worker.log.records)
    store.close()
    again = open_()
    assert (again.position, len(again), plain(again)) == (position, 5, before)
    entry = again.get(key_of(2).encode())
    assert entry is not None and entry.version == 3 and entry.knows(cause_of(message(2, 3).id))
    assert not entry.knows(cause_of(message(2, 9).id)) and again.get(b"acme:contact:none") is None
    again.close()


def test_the_mark_of_its_log_is_kept(open_: Open) -> None:
    store = open_()
    store.mark = "123:abc"
    Worker(DecisionsLog(), store).run(inbound([message(1, 1)]))
    store.close()
    again = open_()
    assert again.mark == "123:abc"
    again.close()


def test_settings_and_parked_aggregates_are_found_without_a_scan(
    open_: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from schemas.commands import ReleaseAggregate, SetTenantPolicy
    from tests.counting import command_id

    bug = tmp_path / "bug"
    bug.touch()
    monkeypatch.setenv("COUNTING_BUG", str(bug))
    tenant = "acme:tenant:acme"
    store = open_()
    wish = SetTenantPolicy(id=command_id("p"), aggregate=tenant, policy={"languages": ["en"]})
    log = DecisionsLog()
    Worker(log, store).run([command(wish), *inbound([message(1, 1, kind="poison"), message(2, 1)])])
    assert store.settings == {tenant.encode()} and store.parked == {key_of(1).encode()}
    store.close()
    again = open_()
    assert again.settings == {tenant.encode()} and again.parked == {key_of(1).encode()}
    bug.unlink()
    worker = Worker(log, again)
    worker.take(command(ReleaseAggregate(id=command_id("r"), aggregate=key_of(1)), 1))
    assert not again.parked
    again.close()
    last = open_()
    assert not last.parked and last.settings == {tenant.encode()}
    last.close()


@pytest.mark.parametrize("contacts", [1, 3])
def test_many_causes(open_: Open, contacts: int) -> None:
    """They leave the entry at 64 and are bounded by number and age."""
    store, log = open_(), DecisionsLog()
    worker = Worker(log, store)
    numbers = [(c, n) for n in range(1, 301) for c in range(contacts)]
    worker.run(inbound([message(c, n) for c, n in numbers]))
    assert all(len(_causes(store, c)) == 300 for c in range(contacts))
    before = plain(store)
    store.close()
    again = open_()
    assert plain(again) == before
    second = Worker(log, again)
    second.take(*inbound([message(c, n) for c, n in numbers]))
    assert len(log.records) == len(numbers)
    again.close()


def test_old_causes_are_forgotten_on_disk_too(tmp_path: Path) -> None:
    for kind in (Rocks, RocksReadThrough):
        path = tmp_path / kind.__name__
        store: Any = kind(path, KINDS)
        worker = Worker(DecisionsLog(), store)
        events = [message(1, n) for n in range(1, 4 * NEWEST + 2)]
        for first in range(0, len(events), 100):
            draft = _draft_at(worker, events[first : first + 100], first * HORIZON // 500)
            assert draft.records
        kept = len(_causes(store, 1))
        assert NEWEST <= kept < 4 * NEWEST
        store.close()
        again: Any = kind(path, KINDS)
        assert len(again.disk.causes(key_of(1).encode())) == kept
        assert _knows(again, events[-1].id) and not _knows(again, events[0].id)
        again.close()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 90)), max_size=120), st.lists(st.integers(1, 40), max_size=8)
)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_three_stores_agree(tmp_path: Path, numbers: list[tuple[int, int]], cuts: list[int]) -> None:
    folder = tmp_path / str(time.monotonic_ns())
    stores: list[Any] = [Memory(), Rocks(folder / "a", KINDS), RocksReadThrough(folder / "b", KINDS)]
    inputs = inbound([message(c, n) for c, n in numbers])
    for store in stores:
        worker = Worker(DecisionsLog(), store)
        for many in cuts:
            worker.step(inputs, worker.next + many)
        worker.run(inputs)
    assert plain(stores[0]) == plain(stores[1]) == plain(stores[2])
    assert stores[0].position == stores[1].position == stores[2].position
    stores[1].close()
    stores[2].close()


def test_a_store_of_another_program_is_folded_anew(tmp_path: Path) -> None:
    """The types of the states are part of its fingerprint."""
    store = Rocks(tmp_path / "0", KINDS)
    Worker(DecisionsLog(), store).run(inbound([message(1, 1)]))
    store.close()
    other = KINDS | {"contact": KINDS["contact"]._replace(state=dict[str, int])}
    again = Rocks(tmp_path / "0", other)
    assert again.position == 0 and len(again) == 0
    again.close()


@pytest.mark.parametrize("kind", ["Rocks", "RocksReadThrough"])
def test_kill_9_leaves_a_whole_snapshot(tmp_path: Path, kind: str) -> None:
    """Entries and position are of the same moment, wherever the process was killed: each decision raises one version by one, so the
    versions add up to the position. Fails when the head is written outside of the batch."""
    path = tmp_path / "0"
    for seconds in (0.0, 0.02, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, kind, str(path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        time.sleep(seconds)  # anywhere in the middle of its writes
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        store: Any = {"Rocks": Rocks, "RocksReadThrough": RocksReadThrough}[kind](path, KINDS)
        entries = dict(store.items())
        assert sum(entry.version for entry in entries.values()) == store.position > 0
        assert sum(entry.state.number for entry in entries.values()) == store.position
        assert len(store) == len(entries)
        assert all(_number_of_causes(entry) == entry.version for entry in entries.values())
        store.close()


WRITER = """
import sys
from pathlib import Path
from streams.engine.rocks import Rocks, RocksReadThrough
from tests.counting import KINDS, message
from tests.unit.streams.world import DecisionsLog, Worker, inbound

store = {"Rocks": Rocks, "RocksReadThrough": RocksReadThrough}[sys.argv[1]](Path(sys.argv[2]), KINDS)
worker = Worker(DecisionsLog(), store)
worker.log.records = [None] * store.position
first = store.position
while True:
    worker.next = 0
    worker.step(inbound([message(n % 50, first + n) for n in range(120)]))
    first += 120
    print("writing", flush=True)
"""


def test_two_workers_on_one_machine_get_folders_of_their_own(tmp_path: Path) -> None:
    one, two = Slot(tmp_path), Slot(tmp_path)
    assert (one.number, two.number) == (0, 1) and one.folder != two.folder
    one.release()
    three = Slot(tmp_path)
    assert three.number == 0
    two.release()
    three.release()


HOLDER = """
import sys, time
from pathlib import Path
from streams.slot import Slot

print(Slot(Path(sys.argv[1])).number, flush=True)
time.sleep(60)
"""


def test_a_crash_frees_the_folder(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"0\n"
    other = Slot(tmp_path)
    assert other.number == 1
    holder.kill()
    holder.wait()
    holder.stdout.close()
    other.release()
    until_now(lambda: Slot(tmp_path).number == 0)


def _causes(store: Any, contact: int) -> Any:
    entry = store.get(key_of(contact).encode())
    return entry.causes if not isinstance(entry.causes, bytes) else range(len(entry.causes) // 22)


def _knows(store: Any, id_: str) -> bool:
    return bool(store.get(key_of(1).encode()).knows(cause_of(id_)))


def _number_of_causes(entry: Any) -> int:
    return len(entry.causes) // 22 if isinstance(entry.causes, bytes) else len(entry.causes)


def _draft_at(worker: Worker, events: list[Any], later: int) -> Any:
    """One append, at a time of its own."""
    from streams.engine.draft import Draft
    from tests.unit.streams.world import START

    draft = Draft(worker.fold, START + later)
    draft.take(inbound(events))
    worker.log.append(draft)
    worker.fold.store.write(draft.changes, len(worker.log.records))
    return draft
