"""`trunkline parked`, `trunkline replay` and `trunkline streams --resume` against a live log."""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.aggregates import Context
from schemas.events import KeywordRecognised
from streams.replay import replay
from streams.sources import SOURCES
from tests.counting import KINDS, command_id, decide, encode, key_of, message
from tests.servers.streams.deployment import Deployment

CONTACTS = 12


async def trunkline(deployment: Deployment, *arguments: str, code: int = 0) -> str:
    """What a command prints; its exit code is checked."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "trunkline",
        *arguments,
        env=deployment.environment,
        cwd=deployment.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = (part.decode() for part in await asyncio.wait_for(process.communicate(), 60))
    assert process.returncode == code, (out, error)
    assert "Traceback" not in error
    return out + error


async def test_parked_aggregates_are_listed_shown_and_released(deployment: Deployment) -> None:
    """As a user does it after mending the bug: what waited is decided in order and others never noticed."""
    assert "nothing is parked" in await trunkline(deployment, "parked", "list")
    bug = deployment.folder / "bug"
    bug.touch()
    worker = deployment.start(COUNTING_BUG=str(bug))
    deployment.until_ready(worker)
    await deployment.send(
        [_poison(deployment, 1, 1), *deployment.messages(CONTACTS, 1), *deployment.messages(CONTACTS, 2, first=2)]
    )
    await deployment.until_decided(1, 3)
    (row,) = json.loads(await trunkline(deployment, "parked", "list", "--json"))
    assert row["aggregate"] == key_of(1) and row["error"] == "Bug" and row["waiting"] == 3
    waiting = json.loads(await trunkline(deployment, "parked", "show", key_of(1), "--json"))
    assert [each["input"] for each in waiting] == [message(1, n).id for n in (1, 2, 3)]
    assert "content" not in waiting[0]
    shown = json.loads(await trunkline(deployment, "parked", "show", key_of(1), "--content", "--json"))
    assert '"kind":"poison"' in shown[0]["content"]
    assert "is not parked" in await trunkline(deployment, "parked", "show", key_of(2), code=2)

    bug.unlink()
    assert "would release" in await trunkline(deployment, "parked", "release", key_of(1), "--dry-run", code=3)
    assert "3 inputs are decided now" in await trunkline(deployment, "parked", "release", key_of(1))
    await deployment.until_decided(CONTACTS, 3)
    assert "nothing is parked" in await trunkline(deployment, "parked", "list")
    assert deployment.stop(worker) == 0

    report = await replay(deployment.kafka, KINDS, SOURCES)
    assert report.fine and report.parked == 1 and report.different == 0, report
    assert report.equal == report.decisions - 1


async def test_a_replay_comes_out_equal_and_tells_a_changed_decider(deployment: Deployment) -> None:
    """Over duplicates, garbage, commands, several policies, two workers and a kill; nothing is written by it."""
    first, second = deployment.start(), deployment.start()
    deployment.until_ready(first)
    await deployment.send([_policy(1, ["en"])], deployment.commands)
    await deployment.send([*deployment.messages(CONTACTS, 5), *deployment.messages(CONTACTS, 2), (0, b"?", b"?")])
    await deployment.until_decided(CONTACTS, 5)
    await deployment.send([_policy(2, ["es"])], deployment.commands)
    first.kill()
    await deployment.send(deployment.messages(CONTACTS, 5, first=6))
    await deployment.until_decided(CONTACTS, 10)
    assert deployment.stop(second) == 0

    before = len(await deployment.read(deployment.decisions))
    told: list[tuple[int, int]] = []
    report = await replay(deployment.kafka, KINDS, SOURCES, lambda *now: told.append(now))
    assert report.fine and report.equal == report.decisions == CONTACTS * 10 + 2, report
    assert report.duplicates + report.invalid + report.unanswered >= 1 and report.unanswered == report.effects == 0
    assert told[-1][0] == told[-1][1]
    assert len(await deployment.read(deployment.decisions)) == before

    def changed(state: Any, input_: Any, context: Context) -> Sequence[Any]:
        events = list(decide(state, input_, context))
        if state.number == 6:
            events.append(KeywordRecognised(id=input_.id, keyword="0", message="", thread="", channel=""))
        return events

    kinds = KINDS | {"contact": KINDS["contact"]._replace(decide=changed)}
    report = await replay(deployment.kafka, kinds, SOURCES)
    assert report.different == CONTACTS and {d.fields for d in report.differences} == {("events",)}
    assert {d.version for d in report.differences} == {7}


async def test_lost_offsets_are_set_again_from_the_decisions(deployment: Deployment) -> None:
    worker = deployment.start()
    deployment.until_ready(worker)
    await deployment.send(deployment.messages(CONTACTS, 4))
    await deployment.until_decided(CONTACTS, 4)
    assert deployment.stop(worker) == 0
    assert "every source partition has a committed offset" in await trunkline(deployment, "streams", "--resume")

    other = deployment.environment | {"TRUNKLINE_STREAMS__GROUP": "other"}
    deployment.environment = other
    rows = json.loads(
        (await trunkline(deployment, "streams", "--resume", "--dry-run", "--json", code=3)).split("trunkline")[0]
    )
    assert len(rows) == 8 and {row["set"] for row in rows} == {False}
    # everything is younger than 21 days, so it is safe to read it all again
    assert {row["offset"] for row in rows} == {0}
    assert "offset" in await trunkline(deployment, "streams", "--resume")
    again = deployment.start()
    deployment.until_ready(again)
    await deployment.send(deployment.messages(CONTACTS, 2, first=5))
    await deployment.until_decided(CONTACTS, 6)
    assert deployment.stop(again) == 0
    assert "belong to --resume" in await trunkline(deployment, "streams", "--dry-run", code=2)


async def test_the_command_line_replays_the_product_domain(deployment: Deployment) -> None:
    """The real deciders, through the real worker: `trunkline streams`, then `trunkline replay`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "trunkline",
        "streams",
        env=deployment.environment,
        cwd=deployment.folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        texts = ("hello", "STOP", "hello again", "START")
        await deployment.send(
            (deployment.partition(n), key_of(n).encode(), encode(message(n, i, text=text)))
            for i, text in enumerate(texts)
            for n in range(CONTACTS)
        )
        await _until(deployment, CONTACTS * len(texts))
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    report = json.loads(await trunkline(deployment, "replay", "--json"))
    assert report["equal"] == report["decisions"] == CONTACTS * len(texts)
    assert "every decision came out equal; no effects" in await trunkline(deployment, "replay", "--partition", "1")
    assert "partitions 0 to 3" in await trunkline(deployment, "replay", "--partition", "9", code=2)


async def _until(deployment: Deployment, decisions: int) -> None:
    async with asyncio.timeout(30):
        while len(await deployment.accepted()) < decisions:
            await asyncio.sleep(0.2)


def _poison(deployment: Deployment, contact: int, number: int) -> tuple[int, bytes, bytes]:
    return deployment.partition(contact), key_of(contact).encode(), encode(message(contact, number, kind="poison"))


def _policy(n: int, languages: list[str]) -> tuple[int, bytes, bytes]:
    wish = {"type": "set_tenant_policy", "id": command_id(f"p{n}"), "aggregate": "acme:tenant:acme"}
    return 1, b"acme:tenant:acme", msgspec.json.encode(wish | {"policy": {"languages": languages}})
