"""What every SQS client promises, against every server (bridge/sqs/port.py)."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from bridge.sqs import Queue, open_queue
from bridge.sqs.port import Outgoing, SqsError
from runtime.settings import Sqs

Opened = Callable[..., Awaitable[Queue]]


async def received(queue: Queue, count: int) -> list[str]:
    """Bodies of `count` messages, each received once; leaves them in flight."""
    bodies: list[str] = []
    deadline = time.monotonic() + 10
    while len(bodies) < count and time.monotonic() < deadline:
        bodies += [message.body for message in await queue.receive(10, 1)]
    return bodies


async def test_a_message_arrives_with_its_attributes(opened: Opened) -> None:
    queue = await opened()
    before = int(time.time() * 1000)
    assert not await queue.send_batch(
        [Outgoing(body='{"a": 1}', attributes={"traceparent": "00-abc", "empty.not": "x"})]
    )
    (message,) = await queue.receive(10, 5)
    assert message.body == '{"a": 1}'
    assert message.receives == 1
    assert message.group is None
    assert before - 60_000 < int(message.attributes["SentTimestamp"]) < before + 60_000
    assert {name: value.text for name, value in message.message_attributes.items()} == {
        "traceparent": "00-abc",
        "empty.not": "x",
    }


@pytest.mark.parametrize(
    "body", ["grüße 👋 \u2028", '"quoted" \\ back', "a\tb\nc", "x" * 200_000, '{"Body": "\\ud83d"}']
)
async def test_bodies_come_back_as_they_were(opened: Opened, body: str) -> None:
    queue = await opened()
    assert not await queue.send_batch([Outgoing(body=body)])
    assert await received(queue, 1) == [body]


async def test_ten_are_sent_received_and_deleted(opened: Opened) -> None:
    queue = await opened(VisibilityTimeout="1")
    assert not await queue.send_batch([Outgoing(body=str(n)) for n in range(10)])
    messages = await queue.receive(10, 5)
    assert sorted(message.body for message in messages) == sorted(map(str, range(10)))
    assert not await queue.delete_batch([message.receipt_handle for message in messages])
    assert not await queue.receive(10, 2)  # twice the visibility timeout


async def test_limit_and_no_waiting(opened: Opened) -> None:
    queue = await opened()
    await queue.send_batch([Outgoing(body=str(n)) for n in range(5)])
    assert len(await queue.receive(2, 0)) == 2
    start = time.monotonic()
    empty = await opened()
    assert list(await empty.receive(10, 0)) == []
    assert time.monotonic() - start < 5


async def test_a_long_poll_ends_when_a_message_comes(opened: Opened) -> None:
    queue = await opened()
    await queue.receive(1, 0)
    waiting = asyncio.create_task(queue.receive(10, 15))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done, "an empty queue answered a long poll at once"
    start = time.monotonic()
    await queue.send_batch([Outgoing(body="now")])
    assert [message.body for message in await waiting] == ["now"]
    assert time.monotonic() - start < 5


async def test_an_undeleted_message_comes_again_and_is_counted(opened: Opened) -> None:
    queue = await opened(VisibilityTimeout="1")
    await queue.send_batch([Outgoing(body="again")])
    (first,) = await queue.receive(10, 5)
    (second,) = await queue.receive(10, 5)
    assert (first.receives, second.receives) == (1, 2)
    assert first.message_id == second.message_id


async def test_visibility_is_extended_and_ended(opened: Opened) -> None:
    queue = await opened(VisibilityTimeout="1")
    await queue.send_batch([Outgoing(body="held")])
    (message,) = await queue.receive(10, 5)
    assert not await queue.change_visibility_batch([(message.receipt_handle, 30)])
    assert not await queue.receive(10, 2)  # twice the visibility timeout
    assert not await queue.change_visibility_batch([(message.receipt_handle, 0)])
    assert len(await queue.receive(10, 5)) == 1


async def test_receiving_with_visibility_zero_leaves_the_message(opened: Opened) -> None:
    queue = await opened()
    await queue.send_batch([Outgoing(body="peek")])
    assert [message.body for message in await queue.receive(10, 5, visibility=0)] == ["peek"]
    assert [message.body for message in await queue.receive(10, 5)] == ["peek"]


async def test_failed_entries_of_a_good_answer_are_returned(opened: Opened) -> None:
    queue = await opened()
    await queue.send_batch([Outgoing(body="one")])
    (message,) = await queue.receive(10, 5)
    failures = await queue.delete_batch([message.receipt_handle, "no such handle"])
    assert [(failure.position, failure.code) for failure in failures] == [(1, "ReceiptHandleIsInvalid")]
    failures = await queue.change_visibility_batch([("no such handle", 3)])
    assert [failure.position for failure in failures] == [0]


async def test_a_fifo_queue_keeps_order_and_names_the_group(opened: Opened) -> None:
    queue = await opened(FifoQueue="true")
    await queue.send_batch([Outgoing(body=str(n), group="g", deduplication=str(n)) for n in range(5)])
    messages = await queue.receive(10, 5)
    assert [message.body for message in messages] == ["0", "1", "2", "3", "4"]
    assert {message.group for message in messages} == {"g"}


async def test_attributes(opened: Opened) -> None:
    queue = await opened(VisibilityTimeout="17")
    await queue.send_batch([Outgoing(body="one"), Outgoing(body="two")])
    await queue.receive(1, 5)
    attributes = await queue.attributes()
    assert attributes["VisibilityTimeout"] == "17"
    assert attributes["ApproximateNumberOfMessages"] == "1"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"


async def test_a_missing_queue_is_named_as_such(sqs: Sqs) -> None:
    queue = open_queue(f"{sqs.endpoint_url}/000000000000/no-such-queue", sqs)
    with pytest.raises(SqsError) as error:
        await queue.receive(10, 0)
    assert error.value.code == "QueueDoesNotExist"
    assert not error.value.transient
    await queue.close()


async def test_nobody_listening(sqs: Sqs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.sqs.raw.PAUSE", 0.001)
    nobody = sqs.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    queue = open_queue("http://127.0.0.1:9/000000000000/q", nobody)
    with pytest.raises(SqsError) as error:
        await queue.receive(10, 0)
    assert error.value.code == "Unreachable"
    assert error.value.transient
    await queue.close()


async def test_many_calls_at_once(opened: Opened) -> None:
    queue = await opened()
    failed = await asyncio.gather(*(queue.send_batch([Outgoing(body=f"{n}-{m}") for m in range(10)]) for n in range(8)))
    assert not any(failed)
    batches = await asyncio.gather(*(queue.receive(10, 2) for _ in range(16)))
    bodies = {message.body for batch in batches for message in batch}
    assert len(bodies) == 80
