"""One poisoned aggregate parks only itself, in order, and after a release all is as if it had never failed (law 8)."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.commands import ReleaseAggregate
from schemas.events import AggregateParked, AggregateReleased, InputHeld
from streams.engine.fold import Fold
from streams.engine.parking import Brake, bytes_of, raw_of
from streams.engine.store import Memory
from tests.counting import command_id, encode, key_of, message
from tests.unit.streams.world import DecisionsLog, Worker, command, content, inbound, rules


@pytest.fixture
def bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """While this file exists, the decider raises on inputs of kind poison."""
    path = tmp_path / "bug"
    path.touch()
    monkeypatch.setenv("COUNTING_BUG", str(path))
    return path


def release(name: str = "now", contact: int = 1) -> ReleaseAggregate:
    return ReleaseAggregate(id=command_id(f"release {name}"), aggregate=key_of(contact))


def test_the_failed_input_and_what_follows_wait_in_order_and_others_go_on(bug: Path) -> None:
    events = [message(1, 1), message(1, 2, kind="poison"), message(1, 3), message(2, 1), message(1, 4)]
    worker = Worker(DecisionsLog()).run(inbound(events))
    by = {key_of(1): [], key_of(2): []}  # type: dict[str, list[str]]
    for decision in worker.log.decisions():
        by[decision.aggregate].append(type(decision.events[0]).__name__)
    assert by == {
        key_of(1): ["KeywordRecognised", "AggregateParked", "InputHeld", "InputHeld"],
        key_of(2): ["KeywordRecognised"],
    }
    entry = worker.fold.store.get(key_of(1).encode())
    assert entry is not None
    assert [w.input for w in entry.waiting] == [events[i].id for i in (1, 2, 4)]
    assert [w.source.offset for w in entry.waiting] == [1, 2, 4]
    assert [bytes_of(w.raw) for w in entry.waiting] == [encode(events[i]) for i in (1, 2, 4)]
    assert worker.fold.store.parked == {key_of(1).encode()}
    assert [key for key, _, _ in worker.parked] == [key_of(1)]


def test_the_log_names_class_and_place_of_the_error_and_never_its_text(bug: Path) -> None:
    worker = Worker(DecisionsLog()).run(inbound([message(1, 1, kind="poison")]))
    (decision,) = worker.log.decisions()
    (event,) = decision.events
    assert isinstance(event, AggregateParked)
    assert event.error == "Bug" and event.where.startswith("counting.py:") and event.where.endswith(" decide")
    assert b"nobody may see" not in (worker.log.records[0].value or b"")
    assert decision.cause == message(1, 1).id


def test_duplicates_of_waiting_inputs_are_known(bug: Path) -> None:
    events = [message(1, 1, kind="poison"), message(1, 2), message(1, 1, kind="poison"), message(1, 2)]
    worker = Worker(DecisionsLog())
    draft = worker.step(inbound(events))
    assert len(draft.records) == 2 and draft.duplicates == 2


def test_a_release_decides_what_waits_with_its_own_time_and_source(bug: Path) -> None:
    log = DecisionsLog()
    events = [message(1, 1, kind="poison"), message(1, 2), message(1, 3)]
    worker = Worker(log).run(inbound(events))
    bug.unlink()
    worker.take(command(release()))
    decisions = log.decisions()[3:]
    assert decisions[0].events == (AggregateReleased(id=release().id, held=3),)
    assert [d.source.offset for d in decisions[1:]] == [0, 1, 2]
    assert [d.at for d in decisions[1:]] == [d.at for d in log.decisions()[:3]]
    assert [d.events[0].id for d in decisions[1:]] == [e.id for e in events]
    assert len({d.cause for d in log.decisions()}) == len(log.decisions())
    assert not worker.fold.store.parked


def test_what_fails_again_parks_again_and_keeps_the_order(bug: Path) -> None:
    log = DecisionsLog()
    worker = Worker(log).run(inbound([message(1, 1), message(1, 2, kind="poison"), message(1, 3)]))
    worker.take(command(release("too early")))
    entry = worker.fold.store.get(key_of(1).encode())
    assert entry is not None and not entry.releasing
    assert [w.input for w in entry.waiting] == [message(1, 2).id, message(1, 3).id]
    bug.unlink()
    worker.take(command(release("later"), 1))
    assert worker.fold.store.get(key_of(1).encode()).state.number == 3  # type: ignore[union-attr]


def test_a_release_larger_than_one_append_goes_on_in_the_next(bug: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engine.draft.APPEND", 4_000)
    log = DecisionsLog()
    events = [message(1, 1, kind="poison"), *(message(1, n) for n in range(2, 40))]
    worker = Worker(log).run(inbound(events))
    bug.unlink()
    appends = len({d.base for d in log.decisions()})
    worker.take(command(release()), inbound([message(1, 40)])[0])
    assert len({d.base for d in log.decisions()}) > appends + 1
    assert worker.fold.store.get(key_of(1).encode()).state.number == 40  # type: ignore[union-attr]
    assert [d.version for d in log.accepted()] == list(range(1, len(log.records) + 1))


def test_a_release_cut_off_by_a_crash_goes_on_with_the_next_input(bug: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = DecisionsLog()
    Worker(log).run(inbound([message(1, 1, kind="poison"), *(message(1, n) for n in range(2, 20))]))
    bug.unlink()
    crashed = Worker(log)
    crashed.catch_up()
    monkeypatch.setattr("streams.engine.draft.APPEND", 2_500)
    crashed.step([command(release())])
    monkeypatch.undo()
    after = Worker(log)
    after.catch_up()
    entry = after.fold.store.get(key_of(1).encode())
    assert entry is not None and entry.releasing and entry.waiting
    after.take(command(release()))
    assert after.fold.store.get(key_of(1).encode()).state.number == 19  # type: ignore[union-attr]


def test_releasing_what_is_not_parked_is_refused_in_words() -> None:
    worker = Worker(DecisionsLog()).run([command(release())])
    (decision,) = worker.log.decisions()
    assert decision.events[0].reason == "nothing is parked here"  # type: ignore[union-attr]


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=30), st.lists(st.integers(1, 6), max_size=10))
@settings(deadline=None, max_examples=150)
def test_parked_then_released_is_as_if_it_had_never_failed(made: list[tuple[int, bool]], cuts: list[int]) -> None:
    """States after parking and release equal those of a worker without the bug, for any poison and any cut of the rounds; and the
    fold of the log equals the live state at every moment."""
    with pytest.MonkeyPatch.context() as patch:
        path = Path(__file__).parent / "never-there"
        patch.setenv("COUNTING_BUG", __file__)
        events = [message(c, n, kind="poison" if bad else "") for n, (c, bad) in enumerate(made, 1)]
        inputs, log = inbound(events), DecisionsLog()
        worker = Worker(log)
        for many in cuts:
            worker.step(inputs, worker.next + many)
            assert content(_folded(log)) == content(worker.fold.store)
        worker.run(inputs)
        patch.setenv("COUNTING_BUG", str(path))
        worker.take(
            *[command(release(str(c), c), c) for c in range(3) if key_of(c).encode() in worker.fold.store.parked]
        )
        assert content(_folded(log)) == content(worker.fold.store)
        assert not worker.fold.store.parked
        never = Worker(DecisionsLog()).run(inputs)
        want = {key: state for key, (_, state, *_) in content(never.fold.store).items()}
        got = {key: state for key, (_, state, *_) in content(worker.fold.store).items()}
        assert got == want
        events_of = [
            [event for d in of.accepted() for event in d.events if event.id in {e.id for e in events} and _real(event)]
            for of in (log, never.log)
        ]
        assert sorted(map(msgspec.json.encode, events_of[0])) == sorted(map(msgspec.json.encode, events_of[1]))


def _folded(log: DecisionsLog) -> Memory:
    store = Memory()
    Fold(0, store, rules()).fold(log.records)  # type: ignore[arg-type]
    return store


def _real(event: object) -> bool:
    return not isinstance(event, AggregateParked | InputHeld | AggregateReleased)


def test_raw_keeps_any_bytes() -> None:
    for data in (b"", b"text", "Zoë".encode(), b"\xff\x00"):
        assert bytes_of(raw_of(data)) == data and raw_of(data).size == len(data)


def test_the_brake_allows_so_many_in_a_window_and_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("streams.engine.parking.time.monotonic", lambda: now[0])
    brake = Brake(limit=3, window=60)
    assert brake.allows(3) and not brake.allows(4)
    brake.note(2)
    assert brake.allows(1) and not brake.allows(2)
    now[0] += 61
    assert brake.allows(3)
