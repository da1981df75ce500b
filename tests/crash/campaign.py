"""The whole fault campaign: `make crash`. Writes docs/crash-report.md; exits 0 when every run was clean and every seeded bug was caught.

Runs one after another on one set of servers, each with topics, queues and a database of its own.
"""

# ruff: noqa: T201  # a program that tells how it goes

import asyncio
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.crash.deployment import Deployment
from tests.crash.nemesis import POINTS, Strike
from tests.crash.run import Outcome, Script, run
from tests.crash.scripts import SEEDED, Seeded, every_point, queue_misbehaves, servers_die, workers_come_and_go
from tests.crash.servers import Servers

REPORT = Path(__file__).parents[2] / "docs" / "crash-report.md"
BODIES, RATE, DRAIN = 20_000, 120.0, 90.0

RUNS: tuple[tuple[str, str, Script], ...] = (
    ("kill", "kill -9 at every crash point", every_point("kill")),
    ("exception", "an exception at every crash point", every_point("exception")),
    ("stop", "SIGSTOP at every crash point, longer than visibility and session timeout", every_point("stop")),
    ("servers", "broker and postmaster killed with -9, twice each", servers_die),
    (
        "members",
        "a third worker, bridge and projection join and leave; a worker sleeps through its session",
        workers_come_and_go,
    ),
)


@dataclass
class Report:
    """What the campaign found so far."""

    runs: list[tuple[str, str, Outcome]] = field(default_factory=list)
    bugs: list[tuple[str, Seeded, Outcome]] = field(default_factory=list)
    began: float = field(default_factory=time.time)

    @property
    def passed(self) -> bool:
        clean = all(outcome.verdict.clean and outcome.drained and not outcome.missed for _, _, outcome in self.runs)
        return clean and all(seeded.caught_by & set(outcome.verdict.failed) for _, seeded, outcome in self.bugs)

    def text(self) -> str:
        """The report as Markdown."""
        return (
            "\n".join([*self._head(), *self._runs(), *self._points(), *self._servers(), *self._bugs(), *self._checks()])
            + "\n"
        )

    def _head(self) -> Iterable[str]:
        sent = sum(outcome.verdict.counted["queue messages"] for _, _, outcome in self.runs)
        faults = sum(len(outcome.strikes) for _, _, outcome in self.runs)
        yield from ("---", "title: Crash report", "---", "", "# Crash report", "")
        yield "Written by `make crash` (tests/crash/campaign.py); do not edit. What is judged and how: tests/crash/checker.py."
        yield ""
        yield f"**{'Passed' if self.passed else 'FAILED'}**: {sent:,} queue messages, {faults} faults, {len(self.bugs)} seeded bugs."
        yield ""
        yield (
            f"Machine: {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()} {platform.release()}, "
            f"CPython {platform.python_version()}; everything on it, one Kafka broker (KRaft), ElasticMQ, PostgreSQL with fsync. "
            f"{time.strftime('%Y-%m-%d', time.gmtime(self.began))}, {(time.time() - self.began) / 60:.0f} minutes."
        )
        yield ""

    def _runs(self) -> Iterable[str]:
        yield from ("## Runs", "")
        yield "Two bridges, two workers, two projections under steady traffic; 10 % of the messages are sent again under new SQS ids."
        yield from (
            "",
            "| run | messages | repeated | faults | lost | doubled | reordered | other | rejected | rows | s |",
        )
        yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
        for _, title, outcome in self.runs:
            verdict, counted = outcome.verdict, outcome.verdict.counted
            found = [verdict.count(family) for family in ("lost", "doubled", "order")]
            other = sum(map(len, verdict.violations.values())) - sum(found)
            rest = "" if outcome.drained else " (did not come to rest)"
            yield (
                f"| {title}{rest} | {counted['queue messages']:,} | {counted['of them repeated']:,} | {len(outcome.strikes)} "
                f"| {found[0]} | {found[1]} | {found[2]} | {other} | {counted['rejected decision records']:,} "
                f"| {counted['rows compared']:,} | {outcome.seconds:.0f} |"
            )
        yield ""

    def _points(self) -> Iterable[str]:
        """Who was hit at each point."""
        from runtime.failpoints import POINTS as MEANINGS

        actions = [name for name, _, _ in self.runs if name in ("kill", "exception", "stop")]
        hits = {(strike.point, name): strike for name, _, outcome in self.runs for strike in outcome.strikes}
        yield from (
            "## Crash points",
            "",
            "Seconds from arming the point until a process had reached it and was hit.",
            "",
        )
        yield f"| point | where | {' | '.join(actions)} |"
        yield f"|---|---|{'---|' * len(actions)}"
        for points in POINTS.values():
            for point in points:
                yield f"| {point} | {MEANINGS[point]} | {' | '.join(_hit(hits.get((point, action))) for action in actions)} |"
        yield ""

    def _servers(self) -> Iterable[str]:
        yield from ("## Servers and members", "")
        for name, _, outcome in self.runs:
            if name in ("servers", "members"):
                yield from (f"- {strike}" for strike in outcome.strikes)
        yield ""

    def _bugs(self) -> Iterable[str]:
        yield from (
            "## Seeded bugs",
            "",
            "Each is put into the running product in memory (tests/crash/seeded) and must be found.",
            "",
        )
        yield from ("| bug | what | must be found by | found by |", "|---|---|---|---|")
        for name, seeded, outcome in self.bugs:
            found = (
                ", ".join(f"{check} ({len(outcome.verdict.violations[check])})" for check in outcome.verdict.failed)
                or "**nothing**"
            )
            yield f"| {name} | {seeded.what} | {' or '.join(sorted(seeded.caught_by))} | {found} |"
        yield ""

    def _checks(self) -> Iterable[str]:
        failed = [(title, outcome) for _, title, outcome in self.runs if not outcome.verdict.clean or outcome.missed]
        if not failed:
            return
        yield from ("## What was found", "")
        for title, outcome in failed:
            yield from (f"### {title}", "", "```", str(outcome), "```", "")


def _hit(strike: Strike | None) -> str:
    if strike is None:
        return "-"
    return f"{strike.process} {strike.seconds:.1f}" if strike.process else "**not reached**"


async def one_run(servers: Servers, name: str, folder: Path, script: Script) -> Outcome:
    """One of RUNS."""
    faulty = script is queue_misbehaves
    own = servers.with_faulty_queues(folder) if faulty else servers
    try:
        return await run(Deployment(own, f"crash-{name}", folder), script, bodies=BODIES, rate=RATE, drain=DRAIN)
    finally:
        if faulty:
            own.sqs.stop()


async def campaign(folder: Path, names: list[str]) -> Report:
    """Carries out the named runs and bugs, all when none is named."""
    servers = Servers.in_folder(folder / "servers")
    report = Report()
    try:
        servers.start()
        for name, title, script in RUNS:
            if not names or name in names:
                outcome = await one_run(servers, name, folder / name, script)
                report.runs.append((name, title, outcome))
                print(f"== {title}\n{outcome}\n", flush=True)
        for bug, seeded in SEEDED.items():
            if not names or bug in names:
                outcome = await seeded.run(servers, f"crash-{bug.lower()}", folder / bug, bug)
                report.bugs.append((bug, seeded, outcome))
                print(f"== {bug}: {seeded.what}\n{outcome}\n", flush=True)
    finally:
        servers.kill()
    return report


def main(names: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="trunkline-campaign-"))
    report = asyncio.run(campaign(folder, names))
    if not names:
        REPORT.write_text(report.text())
        print(f"written: {REPORT}")
    if report.passed:
        shutil.rmtree(folder)
        return 0
    print(f"kept for a look: {folder}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
