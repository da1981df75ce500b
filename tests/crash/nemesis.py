"""Faults: crash points armed one at a time, servers killed and frozen, workers joining and leaving. Signals go to pids we started."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import asyncpg
import psutil
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from runtime.kafka import topic_name
from runtime.settings import Kafka as KafkaSettings
from runtime.topics import configuration
from schemas.topics import Topic
from tests.crash.deployment import SESSION, VISIBILITY, Deployment
from tests.crash.kept import Kept

Action = Literal["kill", "exception", "stop"]

POINTS = {
    "bridge": ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"),
    "worker": ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9"),
    "projections": ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"),
}
"""The 25 crash points of delivery's three hops, by the process that has them."""

PATIENCE = 60.0
"""Seconds in which an armed point must be reached."""
AGAIN = 8.0
"""Seconds after which what leads to a point is done once more."""
WRITING = 3.0
"""Seconds that a batch is held up; less than a projection waits for its batch when partitions are revoked."""


@dataclass(frozen=True)
class Strike:
    """What one fault did. process: who was hit, None when the point was never reached. seconds: from arming to hitting."""

    point: str
    action: str
    process: str | None
    seconds: float

    def __str__(self) -> str:
        return f"{self.point} {self.action}: {self.process or 'not reached'} after {self.seconds:.1f} s"


class Nemesis:
    """Strikes one deployment. strikes: all faults so far, in order."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.strikes: list[Strike] = []

    async def strike(self, point: str, action: Action, after: float = 0.0) -> Strike:
        """Arms a point after so many seconds, does what leads to it, waits until a process has reached it and, for `stop`, goes on
        after longer than any time limit of queue or group."""
        await asyncio.sleep(after)
        began = time.monotonic()
        path = self.deployment.failpoint
        draft = path.with_name("arming")
        draft.write_text(f"{point}:{action}")
        draft.rename(path)
        pid = await self._claimed(point, began)
        name = self._name(pid) if pid is not None else None
        if pid is None:
            path.unlink(missing_ok=True)
        elif action == "kill":
            await self._until(lambda: not _runs(pid), 10)
        elif action == "stop":
            await self._until(lambda: _is_stopped(pid), 10)
            await asyncio.sleep(1.5 * max(VISIBILITY, SESSION))
            _signal(pid, signal.SIGCONT)
        strike = Strike(point, action, name, time.monotonic() - began)
        self.strikes.append(strike)
        return strike

    async def _claimed(self, point: str, began: float) -> int | None:
        lead = self._leads_to(point)
        leading = asyncio.create_task(_again_and_again(lead)) if lead is not None else None
        try:
            while time.monotonic() - began < PATIENCE:
                for claim in _claims(self.deployment.failpoint):
                    pid = int(claim.suffix[1:])
                    claim.unlink()
                    return pid
                if leading is not None and leading.done():
                    leading.result()
                await asyncio.sleep(0.02)
            return None
        finally:
            if leading is not None:
                leading.cancel()
                await asyncio.gather(leading, return_exceptions=True)

    def _leads_to(self, point: str) -> Callable[[], Awaitable[None]] | None:
        """What makes a running deployment reach a point that its plain traffic does not lead to."""
        if point in ("A7", "A8"):
            return lambda: self.kill_member("worker-2")
        if point == "A6":
            return lambda: self.leave("worker-2")
        if point == "P7":
            return lambda: self.leave_while_writing("projections-2")
        if point == "P8":
            return lambda: self.leave("projections-2")
        if point == "B6":
            return lambda: self.freeze_broker(0.45 * VISIBILITY)
        return None

    async def kill(self, name: str) -> None:
        """kill -9; it is started again at once."""
        self.deployment.processes[name].send(signal.SIGKILL)

    async def kill_member(self, name: str) -> None:
        """The same once it is a member of its group."""
        await self.deployment.ready(name)
        await self.kill(name)

    async def leave(self, name: str) -> None:
        """SIGTERM to a member: it leaves its group in good order and is started again at once, so the group is put together anew twice."""
        await self.deployment.ready(name)
        self.deployment.processes[name].send(signal.SIGTERM)

    async def leave_while_writing(self, name: str) -> None:
        """The same while no batch can end: for some seconds nobody may move a position, so every projection that has something to
        write is in the middle of it when its partitions are revoked."""
        await self.deployment.ready(name)
        connection = await asyncpg.connect(self.deployment.dsn)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE trunkline.positions IN SHARE MODE")
                self.deployment.processes[name].send(signal.SIGTERM)
                await asyncio.sleep(WRITING)
        finally:
            await connection.close()

    async def freeze(self, name: str, seconds: float) -> None:
        """SIGSTOP for a while: a process that is alive and does not know that time goes by."""
        pid = self.deployment.processes[name].pid
        if pid is not None:
            await _frozen(pid, seconds)

    async def freeze_broker(self, seconds: float) -> None:
        pid = self.deployment.servers.kafka.pid
        assert pid is not None
        await _frozen(pid, seconds)

    async def kill_server(self, which: Literal["kafka", "postgres", "sqs"], down: float = 1.0) -> Strike:
        """kill -9 of a server; it is started again after `down` seconds."""
        began = time.monotonic()
        server = getattr(self.deployment.servers, which)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(down)
        await asyncio.to_thread(server.start)
        strike = Strike(which, "kill", which, time.monotonic() - began)
        self.strikes.append(strike)
        return strike

    async def configure(self, topic: Topic, **settings: str) -> None:
        """Changes settings of a topic while everything runs; those not named are as the product sets them."""
        deployment = self.deployment
        kafka = KafkaSettings(brokers=deployment.servers.kafka.brokers, topic_prefix=deployment.prefix)
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.brokers)
        await admin.start()
        try:
            # AlterConfigs replaces everything.
            changed = configuration(kafka, topic) | {name.replace("_", "."): value for name, value in settings.items()}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic_name(kafka, topic), changed)])
        finally:
            await admin.close()
        self.strikes.append(Strike(topic.name, str(settings), topic.name, 0.0))

    async def join_and_leave(self, name: str, seconds: float) -> Strike:
        """A further process joins, works for some seconds and leaves again in good order."""
        began = time.monotonic()
        process: Kept = await self.deployment.start_one(name)
        await self.deployment.ready(name)
        await asyncio.sleep(seconds)
        code = await process.stop()
        left = f"{name} (exit code {code})" if code == 0 else None
        strike = Strike(name, "join and leave", left, time.monotonic() - began)
        self.strikes.append(strike)
        return strike

    def _name(self, pid: int) -> str:
        # The claim may be older than the restart, so the pid may be of the life before: ask the record of all lives.
        for name, process in self.deployment.processes.items():
            if pid in process.pids:
                return name
        return f"pid {pid}"

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)


def interleaved() -> Iterator[str]:
    """All points, each room in turn, so that one recovers while the others are hit."""
    longest = max(map(len, POINTS.values()))
    for n in range(longest):
        for points in POINTS.values():
            if n < len(points):
                yield points[n]


async def _again_and_again(lead: Callable[[], Awaitable[None]]) -> None:
    while True:
        await lead()
        await asyncio.sleep(AGAIN)


async def _frozen(pid: int, seconds: float) -> None:
    _signal(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        _signal(pid, signal.SIGCONT)


def _claims(failpoint: Path) -> list[Path]:
    return [path for path in failpoint.parent.glob(f"{failpoint.name}.*") if path.suffix[1:].isdigit()]


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_stopped(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
