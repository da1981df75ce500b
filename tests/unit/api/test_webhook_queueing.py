"""Requests share calls, and each hears what became of its own message."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from api.webhooks.queueing import LARGEST, NotTaken, Outbox, Sender
from bridge.sqs.port import Failure, Outgoing, Queue, SqsError
from runtime.errors import ConfigurationError


class Scripted:
    """A queue that answers as told and remembers the calls."""

    def __init__(self, answer: Callable[[int, Sequence[Outgoing]], Sequence[Failure]] = lambda n, messages: ()) -> None:
        self.answer, self.calls = answer, list[list[str]]()
        self.gate = asyncio.Event()
        self.gate.set()
        self.in_flight = self.most = 0

    async def send_batch(self, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        self.calls.append([message.body for message in messages])
        number = len(self.calls)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            await self.gate.wait()
            await asyncio.sleep(0.001)
            return self.answer(number, messages)
        finally:
            self.in_flight -= 1

    async def close(self) -> None:
        """Nothing is open."""


def sender(queue: Scripted, calls: int = 2, linger: float = 0.005) -> Sender:
    made: Any = queue
    return Sender("q", made, calls, linger)


async def outcomes(sent: Sender, *bodies: str) -> list[str]:
    found = await asyncio.gather(*(sent.put(Outgoing(body=body)) for body in bodies), return_exceptions=True)
    return ["taken" if each is None else str(each) for each in found]


async def test_what_comes_together_goes_together_ten_at_a_time() -> None:
    queue = Scripted()
    assert set(await outcomes(sender(queue), *map(str, range(35)))) == {"taken"}
    assert [body for call in queue.calls for body in call] == list(map(str, range(35)))
    assert max(map(len, queue.calls)) == 10
    assert queue.most == 2


async def test_a_call_holds_no_more_than_sqs_takes() -> None:
    queue = Scripted()
    half = "x" * (LARGEST // 2)
    assert set(await outcomes(sender(queue), half, half, half, "é" * (LARGEST // 2))) == {"taken"}
    assert [len(call) for call in queue.calls] == [2, 1, 1]
    assert await outcomes(sender(queue), "x" * (LARGEST + 1)) == ["the message is larger than SQS takes"]


async def test_a_call_holds_no_more_than_the_queue_takes() -> None:
    queue: Any = Scripted()
    sent = Sender("q", queue, 1, 0.005, largest=10)
    assert set(await outcomes(sent, "x" * 5, "x" * 5, "x" * 6, "x" * 5)) == {"taken"}
    assert [len(call) for call in queue.calls] == [2, 1, 1]
    assert await outcomes(sent, "x" * 11) == ["the message is larger than SQS takes"]


async def test_a_refused_entry_is_the_failure_of_its_request_alone() -> None:
    sent = sender(Scripted(lambda n, messages: [Failure(1, "InternalError")] if n == 1 else []))
    assert await outcomes(sent, "a", "b", "c") == ["taken", "InternalError", "taken"]
    assert sent.trouble is not None
    assert await outcomes(sent, "b") == ["taken"]
    assert sent.trouble is None


async def test_a_failed_call_is_the_failure_of_all_its_requests() -> None:
    def fail(number: int, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        if number == 1:
            raise SqsError("Unreachable", transient=True)
        if number == 2:
            raise RuntimeError("a bug")
        return ()

    sent = sender(Scripted(fail))
    assert await outcomes(sent, "a", "b") == ["Unreachable", "Unreachable"]
    assert await outcomes(sent, "a") == ["Lost"]
    assert await outcomes(sent, "a") == ["taken"]


async def test_whoever_has_given_up_is_not_sent() -> None:
    queue = Scripted()
    queue.gate.clear()
    made: Any = queue
    outbox = Outbox(lambda url: made, calls=1, linger=0, seconds=0.05)
    found = await asyncio.gather(*(outbox.put("q", Outgoing(body=str(n))) for n in range(12)), return_exceptions=True)
    assert [str(each) for each in found] == ["Timeout"] * 12
    queue.gate.set()
    await outbox.put("q", Outgoing(body="last"))
    assert [len(call) for call in queue.calls] == [10, 1]
    assert queue.calls[1] == ["last"]


async def test_closing_sends_what_waits() -> None:
    queue = Scripted()
    sent = sender(queue, calls=1, linger=60)
    waiting = [asyncio.create_task(sent.put(Outgoing(body=str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    await sent.close()
    await asyncio.gather(*waiting)
    assert queue.calls == [["0", "1", "2", "3", "4"]]


async def test_a_queue_that_cannot_be_opened_takes_nothing() -> None:
    def open_(url: str) -> Queue:
        raise ConfigurationError("no credentials")

    with pytest.raises(NotTaken, match="no credentials"):
        await Outbox(open_, 1, 0, 1).put("q", Outgoing(body="a"))
