"""Processes known by pid and creation time."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from trunkline.platform.processes import Identity, exit_code, marked, spawn

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Identity]:
    identity = spawn(SLEEPER, mark=str(tmp_path), log=tmp_path / "log", env=os.environ)
    yield identity
    identity.end(signal.SIGKILL, 0)


def test_an_identity_survives_its_file(tmp_path: Path, sleeper: Identity) -> None:
    sleeper.write(tmp_path / "pid")
    assert Identity.read(tmp_path / "pid") == sleeper
    assert Identity.read(tmp_path / "other") is None


def test_a_recycled_pid_is_nobody_of_ours(sleeper: Identity) -> None:
    earlier = Identity(sleeper.pid, sleeper.created - 3600)
    assert sleeper.process() is not None
    assert earlier.process() is None
    earlier.end(signal.SIGKILL, 0)
    assert sleeper.process() is not None, "a stranger with our old pid was killed"


def test_a_dead_process_is_gone_before_anybody_waits_for_it(sleeper: Identity) -> None:
    os.kill(sleeper.pid, signal.SIGKILL)
    until(lambda: sleeper.process() is None)
    assert exit_code(sleeper) == -signal.SIGKILL


def test_a_process_has_a_session_of_its_own_and_writes_to_its_log(tmp_path: Path, sleeper: Identity) -> None:
    until(lambda: (tmp_path / "log").read_text() == "up\n")
    assert os.getsid(sleeper.pid) == sleeper.pid != os.getsid(0)


def test_a_process_is_found_by_its_mark(tmp_path: Path, sleeper: Identity) -> None:
    until(lambda: psutil.Process(sleeper.pid).cmdline() == SLEEPER)
    assert marked(str(tmp_path)) == [sleeper]
    assert marked(f"{tmp_path}/other") == []


def test_what_ignores_the_first_signal_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    identity = spawn([sys.executable, "-c", deaf], mark=str(tmp_path), log=tmp_path / "log", env=os.environ)
    until(lambda: (tmp_path / "log").read_text() == "up\n")
    identity.end(signal.SIGTERM, 0.2)
    assert exit_code(identity) == -signal.SIGKILL
