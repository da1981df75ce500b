"""The faults are real: armed points hit a process, kept processes come back, a stopped one goes on."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runtime import failpoints
from tests.crash import nemesis
from tests.crash.kept import Kept
from tests.crash.nemesis import POINTS, Nemesis, interleaved

LOOP = """
import time
from runtime import failpoints
while True:
    try:
        failpoints.hit("B4")
    except failpoints.FailpointReached:
        print("raised", flush=True)
    time.sleep(0.01)
"""


class Deployed:
    """As much of a deployment as a nemesis needs to strike."""

    def __init__(self, folder: Path) -> None:
        self.failpoint = folder / "failpoint"
        self.processes: dict[str, Kept] = {}


@pytest.fixture
async def deployed(tmp_path: Path) -> AsyncIterator[Deployed]:
    found = Deployed(tmp_path)
    env = {**os.environ, "TRUNKLINE_FAILPOINT_FILE": str(found.failpoint)}
    for name in ("bridge-1", "bridge-2"):
        found.processes[name] = Kept(name, [sys.executable, "-c", LOOP], env, tmp_path)
        await found.processes[name].start()
    yield found
    for process in found.processes.values():
        await process.stop(signal.SIGKILL)


def test_every_crash_point_is_struck() -> None:
    assert sorted(interleaved()) == sorted(failpoints.POINTS)
    assert {point[0]: room for room, points in POINTS.items() for point in points} == {
        "B": "bridge", "A": "worker", "P": "projections",
    }  # fmt: skip


async def test_a_killed_process_comes_back(deployed: Any) -> None:
    struck = [await Nemesis(deployed).strike("B4", "kill") for _ in range(3)]
    assert all(strike.process in deployed.processes for strike in struck)

    def exits() -> list[int]:
        return [code for process in deployed.processes.values() for code in process.exits]

    await Nemesis(deployed)._until(lambda: len(exits()) == 3, 10)
    assert exits() == [-signal.SIGKILL] * 3


async def test_an_exception_is_raised_at_the_point(deployed: Any, tmp_path: Path) -> None:
    strike = await Nemesis(deployed).strike("B4", "exception")
    assert strike.process is not None
    log = tmp_path / f"{strike.process}.log"
    await Nemesis(deployed)._until(lambda: "raised" in log.read_text(), 10)
    assert log.read_text() == "raised\n"


async def test_a_stopped_process_goes_on(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nemesis, "VISIBILITY", 0.2)
    monkeypatch.setattr(nemesis, "SESSION", 0.2)
    strike = await Nemesis(deployed).strike("B4", "stop")
    assert strike.process is not None and strike.seconds > 0.3
    assert (await Nemesis(deployed).strike("B4", "kill")).process in deployed.processes


async def test_a_point_that_nobody_reaches_is_told(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nemesis, "PATIENCE", 0.3)
    strike = await Nemesis(deployed).strike("P1", "kill")
    assert strike.process is None
    assert not deployed.failpoint.exists()
