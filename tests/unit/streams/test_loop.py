"""The loop around a draft: what must be durable before an ack, and what ends the process instead."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from faust.types import TP

from streams.engine import loop
from streams.engine.exit import Exit
from streams.engine.fold import Fold
from streams.engine.loop import Engine
from streams.engine.parking import Brake
from streams.engine.stats import Stats
from streams.engine.store import Memory
from streams.engine.transport import Batch
from streams.sources import SOURCES
from tests.counting import encode, key_of, message
from tests.unit.streams.fakes import Died, deaths
from tests.unit.streams.world import Record, rules

IN = TP("comms.inbound.v1", 0)


class Log:
    """Appends in memory; `lose` appends fail as a broker's outage makes them fail. Notes the order of what happened."""

    topic, deadline = "decisions", 5.0

    def __init__(self, lose: int = 0, broken_letters: bool = False) -> None:
        self.stats, self.lose, self.broken_letters = Stats(), lose, broken_letters
        self.happened: list[str] = []
        self.fold = Fold(0, Memory(), rules())
        self.folds = {0: self.fold}
        self.producer = self
        self._lock = asyncio.Lock()

    def lock(self, _: int) -> asyncio.Lock:
        return self._lock

    def fold_of(self, _: int) -> Fold:
        return self.fold

    async def append(self, draft: Any) -> bool:
        if self.lose:
            self.lose -= 1
            self.happened.append("lost")
            return False
        self.fold.store.write(draft.changes, self.fold.position + len(draft.records))
        self.happened.append(f"append {len(draft.records)}")
        return True

    async def write(self, topic: str, partition: int, records: Any, timestamp: int, deadline: float) -> None:
        if self.broken_letters:
            raise KafkaConnectionError("down")
        self.happened.append(f"{topic} {len(records)}")


class Consumer:
    def __init__(self, log: Log) -> None:
        self.log = log

    def follows(self, batch: Batch, want: int | None) -> bool:
        return batch.epoch == 1

    def discard(self, batch: Batch) -> None:
        self.log.happened.append(f"discard {batch.first}")

    def ack_batch(self, batch: Batch) -> None:
        self.log.happened.append(f"ack {batch.first}-{batch.end}")


def engine(log: Log, limit: int = 20) -> Engine:
    app: Any = SimpleNamespace(
        consumer=Consumer(log), on_rebalance_complete=SimpleNamespace(connect=lambda *_, **__: None)
    )

    async def copy(_: Any, keys: set[bytes]) -> None:
        log.happened.append(f"copies {len(keys)}")

    made: Any = Engine(app, log, None, SOURCES, "dead-letters", copy, Brake(limit, 60.0))  # type: ignore[arg-type]
    return made


def batch(*values: tuple[bytes, bytes], first: int = 0, epoch: int = 1, topic: str = IN.topic) -> Batch:
    records = [Record(topic, 0, first + i, 1_764_000_000_000, key, value) for i, (key, value) in enumerate(values)]
    return Batch(TP(topic, 0), records, epoch)


def good(n: int, kind: str = "") -> tuple[bytes, bytes]:
    return key_of(n).encode(), encode(message(n, 1, kind=kind))


@pytest.fixture(autouse=True)
def _deaths(monkeypatch: pytest.MonkeyPatch) -> None:
    deaths(monkeypatch, loop)


async def test_a_round_appends_once_and_acks_after_it() -> None:
    log = Log()
    await engine(log)._handle(0, [batch(good(1), good(2)), batch(good(3), first=2)])
    assert log.happened == ["append 3", "ack 0-2", "ack 2-3"]


async def test_dead_letters_and_copies_are_durable_before_the_ack() -> None:
    log = Log()
    wish = b'{"type":"set_tenant_policy","id":"00000000-0000-5000-8000-000000000001","aggregate":"acme:tenant:acme","policy":{}}'
    both = [batch((b"?", b"?"), good(1)), batch((b"acme:tenant:acme", wish), topic="comms.commands.v1")]
    await engine(log)._handle(0, both)
    assert log.happened == ["append 2", "dead-letters 1", "copies 1", "ack 0-2", "ack 0-1"]


async def test_a_dead_letter_that_cannot_be_written_ends_the_process_and_nothing_is_acked() -> None:
    """Law 4: dead letter first, acknowledge second."""
    log = Log(broken_letters=True)
    with pytest.raises(Died) as died:
        await engine(log)._handle(0, [batch((b"?", b"?"))])
    assert died.value.code == Exit.DEAD_LETTER and log.happened == []


async def test_an_append_of_unknown_outcome_is_decided_again() -> None:
    log = Log(lose=2)
    await engine(log)._handle(0, [batch(good(1))])
    assert log.happened == ["lost", "lost", "append 1", "ack 0-1"]


async def test_appends_that_fail_for_too_long_end_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(lose=10**9)
    log.deadline = -1.0
    with pytest.raises(Died) as died:
        await engine(log)._handle(0, [batch(good(1))])
    assert died.value.code == Exit.APPEND_DEADLINE and "ack" not in " ".join(log.happened)


async def test_batches_from_before_a_rebalance_are_dropped_without_an_ack() -> None:
    log = Log()
    await engine(log)._handle(0, [batch(good(1), epoch=0)])
    assert log.happened == ["discard 0"]


async def test_only_duplicates_need_no_append() -> None:
    log = Log()
    made = engine(log)
    await made._handle(0, [batch(good(1))])
    await made._handle(0, [batch(good(1), first=1)])
    assert log.happened == ["append 1", "ack 0-1", "ack 1-2"] and log.stats.duplicates == 1


async def test_too_many_parked_in_a_window_is_a_bug_and_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """And none of them is parked by the append that would be one too many."""
    monkeypatch.setenv("COUNTING_BUG", str(tmp_path))
    log = Log()
    made = engine(log, limit=3)
    await made._handle(0, [batch(good(1, "poison"), good(2, "poison"))])
    assert log.stats.parked == 2
    with pytest.raises(Died) as died:
        await made._handle(0, [batch(good(3, "poison"), good(4, "poison"), first=2)])
    assert died.value.code == Exit.TOO_MANY_PARKED and log.happened == ["append 2", "ack 0-2"]
    assert "trunkline parked list" in str(died.value)


async def test_sigterm_ends_the_loop_in_silence() -> None:
    """N4: Faust throws StopAsyncIteration into the raw queue; in a coroutine it would become a RuntimeError. Fails without the
    except clause in `Engine.run`."""

    class Queue:
        async def get(self) -> Any:
            raise StopAsyncIteration

    class Channel:
        queue = Queue()

        def __aiter__(self) -> "Channel":
            return self

        async def __anext__(self) -> Any: ...

    await engine(Log()).run(SimpleNamespace(channel=Channel()))


async def test_anything_unexpected_ends_the_process_without_an_ack() -> None:
    """Stock acks the event whose agent raised (F3). Fails without `fatal` around the loop."""
    log = Log()

    async def broken(_: Any) -> bool:
        raise RuntimeError("a text that nobody may see")

    log.append = broken  # type: ignore[method-assign, assignment]
    queue: asyncio.Queue[Any] = asyncio.Queue()
    queue.put_nowait(batch(good(1)))

    class Channel:
        def __init__(self) -> None:
            self.queue = queue

        def __aiter__(self) -> "Channel":
            return self

        async def __anext__(self) -> Any: ...

    with pytest.raises(Died) as died:
        await engine(log).run(SimpleNamespace(channel=Channel()))
    assert died.value.code == Exit.UNEXPECTED and "nobody may see" not in str(died.value)
    assert log.happened == []
