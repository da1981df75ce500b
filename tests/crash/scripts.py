"""What the runs do: which faults strike in which order, and for each seeded bug the faults that bring it to light."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.sqs_server.process import SqsServer
from schemas.topics import DEAD_LETTERS
from tests.crash.deployment import SESSION, Deployment
from tests.crash.nemesis import Action, Nemesis, interleaved
from tests.crash.run import Outcome, Script, run
from tests.crash.servers import Servers


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


async def zombies(nemesis: Nemesis) -> None:
    """Twice a worker decides a backlog, sleeps through its session before it appends, and appends when another has decided it all."""
    for _ in range(2):
        backlog = [nemesis.freeze(worker, 0.8 * SESSION) for worker in ("worker-1", "worker-2")]
        await asyncio.gather(*backlog, nemesis.strike("A2", "stop", after=0.4 * SESSION))


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


async def queue_misbehaves(nemesis: Nemesis) -> None:
    """Everything that SQS may do: duplicates, deleted messages that come again, partial failures, 500 before and after the fact,
    connections cut, visibility that ends too early."""
    sqs = nemesis.deployment.servers.sqs
    assert isinstance(sqs, SqsServer)
    shares = {"duplicates": 0.02, "reappearances": 0.02, "partial_failures": 0.05, "expiries": 0.02}
    await asyncio.to_thread(sqs.arm, **shares, errors_before=0.01, errors_after=0.01, hang_ups=0.01)
    await asyncio.sleep(30)
    await asyncio.to_thread(sqs.arm)


async def deletes_fail_in_part(nemesis: Nemesis) -> None:
    """A tenth of the entries of batch calls stand in `Failed[]`."""
    sqs = nemesis.deployment.servers.sqs
    assert isinstance(sqs, SqsServer)
    await asyncio.to_thread(sqs.arm, partial_failures=0.1)
    await asyncio.sleep(8)
    await asyncio.to_thread(sqs.arm)


async def dead_letters_are_refused(nemesis: Nemesis) -> None:
    """For some seconds the broker refuses what goes to the topic of dead letters, and only that."""
    await nemesis.configure(DEAD_LETTERS, max_message_bytes="100")
    await asyncio.sleep(8)
    await nemesis.configure(DEAD_LETTERS)


async def late_worker(nemesis: Nemesis) -> None:
    """The first worker that decides inbound events starts when some are there already."""
    await asyncio.sleep(5)
    await nemesis.deployment.start_one("worker-1")
    await asyncio.sleep(3)


async def without_worker(deployment: Deployment) -> None:
    """The tenant is set up by a worker without the bug, which leaves before there is an inbound event."""
    bug, deployment.bug = deployment.bug, None
    worker = await deployment.start_one("worker-1")
    await deployment.settled()
    await worker.stop()
    del deployment.processes["worker-1"]
    deployment.bug = bug
    await deployment.start(bridges=2, workers=0, projections=1)


class Seeded(NamedTuple):
    """A bug of tests/crash/seeded/bugs.py. what: in words. script: faults that bring it to light. caught_by: checks of which one must
    find it. prepare: what is done before the processes start. faulty_queues: needs the queue server that makes faults."""

    what: str
    caught_by: frozenset[str]
    script: Script
    prepare: Callable[[Deployment], Awaitable[None]] | None = None
    garbage: float = 0.01
    calm: bool = False
    faulty_queues: bool = False
    bodies: int = 1_500
    rate: float = 150
    drain: float = 30.0

    async def run(self, servers: Servers, name: str, folder: Path, bug: str | None) -> Outcome:
        """The run that must fail; with `bug` None the same run must pass."""
        if self.faulty_queues:
            servers = servers.with_faulty_queues(folder)
        deployment = Deployment(servers, name, folder, bug=bug)
        try:
            await deployment.create()
            if self.prepare is not None:
                await self.prepare(deployment)
            return await run(
                deployment,
                self.script,
                bodies=self.bodies,
                rate=self.rate,
                drain=self.drain if bug else 60.0,
                contacts=60,
                garbage=self.garbage,
                calm=self.calm,
            )
        finally:
            if self.faulty_queues:
                servers.sqs.stop()


SEEDED: Mapping[str, Seeded] = {
    "M1": Seeded(
        "deleted before the broker acked", frozenset({"lost.inbound"}), points(("B3", "kill"), ("B3", "kill"))
    ),
    "M2": Seeded(
        "`Failed[]` of a 200 answer is not read",
        frozenset({"queue.again"}),
        deletes_fail_in_part,
        calm=True,
        faulty_queues=True,
    ),
    "M4": Seeded("position set without compare", frozenset({"position.views"}), points(("P1", "stop"), ("P1", "stop"))),
    "M5": Seeded(
        "position committed before the rows", frozenset({"state.rows"}), points(("P3", "kill"), ("P3", "kill"))
    ),
    "M6": Seeded("event ids are not unique", frozenset({"doubled.decision"}), points()),
    "M9": Seeded(
        "what a handler raises is swallowed, its batch acked", frozenset({"lost.decision"}), points(("A2", "exception"))
    ),
    "M10": Seeded(
        "a dead letter that cannot be written is dropped",
        frozenset({"lost.dead_letter"}),
        dead_letters_are_refused,
        garbage=0.05,
        drain=60.0,
    ),
    "M11": Seeded("begins at the end of the log", frozenset({"lost.decision"}), late_worker, without_worker),
    "M13": Seeded("random event ids", frozenset({"identity.ids"}), points()),
    "M20": Seeded("the contact's address as key", frozenset({"identity.private"}), points()),
    "M22": Seeded("no version rule: zombies are accepted", frozenset({"lost.decision"}), zombies, rate=300),
}
SHOWN_IN_SWEEP = ("M1", "M5", "M22")
