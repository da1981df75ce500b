"""What goes wrong between queue and broker, on real servers. Each protection was taken out once to see its test fail."""

import asyncio
import json
import logging
import re
import time
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from bridge.appender import Appender
from domain import intake
from runtime import failpoints, topics
from runtime.kafka import topic_name
from runtime.settings import Kafka as KafkaSettings
from schemas.topics import DEAD_LETTERS, INBOUND, RECEIPTS, SETTINGS, Topic
from tests.servers.bridge.conftest import INVALID, World, sms, until
from tests.servers.bridge.faulty import FORWARD, HANG, Reply, answer, faulty
from trunkline.platform.kafka import Kafka
from trunkline.reference.artefact import ROOT


async def ready(world: World, **attributes: str) -> str:
    """A queue of the tenant's sms channel."""
    url = await world.queue(**attributes)
    await world.create_tenant()
    await world.set_(world.channel(url))
    return url


async def texts(world: World) -> set[str | None]:
    return {event.content.text for event in await world.events()}


@pytest.mark.slow
async def test_without_a_broker_nothing_is_deleted_and_nothing_lost(world: World, tmp_path: Path) -> None:
    """Delete only after the ack (law 4); no receive counts are burnt while the broker is away."""
    server = Kafka(tmp_path / "kafka")
    server.start()
    try:
        world.settings.kafka = KafkaSettings(brokers=server.brokers, partitions=4, request_timeout_ms=1000)
        await topics.create(world.settings.kafka, (INBOUND, RECEIPTS, DEAD_LETTERS, SETTINGS))
        url = await ready(world, VisibilityTimeout="3")
        async with world.running() as shell:
            await world.send(url, sms("before"))
            await until(lambda: world.is_empty(url))
            server.kill()
            await world.send(url, *(sms(str(n)) for n in range(5)))
            await until(lambda: any("does not answer" in problem for problem in shell.problems()), 20)
            assert sum(await world.depth(url)) == 5
            server.start()
            await until(lambda: world.is_empty(url), 30)
        assert await texts(world) == {"before", *map(str, range(5))}
        assert max(receipt.attempt for receipt in await world.receipts()) <= 3
        assert not await world.dead_letters()
    finally:
        server.stop()


async def test_the_heartbeat_outlives_a_slow_append(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Visibility of 2 s, an append of 5 s: the message is not received a second time (T-20)."""
    stock = Appender._append

    async def slow(self: Appender, *arguments: Any) -> str | None:
        await asyncio.sleep(5)
        return await stock(self, *arguments)

    monkeypatch.setattr(Appender, "_append", slow)
    monkeypatch.setattr(Appender, "deadline", 30, raising=False)
    url = await ready(world, VisibilityTimeout="2")
    async with world.running():
        await world.send(url, sms())
        await until(lambda: world.is_empty(url), 25)
    assert [receipt.attempt for receipt in await world.receipts()] == [1]
    assert len(await world.events()) == 1


async def test_entries_that_a_good_answer_calls_failed_are_deleted_again(world: World) -> None:
    """Failed[] in a 200 answer (M2): the queue would bring them again."""
    refused: list[int] = []

    def reply(operation: str, body: Any) -> Reply:
        if operation == "deletemessagebatch" and len(refused) < 3:
            refused.append(len(body["Entries"]))
            failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in body["Entries"]]
            return answer({"Successful": [], "Failed": failed})
        return FORWARD

    url = await ready(world, VisibilityTimeout="20")
    async with faulty(reply, world.endpoint_url) as proxy:
        world.settings.sqs = world.settings.sqs.model_copy(update={"endpoint_url": proxy.url})
        await world.send(url, *(sms() for _ in range(5)))
        await world.run(max_cycles=1)
        assert len(refused) == 3
    assert await world.is_empty(url)
    assert {receipt.attempt for receipt in await world.receipts()} == {1}


async def test_a_delete_whose_answer_is_lost(world: World) -> None:
    """The outcome is unknown: it is asked again, and a message that was there twice is one event."""
    lost: list[str] = []

    def reply(operation: str, body: Any) -> Reply:
        if operation == "deletemessagebatch" and not lost:
            lost.append(operation)
            return None
        return FORWARD

    url = await ready(world)
    async with faulty(reply, world.endpoint_url) as proxy:
        world.settings.sqs = world.settings.sqs.model_copy(update={"endpoint_url": proxy.url})
        await world.send(url, sms())
        await world.run(max_cycles=1)
    assert lost
    assert await world.is_empty(url)


async def test_a_dead_letter_that_is_not_written_keeps_its_message(world: World) -> None:
    """Park first, delete second (B7, B8)."""
    await refuse_records(world, DEAD_LETTERS)
    url = await ready(world, VisibilityTimeout="5")
    await world.send(url, INVALID, sms("fine"))
    await world.run(max_cycles=1)
    assert sum(await world.depth(url)) == 1
    assert await texts(world) == {"fine"}
    statuses = sorted(receipt.status for receipt in await world.receipts())
    assert statuses == ["failed", "processed"]


async def test_a_receipt_that_is_not_written_keeps_its_messages(world: World) -> None:
    await refuse_records(world, RECEIPTS)
    url = await ready(world)
    await world.send(url, sms())
    await world.run(max_cycles=1)
    assert sum(await world.depth(url)) == 1


@pytest.mark.parametrize(("largest", "fits", "beyond"), [(60_000, 9_000, 70_000), (20_000, 2_000, 30_000)])
async def test_a_topic_that_takes_less_gets_smaller_appends(world: World, largest: int, fits: int, beyond: int) -> None:
    """The append limit adapts; what does not fit alone becomes a dead letter with its reason."""
    await refuse_records(world, INBOUND, largest)
    url = await ready(world, VisibilityTimeout="5")
    await world.send(url, *(sms("x" * fits, contact="+14155550100") for _ in range(10)))
    await world.send(url, sms("y" * beyond))
    async with world.running():
        await until(lambda: world.is_empty(url), 30)
    assert len(await world.events()) >= 10
    (letter,) = await world.dead_letters()
    assert (letter.stage, letter.reason) == ("produce", "MessageSizeTooLarge")


async def refuse_records(world: World, topic: Topic, largest: int = 100) -> None:
    """Lets the broker refuse larger batches on one topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=world.settings.kafka.brokers)
    await admin.start()
    kafka = world.settings.kafka
    configuration = {**topics.configuration(kafka, topic), "max.message.bytes": str(largest)}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic_name(kafka, topic), configuration)])
    await admin.close()


@pytest.mark.feature("F-003", "F-047", "F-112", "F-115", "F-120")
async def test_an_exception_of_ours_is_tried_again_then_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """F-047, F-112, F-115, F-120: each failure has its row with the text of the log line; exactly max_receives attempts."""
    stock = intake.take

    def broken(message: intake.QueueMessage, routes: intake.Routes) -> intake.Taken:
        if "poison" in message.body:
            raise LookupError("+14155550100")
        return stock(message, routes)

    monkeypatch.setattr(intake, "take", broken)
    world.settings.bridge = world.settings.bridge.model_copy(update={"max_receives": 3, "backoff_seconds": 0})
    url = await ready(world)
    async with world.running():
        await world.send(url, sms("poison"), sms("fine"))
        await until(lambda: world.is_empty(url))
    assert await texts(world) == {"fine"}
    failed = [receipt for receipt in await world.receipts() if receipt.status != "processed"]
    assert [(receipt.attempt, receipt.status) for receipt in failed] == [
        (1, "failed"),
        (2, "failed"),
        (3, "dead_lettered"),
    ]
    errors = [
        record for record in caplog.records if record.name == "communication_processor" and record.levelname == "ERROR"
    ]
    assert [record.getMessage() for record in errors] == [receipt.error for receipt in failed]
    assert [record.attempt for record in errors] == [1, 2, 3]  # type: ignore[attr-defined]
    assert all(record.channel == "sms" and record.correlation for record in errors)  # type: ignore[attr-defined]
    assert "4155550100" not in caplog.text
    (letter,) = await world.dead_letters()
    assert "poison" in letter.content.data


async def test_nothing_of_a_group_overtakes_what_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """FIFO: the third message fails once; the rest of its group waits behind it, other groups go on."""
    stock = intake.take
    failed: list[str] = []

    def once(message: intake.QueueMessage, routes: intake.Routes) -> intake.Taken:
        if "Body=2" in message.body and not failed:
            failed.append(message.body)
            raise RuntimeError
        return stock(message, routes)

    monkeypatch.setattr(intake, "take", once)
    url = await ready(world, FifoQueue="true")
    for n in range(6):
        await world.send(url, sms(str(n)), group="one")
        await world.send(url, sms(f"other{n}", contact="+14155550111"), group="two")
    async with world.running():
        await until(lambda: world.is_empty(url), 20)
    assert failed
    found = [event.content.text for event in await world.events()]
    assert [text for text in found if text and text.isdigit()] == [str(n) for n in range(6)]
    assert [text for text in found if text and text.startswith("other")] == [f"other{n}" for n in range(6)]


@pytest.mark.parametrize("point", ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"])
async def test_an_exception_at_any_point_loses_nothing(
    world: World, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The points of delivery.md B.1, each hit by an exception: every message is an event or a dead letter afterwards."""
    monkeypatch.setattr("bridge.fleet.FIRST_PAUSE", 0.1)
    monkeypatch.setattr(failpoints, "ACTIVE", True)
    monkeypatch.setattr(failpoints, "_armed", failpoints._Armed(f"{point}:exception"))
    url = await ready(world, VisibilityTimeout="2")
    await world.send(url, *(sms(str(n), contact=f"+1415555010{n}") for n in range(9)), INVALID)
    if point == "B3":
        # an append that ended by anything but the broker ends the process
        with pytest.raises(failpoints.FailpointReached):
            await run_until_it_ends(world)
    async with world.running():
        await until(lambda: failpoints._armed is None, 20)
        await until(lambda: world.is_empty(url), 20)
    assert await texts(world) == set(map(str, range(9)))
    assert len({letter.id for letter in await world.dead_letters()}) == 1


async def run_until_it_ends(world: World) -> None:
    from bridge.options import Options
    from bridge.shell import Shell

    await asyncio.wait_for(Shell(world.settings, Options()).run(), 20)


@pytest.mark.feature("F-048")
async def test_a_broken_queue_leaves_the_others_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """F-048: one queue hangs, one answers 500, one does not exist; mail is as fast as before."""

    def reply(operation: str, body: Any) -> Reply:
        if "hangs" in body["QueueUrl"]:
            return HANG
        return answer({"__type": "x#InternalError"}, 500) if "fails" in body["QueueUrl"] else FORWARD

    mail = await world.queue("email")
    await world.create_tenant()
    async with faulty(reply, world.endpoint_url) as proxy:
        world.settings.sqs = world.settings.sqs.model_copy(update={"endpoint_url": proxy.url})
        for number, name in enumerate(("hangs", "fails", "missing")):
            world.tenant = f"tenant-{number}"
            await world.set_(world.channel(f"{proxy.url}/000000000000/{name}"))
        world.tenant = "acme"
        await world.set_(world.channel(mail, "email"))
        with caplog.at_level(logging.CRITICAL, "communication_processor"):
            async with world.running() as shell:
                from domain.channels.registry import providers

                build = providers("email")[0].build["message_received"]
                slowest = 0.0
                for n in range(10):
                    fields = {"from_email": "a@example.com", "to_email": "b@example.com", "subject": "s", "body": "b"}
                    start = time.monotonic()
                    await world.send(mail, build(fields, f"{n:032x}"))
                    await until(lambda: world.is_empty(mail), 5)
                    slowest = max(slowest, time.monotonic() - start)
                await until(lambda: any("missing" in problem for problem in shell.problems()))
                assert any("fails" in problem for problem in shell.problems()) or proxy.requests
    assert slowest < 2
    assert len(await world.events()) == 10


@pytest.mark.feature("F-024", "F-025", "F-026")
async def test_settings_take_effect_while_it_runs(world: World) -> None:
    """F-024 to F-026: enable, disable, another URL, delete; without a restart."""
    first, second = await world.queue("first"), await world.queue("second")
    await world.create_tenant()
    async with world.running() as shell:
        assert shell.problems() == ["no queue is configured and active"]
        await world.set_(world.channel(first))
        await world.send(first, sms("1"))
        await until(lambda: world.is_empty(first))

        await world.set_(world.channel(first, is_active=False))
        await until(lambda: not shell.fleet._running and not shell.fleet._leaving)
        await world.send(first, sms("2"))
        await asyncio.sleep(1.5)
        assert await world.depth(first) == (1, 0)

        await world.set_(world.channel(first))
        await until(lambda: world.is_empty(first))

        await world.set_(world.channel(second))
        await world.send(second, sms("3"))
        await until(lambda: world.is_empty(second) if not shell.fleet._leaving else False)
        await world.send(first, sms("4"))
        await asyncio.sleep(1.5)
        assert await world.depth(first) == (1, 0)

        await world.set_(world.channel(second, deleted=True))
        await until(lambda: not shell.fleet._running and not shell.fleet._leaving)
    assert await texts(world) == {"1", "2", "3"}


async def test_a_described_provider_is_read_while_it_runs(world: World) -> None:
    """Its description comes with the channel's settings; nobody wrote a file for it, and nothing is restarted."""
    page = (ROOT / "docs" / "declared-providers.md").read_text()
    (lighthouse,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    queue = await world.queue("described")
    event = {"type": "message", "id": "m_81", "from": "4530112233", "to": "4570101010", "at": "2026-11-24T10:07:24Z"}
    await world.create_tenant()
    async with world.running():
        await world.set_(world.channel(queue))
        await world.send(queue, sms("1"))
        await until(lambda: world.is_empty(queue))
        await world.set_(world.channel(queue, config={"declared": lighthouse}))
        await world.send(queue, json.dumps({"workspace": "ws_7", "events": [event | {"text": "2"}]}))
        await until(lambda: world.is_empty(queue))
    assert await texts(world) == {"1", "2"}
    assert {event.provider for event in await world.events()} == {"twilio", "lighthouse"}
