"""Logs that are not the ones that the positions were taken from: a view stops, in words, and moves nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable

import msgspec
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from projections.views import views
from runtime import topics
from schemas.topics import DECISIONS
from tests.servers.projections.deployment import Deployment, at_work
from tests.waiting import until

VIEW = "consent"


class Log:
    """Partition 0 of the decisions, whose records are told by a name each. A log of the same names is the same, byte by byte."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment, self.topic = deployment, deployment.prefix + DECISIONS.name
        self.brokers, self.now = deployment.settings.kafka.brokers, int(time.time() * 1000)

    async def append(self, names: Iterable[str], base: int = 0) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.brokers, acks="all")
        await producer.start()
        try:
            for offset, name in enumerate(names, base):
                decision = {
                    "aggregate": f"acme:contact:{name}",
                    "version": 1,
                    "base": offset,
                    "at": "2026-11-24T10:00:00.000Z",
                }
                value = msgspec.json.encode(decision)
                await producer.send_and_wait(self.topic, value, partition=0, timestamp_ms=self.now)
        finally:
            await producer.stop()

    async def recreate(self, names: Iterable[str]) -> None:
        """The topic anew, with these records."""
        async with self._admin() as admin:
            await admin.delete_topics([self.topic])
            while self.topic in await admin.list_topics():
                await asyncio.sleep(0.05)
        await topics.create(self.deployment.settings.kafka, [DECISIONS])
        await self.append(names)

    async def cut(self, before: int) -> None:
        """Deletes the records before an offset."""
        async with self._admin() as admin:
            await admin.delete_records({TopicPartition(self.topic, 0): RecordsToDelete(before)})

    @contextlib.asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()


@pytest.fixture
async def log(deployment: Deployment) -> Log:
    """A log of six records that the view has projected."""
    made = Log(deployment)
    await made.append("abcdef")
    async with deployment.running(VIEW):
        await projected(deployment, 6)
    return made


async def projected(deployment: Deployment, count: int) -> None:
    for _ in range(400):
        if await position(deployment) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"at {await position(deployment)} of {count}")


async def position(deployment: Deployment) -> int | None:
    found = await deployment.fetch(
        "SELECT next_offset FROM trunkline.positions WHERE view = $1 AND partition = 0", VIEW
    )
    return found[0]["next_offset"] if found else None


async def stops(deployment: Deployment) -> str:
    """Why the view does not go on."""
    before = await position(deployment)
    async with deployment.running(VIEW) as (view,):
        await until(lambda: view.halted, 20)
        assert view.reasons() == [f"view {VIEW}: {view.halted}"]
    assert await position(deployment) == before
    return view.halted


async def test_the_topic_was_made_again_and_is_shorter(deployment: Deployment, log: Log) -> None:
    await log.recreate("abc")
    assert "the log ends at 3, so it was recreated or lost its tail" in await stops(deployment)


async def test_the_topic_was_made_again_and_is_longer(deployment: Deployment, log: Log) -> None:
    await log.recreate("uvwxyzabc")
    assert "the first record is another one, so the topic was recreated" in await stops(deployment)


async def test_the_log_lost_its_tail_and_grew_again(deployment: Deployment, log: Log) -> None:
    await log.recreate("abcxyz")
    assert "the record before it is another one, so the log was replaced or lost its tail" in await stops(deployment)


async def test_the_same_log_is_the_same_log(deployment: Deployment, log: Log) -> None:
    """The three tests before can fail: a topic that was restored byte by byte is no reason to stop."""
    await log.recreate("abcdef")
    async with deployment.running(VIEW) as (view,):
        await until(lambda: view.ownership.held, 20)
        await log.append("gh", base=6)
        await projected(deployment, 8)


async def test_records_were_deleted_before_they_were_read(deployment: Deployment, log: Log) -> None:
    await log.append("gh", base=6)
    await log.cut(7)
    assert "the log begins at 7, the records between were deleted before they were read" in await stops(deployment)


async def test_a_log_that_is_recreated_under_a_running_view(deployment: Deployment, log: Log) -> None:
    view = deployment.projector(views()[VIEW])
    view.consumer_options["metadata_max_age_ms"] = 500
    async with at_work([view]):
        await until(lambda: view.ownership.held, 20)
        await log.recreate("abc")
        await until(lambda: view.halted, 30)
    assert "the log ends at 3" in view.halted
    assert await position(deployment) == 6


async def test_another_database_is_not_filled_by_mistake(deployment: Deployment, log: Log) -> None:
    """The group has committed offsets, the database knows nothing of them: rows would be missing."""
    async with deployment.running(VIEW) as (view,):
        await log.append("g", base=6)
        await projected(deployment, 7)
        places = list(view.ownership.held)
        for _ in range(200):
            if await view._consumer.committed(next(tp for tp in places if tp.partition == 0)) == 7:
                break
            await asyncio.sleep(0.05)
    await deployment.execute("DELETE FROM trunkline.positions")
    assert "its group committed offset 7: is DATABASE_URL the right database?" in await stops(deployment)


async def test_rows_of_another_version_are_not_touched(deployment: Deployment, log: Log) -> None:
    await deployment.execute("UPDATE trunkline.positions SET version = 7")
    assert "were made by version 7 of it" in await stops(deployment)
    assert "trunkline rebuild consent" in await stops(deployment)


async def test_a_position_that_vanishes_under_a_running_view(deployment: Deployment, log: Log) -> None:
    async with deployment.running(VIEW) as (view,):
        await until(lambda: view.ownership.held, 20)
        await deployment.execute("DELETE FROM trunkline.positions")
        await log.append("g", base=6)
        await until(lambda: view.halted, 20)
    assert "is not there any more: another database, or a rebuild" in view.halted
