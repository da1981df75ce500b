"""Which records a batch holds after the database refused values: fewer and fewer, until one is left and known."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from aiokafka import TopicPartition

from projections.fold import Batch, Cursor
from projections.positions import Held
from projections.projector import Projector
from projections.view import View
from runtime.settings import Projections
from schemas.topics import DECISIONS
from tests.unit.projections.test_fold import Record, said, view

TP = TopicPartition("prefix." + DECISIONS.name, 2)


class Consumer:
    """Has these records, and gives at most what is asked for."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        taken, self.records = self.records[:max_records], self.records[max_records:]
        return {TP: taken} if taken else {}


def projector(records: int, **options: Any) -> Projector:
    """One that owns a partition with so many records, just after its last batch."""
    one: View = view()
    ownership: Any = SimpleNamespace(sources={TP.topic: one.sources[0]}, held={})
    made = Projector(one, ownership, SimpleNamespace(), {}, Projections(**options))  # type: ignore[arg-type]
    from_its_position(made, records)
    return made


def from_its_position(made: Projector, records: int) -> None:
    """As after a failed write: the same records come again."""
    made._consumer = Consumer([said(n, aggregate=f"acme:contact:{n}") for n in range(records)])
    made._cursors = {TP: Cursor(Held(TP.topic, TP.partition, "", 0, 1), made.view.sources[0])}
    made._began = time.monotonic()


async def gathered(made: Projector) -> Batch:
    return await made._gather(asyncio.Event())


@pytest.mark.parametrize("batch_records", [1, 2, 40])
async def test_one_record_is_left_in_the_end(batch_records: int) -> None:
    """However small batches are meant to be, and however long they may wait for more."""
    made = projector(100, batch_records=batch_records, batch_ms=200)
    sizes = [(batch := await gathered(made)).records]
    while batch.records > 1 and len(sizes) < 10:
        made._narrow(batch, batch.moves(), asyncpg.DataError("no"))
        from_its_position(made, 100)
        sizes.append((batch := await gathered(made)).records)
    assert sizes == sorted(sizes, reverse=True) and batch.records == 1 and not made.fold.refused
    made._narrow(batch, batch.moves(), asyncpg.DataError("no"))
    assert list(made.fold.refused) == [(DECISIONS.name, 2, 0)]


async def test_the_place_is_that_of_the_batch_however_far_the_fold_went_on() -> None:
    made = projector(10, batch_records=40, batch_ms=0)
    made.limit, made._narrowed = 1, True
    batch = await gathered(made)
    moves = batch.moves()
    await gathered(made)
    made._narrow(batch, moves, asyncpg.DataError("no"))
    assert made.fold.refused == {(DECISIONS.name, 2, 0): "PostgreSQL refuses the values: 22000"}
