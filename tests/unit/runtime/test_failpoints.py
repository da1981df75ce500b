"""Crash points end a process where they are armed, once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "from runtime import failpoints\nfor _ in range(3): failpoints.hit('B4'); print('passed', flush=True)"


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environment},
        capture_output=True,
        text=True,
    )


def test_nothing_happens_unarmed() -> None:
    done = run()
    assert (done.returncode, done.stdout.count("passed")) == (0, 3)


def test_kill_is_a_kill() -> None:
    done = run(TRUNKLINE_FAILPOINT="B4:kill:1")
    assert (done.returncode, done.stdout.count("passed")) == (-signal.SIGKILL, 1)


def test_exception_is_raised_once() -> None:
    done = run(TRUNKLINE_FAILPOINT="B4:exception")
    assert "FailpointReached: B4" in done.stderr


def test_a_file_is_claimed_by_the_first_process_that_gets_there(tmp_path: Path) -> None:
    order = tmp_path / "failpoint"
    order.write_text("B4:kill")
    assert run(TRUNKLINE_FAILPOINT_FILE=str(order)).returncode == -signal.SIGKILL
    assert not order.exists()
    assert run(TRUNKLINE_FAILPOINT_FILE=str(order)).returncode == 0


@pytest.mark.parametrize("text", ["B99:kill", "B4:explode"])
def test_a_point_that_does_not_exist_is_refused(text: str) -> None:
    assert "TRUNKLINE_FAILPOINT" in run(TRUNKLINE_FAILPOINT=text).stderr
