"""What a bridge says of its work, by level, and what it counts."""

import asyncio
import logging
from typing import Any

import pytest

from domain import intake
from runtime.metrics import REGISTRY
from tests.servers.bridge.conftest import INVALID, World, sms, until
from tests.servers.bridge.faulty import FORWARD, HANG, Reply, answer, faulty

NAME = "communication_processor"


async def ready(world: World, **attributes: str) -> str:
    """A queue of the tenant's sms channel."""
    url = await world.queue(**attributes)
    await world.create_tenant()
    await world.set_(world.channel(url))
    return url


@pytest.mark.feature("F-118", "F-119", "F-120", "F-121")
async def test_each_level_has_its_lines(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """INFO: success and statistics. WARNING: what is invalid, once each. ERROR: our own exceptions and errors of SQS. DEBUG: the steps."""
    stock, refused = intake.take, list[str]()

    def broken(message: intake.QueueMessage, routes: intake.Routes) -> intake.Taken:
        if "poison" in message.body:
            raise LookupError
        return stock(message, routes)

    def reply(operation: str, body: Any) -> Reply:
        if operation == "receivemessage" and not refused:
            refused.append(operation)
            return answer({"__type": "x#InvalidSecurity"}, 400)
        return FORWARD

    monkeypatch.setattr(intake, "take", broken)
    url = await ready(world)
    good, unnamed = "SM" + "1" * 32, sms().replace("AccountSid=", "Account=")
    await world.send(url, sms(sid=good), INVALID, unnamed, sms("poison"))
    world.settings.bridge = world.settings.bridge.model_copy(update={"backoff_seconds": 60})
    caplog.set_level(logging.DEBUG, NAME)
    async with faulty(reply, world.endpoint_url) as proxy:
        world.settings.sqs = world.settings.sqs.model_copy(update={"endpoint_url": proxy.url})
        async with world.running():
            await until(lambda: "Processed: 1, Failed: 3, Deleted: 3" in caplog.messages)
    lines: dict[str, list[str]] = {"DEBUG": [], "INFO": [], "WARNING": [], "ERROR": []}
    for record in caplog.records:
        if record.name.partition(".")[0] == NAME:
            lines[record.levelname].append(record.getMessage())
    assert lines["INFO"] == [
        "Received 4 messages from sms queue",
        f"Successfully processed sms event: {good}",
        "Processed: 1, Failed: 3, Deleted: 3",
    ]
    missing = "SMS event missing required field: "
    assert sorted(lines["WARNING"]) == [missing + "AccountSid", missing + "MessageSid"]
    assert [line.partition(":")[0] for line in lines["ERROR"]] == [
        "SQS error on sms queue",
        "Error processing sms message",
    ]
    assert lines["DEBUG"] == [
        f"{step}: 4 sms messages" for step in ("receive", "validate", "append", "receipt", "delete")
    ]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.feature("F-122", "F-123", "F-124", "F-125", "F-179", "F-180", "F-181", "F-182")
async def test_messages_batches_times_and_the_queue_itself_are_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.receiver.SAMPLE_SECONDS", 0.1)
    url = await ready(world, VisibilityTimeout="30")
    queue = url.rpartition("/")[2]
    await world.send(url, *(sms() for _ in range(6)), INVALID)
    await asyncio.sleep(1)

    def totals() -> dict[str, float]:
        return {
            "batches": value("trunkline_bridge_batch_messages_count", channel="sms"),
            "in batches": value("trunkline_bridge_batch_messages_sum", channel="sms"),
            "timed": value("trunkline_bridge_message_seconds_count", channel="sms"),
            "seconds": value("trunkline_bridge_message_seconds_sum", channel="sms"),
            **{
                outcome: value("trunkline_bridge_messages_total", channel="sms", outcome=outcome)
                for outcome in ("processed", "dead_lettered")
            },
        }

    before = totals()
    await world.run(max_cycles=1, batch_size=4)
    await world.run(max_cycles=1)
    grown = {name: total - before[name] for name, total in totals().items()}
    assert 0 < grown.pop("seconds") < 7 * 15
    assert grown == {"batches": 2, "in batches": 7, "timed": 7, "processed": 6, "dead_lettered": 1}
    assert value("trunkline_bridge_received_total", queue=queue) == 7
    assert value("trunkline_bridge_deleted_total", queue=queue) == 7
    assert 1 <= value("trunkline_bridge_oldest_message_age_seconds", queue=queue) < 60

    await world.send(url, sms(), sms(), sms())
    assert await world.queues[url].receive(1, 1)
    async with faulty(
        lambda operation, _: HANG if operation == "receivemessage" else FORWARD, world.endpoint_url
    ) as proxy:
        world.settings.sqs = world.settings.sqs.model_copy(update={"endpoint_url": proxy.url})
        async with world.running():
            await until(lambda: value("trunkline_bridge_queue_depth", queue=queue) == 2)
            await until(lambda: value("trunkline_bridge_queue_inflight", queue=queue) == 1)
