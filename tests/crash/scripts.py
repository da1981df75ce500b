"""What the runs do: which faults strike in which order, and for each seeded bug the faults that bring it to light."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from tests.crash.deployment import SESSION, Deployment
from tests.crash.nemesis import Action, Nemesis, interleaved
from tests.crash.run import Outcome, Script, run


def every_point(action: Action) -> Script:
    """Each of the 25 points once."""

    async def script(nemesis: Nemesis) -> None:
        for point in interleaved():
            await nemesis.strike(point, action)

    return script


def points(*strikes: tuple[str, Action]) -> Script:
    """These points, one after another."""

    async def script(nemesis: Nemesis) -> None:
        for point, action in strikes:
            await nemesis.strike(point, action)

    return script


async def servers_die(nemesis: Nemesis) -> None:
    """The broker and the postmaster are killed twice each, once while a worker dies with the broker."""
    await asyncio.sleep(3)
    await nemesis.kill_server("postgres")
    await asyncio.sleep(6)
    await nemesis.kill_server("kafka")
    await asyncio.sleep(10)
    await nemesis.kill("worker-1")
    await nemesis.kill_server("kafka", down=5.0)
    await asyncio.sleep(10)
    await nemesis.kill_server("postgres", down=5.0)
    await asyncio.sleep(6)


async def workers_come_and_go(nemesis: Nemesis) -> None:
    """A third worker joins and leaves three times, other rooms' processes once; a worker sleeps through its session meanwhile."""
    await asyncio.sleep(3)
    for _ in range(2):
        await nemesis.join_and_leave("worker-3", 5.0)
        await asyncio.sleep(2)
    await asyncio.gather(nemesis.join_and_leave("worker-3", 10.0), nemesis.freeze("worker-1", 3.0 * SESSION))
    await nemesis.join_and_leave("bridge-3", 3.0)
    await nemesis.join_and_leave("projections-3", 6.0)
    await asyncio.sleep(2)


class Seeded(NamedTuple):
    """A bug of tests/crash/seeded/bugs.py. what: in words. script: faults that bring it to light. caught_by: checks of which one must
    find it. prepare: what is done before the processes start."""

    what: str
    caught_by: frozenset[str]
    script: Script
    bodies: int = 1_500
    rate: float = 150
    drain: float = 12.0
    prepare: Callable[[Deployment], Awaitable[None]] | None = None

    async def run(self, deployment: Deployment) -> Outcome:
        """The run that must fail."""
        await deployment.create()
        if self.prepare is not None:
            await self.prepare(deployment)
        return await run(deployment, self.script, bodies=self.bodies, rate=self.rate, contacts=60, drain=self.drain)


SEEDED: Mapping[str, Seeded] = {
    "M9": Seeded(
        "what a handler raises is swallowed, its batch acked", frozenset({"lost.decision"}), points(("A2", "exception"))
    ),
    "M13": Seeded("random event ids", frozenset({"identity.ids"}), points()),
    "M20": Seeded("the contact's address as key", frozenset({"identity.private"}), points()),
    "M22": Seeded("no version rule: zombies are accepted", frozenset({"lost.decision"}), points(("A2", "stop"))),
}
SHOWN_IN_SWEEP = ("M1", "M5", "M22")
