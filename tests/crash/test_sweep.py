"""The crash sweep: one running traffic, two bridges, two workers, two projections, and kill -9 at each of the 25 crash points in turn.

Judged by tests/crash/checker.py, which shares no code with the product; bugs seeded into the product show that it can fail. What the
sweep leaves behind, zombies' records and all, is then replayed.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crash.deployment import Deployment
from tests.crash.facts import Facts, read_ends
from tests.crash.run import Outcome, run
from tests.crash.scripts import SEEDED, SHOWN_IN_SWEEP, every_point
from tests.crash.servers import Servers

pytestmark = pytest.mark.slow


class Swept(NamedTuple):
    """The deployment after the sweep, all its processes stopped."""

    deployment: Deployment
    outcome: Outcome


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Servers of our own: the broker is frozen at one point, which others must not feel."""
    folder = Path(tempfile.mkdtemp(prefix="trunkline-crash-"))
    found = Servers.in_folder(folder)
    try:
        found.start()
        yield found
    finally:
        found.kill()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def swept(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    deployment = Deployment(servers, "sweep", tmp_path_factory.mktemp("sweep"))
    return Swept(deployment, asyncio.run(run(deployment, every_point("kill"), bodies=20_000, rate=120, drain=60)))


def test_no_crash_point_loses_doubles_or_reorders(swept: Swept) -> None:
    outcome = swept.outcome
    assert not outcome.missed, str(outcome)
    assert outcome.drained, str(outcome)
    assert outcome.verdict.clean, str(outcome)
    assert outcome.verdict.counted["queue messages"] >= 20_000
    assert outcome.verdict.counted["of them repeated"] >= 2_000


async def test_a_replay_comes_out_equal_and_causes_nothing(swept: Swept) -> None:
    before, after = Facts(), Facts()
    deployment = swept.deployment
    brokers = deployment.servers.kafka.brokers
    await read_ends(brokers, deployment.prefix, before)
    report = json.loads(await deployment.run("trunkline", "replay", "--json"))
    await read_ends(brokers, deployment.prefix, after)
    assert after.ends == before.ends, "a replay wrote records"
    assert report["differences"] == [], report
    assert report["decisions"] >= swept.outcome.verdict.counted["events due"], report


@pytest.mark.parametrize("bug", SHOWN_IN_SWEEP)
async def test_a_seeded_bug_is_caught(servers: Servers, tmp_path: Path, bug: str) -> None:
    seeded = SEEDED[bug]
    outcome = await seeded.run(servers, f"seeded-{bug.lower()}", tmp_path, bug)
    assert seeded.caught_by & set(outcome.verdict.failed), str(outcome)
