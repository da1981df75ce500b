"""Law 2 and 3 at work: the tables of all views are the fold of the log, byte by byte, after interleavings, duplicates and kill -9
at each of the eight points at which a projector can die (delivery.md B.3)."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.contract.views.scribe import Scribe
from tests.crash import facts as crash
from tests.servers.projections.deployment import Deployment

TRUNKLINE = Path(sys.executable).parent / "trunkline"
KILLED = 30.0
"""Seconds in which an armed process must have died."""


class Processes:
    """Projections as a user starts them. Each may bear a crash point."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self.deployment, self.folder = deployment, folder
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, failpoint: str = "") -> subprocess.Popen[bytes]:
        more = {"TRUNKLINE_FAILPOINT": failpoint} if failpoint else {}
        with (self.folder / f"{len(self.started)}-{failpoint}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(TRUNKLINE), "projections"],
                env=self.deployment.environment(**more),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    async def dies(self, process: subprocess.Popen[bytes]) -> None:
        assert await asyncio.to_thread(process.wait, KILLED) == -signal.SIGKILL

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()


@contextlib.asynccontextmanager
async def traffic(deployment: Deployment, facts: crash.Facts, first: float, last: float) -> AsyncIterator[None]:
    """The log grows from one share to the next while the block runs, and is that long at its end."""

    stop = asyncio.Event()

    async def grow() -> None:
        step = 0
        while not stop.is_set() and step < 100:
            step += 1
            await deployment.produce(facts, first + (last - first) * step / 100)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.1)

    growing = asyncio.create_task(grow())
    try:
        yield
    finally:
        stop.set()
        await growing
    await deployment.produce(facts, last)


async def moves(deployment: Deployment) -> None:
    """Returns when something was written since."""
    moved = "SELECT count(*) AS n FROM public.position_audit"
    before = (await deployment.fetch(moved))[0]["n"]
    while (await deployment.fetch(moved))[0]["n"] == before:
        await asyncio.sleep(0.05)


async def test_every_view_is_the_fold_of_the_log_whatever_dies(deployment: Deployment, tmp_path: Path) -> None:
    """One process after another is killed, each at another point; two that share the partitions do the rest."""
    facts = Scribe(41, contacts=20).write(decisions=1500, batches=60, letters=60)
    processes = Processes(deployment, tmp_path)
    try:
        async with traffic(deployment, facts, 0.0, 0.8):
            for failpoint in ("P1:kill:9", "P2:kill:7", "P3:kill:20", "P4:kill:5", "P5:kill:6", "P6:kill:3"):
                await processes.dies(processes.start(failpoint))
            armed = processes.start("P7:kill")
            await moves(deployment)
            async with deployment.locked("trunkline.positions"):
                joining = processes.start("P8:kill:2")
                await processes.dies(armed)
            await processes.dies(joining)
        pair = [processes.start(), processes.start()]
        await deployment.produce(facts)
        await deployment.caught_up(seconds=60)
        for process in pair:
            process.send_signal(signal.SIGTERM)
        assert [await asyncio.to_thread(process.wait, 15) for process in pair] == [0, 0]
    finally:
        processes.end()
    await deployment.assert_fold()
    assert len(await deployment.fetch("SELECT DISTINCT view FROM trunkline.positions")) == 7
