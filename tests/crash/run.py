"""One run from an empty deployment to a verdict: traffic, faults, drain, judgement."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.crash.checker import Verdict, judge
from tests.crash.deployment import Deployment
from tests.crash.facts import INBOUND, Facts
from tests.crash.ledger import Ledger, Plan, load
from tests.crash.nemesis import Nemesis, Strike
from tests.crash.traffic import Traffic

Script = Callable[[Nemesis], Awaitable[None]]


@dataclass
class Outcome:
    """What a run came to. drained: whether everything came to rest. exits: per process, how its lives ended and how often."""

    verdict: Verdict
    facts: Facts
    strikes: list[Strike]
    drained: bool
    undone: list[str]
    exits: dict[str, Counter[int]]
    seconds: float

    @property
    def missed(self) -> list[str]:
        """Faults that hit nobody."""
        return [str(strike) for strike in self.strikes if strike.process is None]

    def __str__(self) -> str:
        lives = ", ".join(f"{name} {dict(codes)}" for name, codes in self.exits.items() if codes)
        rest = [] if self.drained else ["did not come to rest: " + "; ".join(self.undone[:10])]
        return "\n".join(
            [*map(str, self.strikes), f"exits: {lives}", *rest, f"{self.seconds:.0f} s", str(self.verdict)]
        )


async def run(
    deployment: Deployment,
    script: Script,
    *,
    bodies: int,
    rate: float,
    drain: float,
    seed: int = 1,
    contacts: int = 400,
    garbage: float = 0.01,
    calm: bool = False,
) -> Outcome:
    """Creates and starts the deployment (unless it runs), sends at least `bodies` bodies while `script` does its faults, waits up to
    `drain` seconds until all came to rest, judges, stops. calm: the script kills and freezes nothing."""
    began = time.monotonic()
    if not deployment.urls:
        await deployment.create()
    if not deployment.processes:
        await deployment.start()
    ledger = Ledger(deployment.folder / "ledger.jsonl")
    plan = Plan(seed, deployment.namespace, contacts=contacts, garbage=garbage)
    servers = deployment.servers
    traffic = Traffic(
        plan, ledger, servers.sqs.endpoint_url, deployment.urls, servers.kafka.brokers, deployment.prefix + INBOUND
    )
    quiet, nemesis = asyncio.Event(), Nemesis(deployment)
    sending = asyncio.create_task(traffic.run(bodies, rate, quiet))
    try:
        await deployment.flowing()
        await script(nemesis)
        quiet.set()
        await sending
        drained = await deployment.drained(drain)
        undone = [] if drained else await deployment.undone()
        facts = await deployment.facts()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await deployment.stop()
        ledger.close()
    verdict = await asyncio.to_thread(judge, load(ledger.path), facts, calm=calm)
    exits = {name: Counter(process.exits) for name, process in deployment.processes.items()}
    outcome = Outcome(verdict, facts, nemesis.strikes, drained, undone, exits, time.monotonic() - began)
    (deployment.folder / "outcome.txt").write_text(f"{outcome}\n")
    return outcome
