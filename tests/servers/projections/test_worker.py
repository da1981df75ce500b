"""Views at work on a real broker and a real database."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from projections.views import views
from schemas.topics import DEAD_LETTERS, DECISIONS
from tests.contract.views.scribe import Scribe
from tests.servers.projections.deployment import Deployment
from tests.waiting import until

TRUNKLINE = Path(sys.executable).parent / "trunkline"


async def test_all_views_become_the_fold_of_the_log_while_it_grows(deployment: Deployment) -> None:
    scribe = Scribe(11)
    async with deployment.running() as projectors:
        await deployment.produce(scribe.write(decisions=100, batches=20, letters=10))
        await deployment.caught_up()
        await deployment.assert_fold()
        assert [each.reasons() for each in projectors] == [[]] * len(projectors)


async def test_a_view_goes_on_where_the_database_says(deployment: Deployment) -> None:
    """Kafka's own offsets are only a hint: nothing depends on them, and they are there for lag tools."""
    whole = Scribe(12).write(decisions=120)
    names = ("communication_events", "inbox", "consent")
    async with deployment.running(*names) as projectors:
        await deployment.produce(whole)
        await deployment.caught_up(*names)
        consumer, held = projectors[1]._consumer, projectors[1].ownership.held

        async def hinted() -> bool:
            return all(
                [await consumer.committed(tp) == each.next_offset for tp, each in held.items() if each.next_offset]
            )

        for _ in range(100):
            if await hinted():
                break
            await asyncio.sleep(0.05)
        assert await hinted()
    before = await deployment.fetch("SELECT * FROM trunkline.positions ORDER BY 1, 2, 3, 4")
    async with deployment.running(*names) as projectors:
        await until(lambda: not any(each.reasons() for each in projectors), 15)
    after = await deployment.fetch("SELECT * FROM trunkline.positions ORDER BY 1, 2, 3, 4")
    assert [row["next_offset"] for row in after] == [row["next_offset"] for row in before]
    assert all(a["owner_epoch"] > b["owner_epoch"] for a, b in zip(after, before, strict=True))
    await deployment.assert_fold(*names)


async def test_a_record_at_rest_is_visible_soon(deployment: Deployment) -> None:
    """Nothing waits for a batch to fill when nothing else comes: the median of single records is far below 50 ms."""
    seconds: list[float] = []
    async with deployment.running("communication_events") as (projector,):
        await until(lambda: not projector.reasons(), 15)
        for number in range(15):
            record = {
                "aggregate": f"acme:contact:{number}",
                "version": 1,
                "base": number,
                "at": "2026-11-24T10:00:00.000Z",
            }
            source = {"topic": "t", "partition": 0, "offset": number}
            value = msgspec.json.encode({**record, "source": source, "events": []})
            await deployment.append(DECISIONS.name, 0, [(b"k", value)])
            began = time.perf_counter()
            while _at(projector, 0) <= number:
                await asyncio.sleep(0.001)
            seconds.append(time.perf_counter() - began)
    assert sorted(seconds)[len(seconds) // 2] < 0.05, seconds


async def test_poison_is_kept_in_its_place_and_the_view_goes_on(deployment: Deployment) -> None:
    """Garbage, and values that only PostgreSQL can refuse, between good records: each is dead-lettered once, by who it belongs to."""
    facts = Scribe(14).write(decisions=20, batches=0, letters=0)
    await deployment.produce(facts)
    end = max(each.offset for each in facts.topics[DECISIONS.name] if each.partition == 0) + 1
    bad = b"""{"aggregate":"acme:contact:no uuid","version":1,"cause":"c","source":{"topic":"t","partition":0,"offset":0},
        "at":"2026-11-24T10:00:00.000Z","base":%d,"events":[{"id":"no uuid either","type":"odd"}]}""" % (end + 1)
    await deployment.append(DECISIONS.name, 0, [(b"acme:contact:x", b"\xff garbage"), (b"acme:contact:y", bad)])
    await deployment.append(DECISIONS.name, 0, [(b"acme:contact:z", b"{}"), (b"k", None)])
    async with deployment.running("communication_events", "dead_letters") as projectors:
        await until(lambda: _at(projectors[0], 0) == end + 4, 30)
        letters = await _letters(deployment, 4)
    assert sorted((row["log_partition"] is not None, row["stage"], row["reason"]) for row in letters) == sorted(
        [(True, "project", "unreadable")] * 2 + [(True, "project", "refused"), (True, "project", "not_showable")]
    )
    by_reason = {row["reason"]: row for row in letters}
    assert by_reason["refused"]["raw"] == bad
    assert by_reason["refused"]["error"] == "PostgreSQL refuses the values: 22000"
    assert await deployment.length(DEAD_LETTERS) == 4
    events = {key: row for key, row in (await deployment.rows("communication_events")).items() if "acme" in key}
    expected = {key: row for key, row in deployment.expected("communication_events").items() if "acme" in key}
    failed = {k for k, row in events["tenant_acme.communication_events"].items() if row["status"] == "failed" and k not in
              expected["tenant_acme.communication_events"]}  # fmt: skip
    assert len(failed) == 3
    for key in failed:
        del events["tenant_acme.communication_events"][key]
    assert events == expected


async def _letters(deployment: Deployment, count: int) -> list[Any]:
    """The dead letters of acme and of nobody, when there are so many."""
    both = "SELECT * FROM tenant_acme.dead_letters UNION ALL SELECT * FROM trunkline.dead_letters"
    for _ in range(300):
        found: list[Any] = await deployment.fetch(both)
        if len(found) >= count:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"no {count} dead letters")


def _at(projector: object, partition: int) -> int:
    held = projector.ownership.held  # type: ignore[attr-defined]
    return next(
        (each.next_offset for tp, each in held.items() if tp.partition == partition and "decisions" in tp.topic), 0
    )


@pytest.mark.feature("F-048")
async def test_a_view_that_is_stuck_leaves_the_others_alone(deployment: Deployment) -> None:
    """F-048: the tables of one view are gone; the other is up to date, and readiness says which is not and why."""
    await deployment.produce(Scribe(15).write(decisions=60, batches=0, letters=0))
    async with deployment.running("consent"):
        await deployment.caught_up("consent")
    await deployment.fetch("DROP TABLE tenant_acme.inbox_messages")
    async with deployment.running("inbox", "communication_events") as (stuck, fine):
        await deployment.caught_up("communication_events")
        await until(lambda: any("inbox_messages" in reason for reason in stuck.reasons()), 15)
        assert fine.reasons() == []
    await deployment.assert_fold("communication_events")


async def test_bad_circumstances_are_told_in_words(deployment: Deployment, tmp_path: Path) -> None:
    def said(*arguments: str, **env: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(TRUNKLINE), "projections", *arguments], env=deployment.environment(**env), capture_output=True, text=True,
            timeout=40, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    await deployment.fetch("DROP SCHEMA trunkline CASCADE")
    results = await asyncio.gather(
        asyncio.to_thread(said),
        asyncio.to_thread(said, "--views", "nonsense"),
        asyncio.to_thread(said, TRUNKLINE_KAFKA__TOPIC_PREFIX="nowhere."),
    )
    assert results[0][0] == 78 and "trunkline migrate" in results[0][1]
    assert results[1][0] == 2 and "no view or table is called 'nonsense'" in results[1][1]
    assert results[2][0] == 78 and "topic nowhere.comms" in results[2][1] and DEAD_LETTERS.name in results[2][1]
    assert "inbox" in views()
