"""Databases that go back to an earlier state, and servers that die under traffic."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from projections import projector
from runtime import aiokafka_repair, metrics
from tests.contract.views.scribe import Scribe
from tests.databases import database
from tests.servers.projections.deployment import Deployment
from tests.servers.projections.door import door
from tests.waiting import until
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres


def lost(outcome: str) -> float:
    """How many races the view has lost in this way."""
    return metrics.PROJECTIONS_LOST_RACES.labels("inbox", outcome)._value.get()


async def test_a_database_that_went_back_goes_forward_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored while the views run and nothing comes in: rows and positions go back together, so nothing is missing in the end."""
    monkeypatch.setattr(projector, "CONFIRM_SECONDS", 0.3)
    facts, before = Scribe(31).write(decisions=120, batches=25, letters=20), lost("rewound")
    async with deployment.running():
        await deployment.produce(facts, 0.4)
        await deployment.caught_up()
        async with deployment.backup() as restore:
            await deployment.produce(facts, 0.8)
            await deployment.caught_up()
            await restore()
        assert await deployment.behind()
        await deployment.caught_up()
        assert lost("rewound") > before
        await deployment.produce(facts)
        await deployment.caught_up()
    await deployment.assert_fold()


async def test_a_database_from_before_the_last_take_over_is_taken_over_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "CONFIRM_SECONDS", 0.3)
    facts, before = Scribe(32).write(decisions=120, batches=0, letters=0), lost("unfenced")
    async with deployment.running("inbox"):
        await deployment.produce(facts, 0.4)
        await deployment.caught_up("inbox")
    async with deployment.backup() as restore, deployment.running("inbox") as (again,):
        await deployment.produce(facts, 0.8)
        await deployment.caught_up("inbox")
        epochs = {tp: each.owner_epoch for tp, each in again.ownership.held.items()}
        await restore()
        await deployment.caught_up("inbox")
        assert lost("unfenced") > before
        await until(lambda: all(each.owner_epoch > epochs[tp] for tp, each in again.ownership.held.items()))
        await deployment.produce(facts)
        await deployment.caught_up("inbox")
    await deployment.assert_fold("inbox")


async def test_a_view_without_work_says_that_the_database_is_away(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "CONFIRM_SECONDS", 0.1)
    async with door(deployment.dsn) as opened:
        deployment.settings.postgres.url = SecretStr(opened.through)
        async with deployment.running("consent") as (view,):
            await until(lambda: view.reasons() == [], 15)
            opened.shut()
            await until(lambda: "PostgreSQL" in "".join(view.reasons()), 15)
            await opened.open()
            await until(lambda: view.reasons() == [], 15)


@pytest.fixture(scope="module")
def mortal(server_folder: Path) -> Iterator[tuple[Kafka, Postgres, str]]:
    """Servers that nobody else uses, so that they may be killed, and the address of an empty database."""
    servers = Kafka(server_folder / "mortal-kafka", memory=256), Postgres(server_folder / "mortal-postgres", memory=32)
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda server: server.start(), servers))
        with database(servers[1].dsn, "mortal") as dsn:
            yield *servers, dsn
    finally:
        for each in servers:
            each.kill()


async def test_servers_die_under_traffic(mortal: tuple[Kafka, Postgres, str]) -> None:
    """The postmaster and the broker are killed and come back while views have much to do."""
    kafka, postgres, dsn = mortal
    aiokafka_repair.apply()
    names = "inbox", "communication_events", "sqs_messages"
    facts = Scribe(33).write(decisions=600, batches=60, letters=30)
    deployment = await Deployment(kafka.brokers, dsn).create()
    deployment.settings.projections.batch_records = 5
    async with deployment.running(*names) as running:
        for number, server in enumerate((postgres, kafka, postgres), 1):
            await until(lambda: all(each.ownership.held for each in running), 30)
            await deployment.produce(facts, number / 4)
            server.kill()
            await asyncio.to_thread(server.start)
        await deployment.produce(facts)
        await deployment.caught_up(*names, seconds=60)
    assert all(metrics.PROJECTIONS_ERRORS.labels(name)._value.get() for name in names)
    await deployment.assert_fold(*names)
