"""A message's way from the queue to the topics, on real servers."""

import asyncio
import json
import logging
from typing import Any

import pytest

from domain.channels.registry import providers
from schemas.envelope import header
from schemas.identity import contact_id
from schemas.topics import INBOUND
from tests.servers.bridge.conftest import INVALID, World, sms, until

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_text_becomes_an_inbound_event_and_leaves_a_receipt(world: World) -> None:
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    async with world.running():
        await world.send(url, sms("Hello", sid="SM" + "a" * 32), traceparent=TRACE)
        await until(lambda: world.is_empty(url))
    (record,) = await world.read(INBOUND)
    (event,) = await world.events()
    contact = contact_id(world.namespace, "tel:+14155550100")
    assert record.key == f"acme:contact:{contact}".encode()
    assert (event.provider_id, event.content.text, event.tenant) == ("SM" + "a" * 32, "Hello", "acme")
    assert event.trace == TRACE
    assert header(record.headers, "ce_id") == event.id
    assert header(record.headers, "ce_type") == "trunkline.inbound.v1"
    assert header(record.headers, "ce_subject") == record.key.decode()
    assert header(record.headers, "ce_tenant") == "acme"
    assert header(record.headers, "traceparent") == TRACE
    assert not any(b"4155550100" in value for _, value in record.headers)
    (receipt,) = await world.receipts()
    assert (receipt.status, receipt.attempt, receipt.events) == ("processed", 1, (event.id,))
    assert receipt.provider_ids == ("SM" + "a" * 32,)
    assert receipt.body is not None
    assert "Hello" in receipt.body.data


@pytest.mark.feature("F-114", "F-126", "F-127", "F-128", "F-129")
async def test_one_bad_message_does_not_stop_the_batch(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """F-114, F-126 to F-129: nine are processed, the bad one is a dead letter with its bytes, its reason, its origin."""
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    bodies = [sms(str(n), contact=f"+1415555010{n}") for n in range(9)]
    await world.send(url, *bodies[:5], INVALID, *bodies[5:])
    with caplog.at_level(logging.INFO, "communication_processor"):
        await world.run(max_cycles=1)
    assert len(await world.events()) == 9
    assert await world.is_empty(url)
    (letter,) = await world.dead_letters()
    assert letter.stage == "parse"
    assert letter.error == "SMS event missing required field: MessageSid"
    assert letter.content.data == INVALID
    assert (letter.origin.queue_url, letter.channel, letter.tenant) == (url, "sms", "acme")
    receipts = await world.receipts()
    assert sorted(receipt.status for receipt in receipts) == ["dead_lettered"] + ["processed"] * 9
    (bad,) = [receipt for receipt in receipts if receipt.status == "dead_lettered"]
    assert bad.error == letter.error
    lines = [
        (record.levelname, record.getMessage()) for record in caplog.records if record.name == "communication_processor"
    ]
    assert lines[0] == ("INFO", "Received 10 messages from sms queue")
    assert lines[-1] == ("INFO", "Processed: 9, Failed: 1, Deleted: 10")
    assert ("WARNING", "SMS event missing required field: MessageSid") in lines
    assert sum(line.startswith("Successfully processed sms event: SM") for _, line in lines) == 9


@pytest.mark.feature("F-113")
async def test_an_invalid_message_is_retried_where_that_is_set(world: World) -> None:
    """F-113, F-046: not deleted, its visibility backs off, exactly max_receives attempts, then a dead letter."""
    world.settings.bridge = world.settings.bridge.model_copy(
        update={"invalid": "retry", "max_receives": 3, "backoff_seconds": 0}
    )
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    async with world.running():
        await world.send(url, INVALID)
        await until(lambda: world.is_empty(url))
    assert [(receipt.attempt, receipt.status) for receipt in await world.receipts()] == [
        (1, "failed"),
        (2, "failed"),
        (3, "dead_lettered"),
    ]
    (letter,) = await world.dead_letters()
    assert letter.attempts == 3


async def test_a_tenant_that_comes_later_gets_its_messages(world: World) -> None:
    url = await world.queue()
    await world.set_(world.channel(url))
    async with world.running():
        await world.send(url, sms())
        await until(world.receipts)
        assert not await world.events()
        await world.create_tenant()
        await until(world.events)
        await until(lambda: world.is_empty(url))
    assert [receipt.status for receipt in await world.receipts()][-1] == "processed"
    assert not await world.dead_letters()


async def test_order_per_contact_is_the_order_of_receipt(world: World) -> None:
    url = await world.queue(FifoQueue="true")
    await world.create_tenant()
    await world.set_(world.channel(url))
    for n in range(30):
        await world.send(url, sms(str(n)), group="one")
    async with world.running():
        await until(lambda: world.is_empty(url))
    assert [event.content.text for event in await world.events()] == [str(n) for n in range(30)]


@pytest.mark.feature("F-072")
async def test_wrapped_bodies_and_control_messages(world: World) -> None:
    """Raw, SNS, API Gateway, EventBridge, doubly wrapped: layers are recorded. A control message is ignored, with a receipt."""
    body = sms("wrapped", sid="SM" + "b" * 32)
    sns = json.dumps(
        {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": body}
    )
    gateway = json.dumps({"httpMethod": "POST", "path": "/sms", "headers": {}, "body": body, "isBase64Encoded": False})
    twice = json.dumps(
        {"Type": "Notification", "MessageId": "2", "TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": gateway}
    )
    confirm = json.dumps(
        {
            "Type": "SubscriptionConfirmation",
            "MessageId": "3",
            "TopicArn": "arn:aws:sns:us-east-1:1:t",
            "Token": "t",
            "Message": "You have chosen to subscribe",
            "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
        }
    )
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    await world.send(url, body, sns, gateway, twice, confirm)
    await world.run(max_cycles=1)
    events = await world.events()
    assert len(events) == 4
    assert len({event.id for event in events}) == 1
    assert sorted(len(event.layers) for event in events) == [0, 1, 1, 2]
    assert sorted(receipt.status for receipt in await world.receipts()) == ["ignored"] + ["processed"] * 4
    assert await world.is_empty(url)


async def test_odd_and_large_bodies_survive(world: World) -> None:
    """T-22 to T-24: NUL and lone surrogates inside JSON, and a body above the claim limit: claim check before the append."""
    world.settings.bridge = world.settings.bridge.model_copy(update={"claim_bytes": 100_000})
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    odd = json.dumps(
        {"MessageSid": "SM" + "c" * 32, "AccountSid": "AC" + "1" * 32, "From": "+14155550100", "To": "+14155550199"}
    )
    odd = odd[:-1] + ', "SmsStatus": "received", "Body": "a\\u0000b \\ud83d"}'
    large = sms("x" * 150_000, sid="SM" + "d" * 32)
    await world.send(url, odd, large)
    await world.run(max_cycles=1)
    assert await world.is_empty(url)
    events = {event.provider_id: event for event in await world.events()}
    raw = events["SM" + "c" * 32].content.raw
    assert raw is not None
    assert raw.data == odd
    claimed = events["SM" + "d" * 32].content.raw
    assert claimed is not None
    assert (claimed.encoding, claimed.size) == ("claim", len(large))
    assert (await world.shell.claims.get(claimed.data)).decode() == large  # type: ignore[union-attr]


async def test_bodies_whose_events_outgrow_a_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such an event goes without its bytes, which lie in the claim store; a batch of such receipts is several records."""
    monkeypatch.setattr("bridge.appender.BATCH", 300_000)
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    bodies = [sms('"\\' * 33_000, sid=f"SM{n:032x}") for n in range(6)]  # 200 kB each
    for body in bodies:
        await world.send(url, body)
    await world.run(max_cycles=3)
    assert await world.is_empty(url)
    events = await world.events()
    assert len({event.provider_id for event in events}) == 6
    assert {event.content.raw.encoding for event in events if event.content.raw} == {"claim"}
    assert len(await world.receipts()) == 6


async def test_a_dry_run_changes_nothing(world: World) -> None:
    url = await world.queue(VisibilityTimeout="1")
    await world.create_tenant()
    await world.set_(world.channel(url))
    await world.send(url, sms(sid="SM" + "e" * 32), INVALID)
    shown: list[str] = []
    await world.run(dry_run=True, show=shown.append)
    assert any("would append message_received" in line and "SM" + "e" * 32 in line for line in shown)
    assert any("would be dead-lettered at parse" in line for line in shown)
    assert not any("4155550100" in line for line in shown)
    assert not await world.events() and not await world.dead_letters() and not await world.receipts()
    await until(lambda: _waiting(world, url, 2))


async def _waiting(world: World, url: str, count: int) -> bool:
    return (await world.depth(url))[0] == count


@pytest.mark.feature("F-034", "F-035", "F-036")
async def test_cycles_read_no_more_than_the_batch_size(world: World) -> None:
    """F-034 to F-036: more than ten take several receives; the run ends after its cycles."""
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url))
    await world.send(url, *(sms() for _ in range(30)))
    await world.run(max_cycles=1, batch_size=25)
    assert len(await world.events()) == 25
    start = asyncio.get_running_loop().time()
    await world.run(max_cycles=2, batch_size=2, interval=1)
    assert len(await world.events()) == 29
    assert asyncio.get_running_loop().time() - start >= 1


async def test_mail_events_of_one_notification(world: World) -> None:
    """Every example of the e-mail provider goes through; several events of one body share one receipt."""
    url = await world.queue("email")
    await world.create_tenant()
    await world.set_(world.channel(url, "email"))
    examples = providers("email")[0].examples
    await world.send(url, *(example.body for example in examples.values()))
    async with world.running():
        await until(lambda: world.is_empty(url))
    receipts = await world.receipts()
    assert len(receipts) == len(examples)
    expected = sum(
        not outcome.startswith(("ignored", "rejected")) for example in examples.values() for outcome in example.outcome
    )
    produced: Any = sum(len(receipt.events) for receipt in receipts)
    assert produced == expected
