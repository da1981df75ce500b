"""A worker that is alive and of no use ends itself; one that makes progress does not."""

from typing import Any

import pytest

from streams.engine import watchdog
from streams.engine.exit import Exit
from streams.engine.watchdog import Watchdog
from tests.unit.streams.fakes import Died, deaths


class World:
    def __init__(self) -> None:
        self.ready, self.progress, self.behind = True, 0, list[Any]()
        self.stopping: int | None = None
        self.dog = Watchdog(60.0, lambda: self.ready, lambda: self.progress, lambda: self.behind, lambda: self.stopping)
        self.now = 0.0

    def go_on(self, seconds: float, *, progress: int = 0, beats: bool = True) -> None:
        """Looks each second, as the thread does."""
        for _ in range(int(seconds)):
            self.now += 1
            self.dog.beats += beats
            self.progress += progress
            self.dog.look(self.now)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    deaths(monkeypatch, watchdog)
    return World()


def test_all_is_well(world: World) -> None:
    world.go_on(600)


def test_a_recovery_that_never_ends(world: World) -> None:
    """N2: Faust's recovery task breaks silently; the worker stays in the group and processes nothing."""
    world.ready = False
    world.go_on(60)
    with pytest.raises(Died) as died:
        world.go_on(3)
    assert died.value.code == Exit.NOT_READY and "not ready" in str(died.value)


def test_a_long_catch_up_that_goes_on_is_left_alone(world: World) -> None:
    world.ready = False
    world.go_on(600, progress=5000)
    world.ready = True
    world.go_on(100)


def test_an_event_loop_that_does_not_turn(world: World) -> None:
    world.go_on(10)
    with pytest.raises(Died, match="did not turn"):
        world.go_on(70, beats=False)


def test_commits_that_stand_still_while_decisions_go_on(world: World) -> None:
    """faust#596: the committed offset stays for ever while processing goes on."""
    for decided in range(1, 60):
        world.behind = [("inbound/0", decided, None)]
        world.go_on(1)
    with pytest.raises(Died, match="not committed"):
        world.go_on(5)


def test_commits_that_lag_but_move_are_fine(world: World) -> None:
    for committed in range(300):
        world.behind = [("inbound/0", committed + 10, committed)]
        world.go_on(1)
    world.behind = []
    world.go_on(100)


def test_a_stop_that_hangs_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr("streams.engine.watchdog.os._exit", codes.append)
    world.stopping = 0
    world.go_on(Watchdog.STOP)
    assert not codes
    world.go_on(2)
    assert codes[0] == 0
