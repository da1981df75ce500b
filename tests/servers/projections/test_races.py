"""Two writers that believe to own one partition, and commits of which nobody hears: the position decides (delivery.md B.3)."""

import asyncio
from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from projections import positions
from projections import projector as projector_module
from projections.fold import Batch
from projections.positions import Held, LostRace, Move
from projections.projector import Projector
from projections.views import views
from runtime import metrics, postgres
from tests.contract.views.scribe import Scribe
from tests.servers.projections.deployment import Deployment, at_work
from tests.servers.projections.door import Lose, door
from tests.waiting import until

INBOX = views()["inbox"]


class Gate:
    """Holds the writes of a projector back until it is opened, at the latest at the end of its block."""

    def __init__(self, projector: Projector) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self._write = projector.writer.write
        projector.writer.write = self.write  # type: ignore[method-assign]

    async def __aenter__(self) -> None:
        await self.reached.wait()

    async def __aexit__(self, *_: object) -> None:
        self.opened.set()

    async def write(self, batch: Batch, moves: Sequence[Move]) -> list[Held]:
        self.reached.set()
        await self.opened.wait()
        return await self._write(batch, moves)


def lost(outcome: str) -> float:
    """How many races the view has lost in this way."""
    return metrics.PROJECTIONS_LOST_RACES.labels("inbox", outcome)._value.get()


async def test_a_zombie_writes_nothing_and_lets_go(deployment: Deployment) -> None:
    """Two groups own the same partitions; the older owner wakes up with a batch in hand before the newer one has written anything."""
    facts = Scribe(21).write(decisions=120, batches=0, letters=0)
    await deployment.produce(facts, 0.6)
    old, new = deployment.projector(INBOX), deployment.projector(INBOX, group="another")
    first, second, before = Gate(old), Gate(new), lost("zombie")
    async with at_work([old]), first, at_work([new]), second:
        first.opened.set()
        await until(lambda: not old.ownership.held, what="the zombie lets go")
        assert lost("zombie") - before == 3
        assert {row["next_offset"] for row in await deployment.fetch("SELECT * FROM trunkline.positions")} == {0}
        second.opened.set()
        await deployment.produce(facts)
        await deployment.caught_up("inbox")
        assert new.reasons() == []
    await deployment.assert_fold("inbox")


async def test_two_owners_in_turns_write_every_record_once(deployment: Deployment) -> None:
    """Whoever joined last owns everything; each takes over from the other while records keep coming."""
    facts = Scribe(22).write(decisions=150, batches=0, letters=0)
    before = lost("zombie")
    for turn in range(3):
        pair = [deployment.projector(INBOX, group=f"{turn}-{n}") for n in range(2)]
        async with at_work(pair):
            for share in range(1, 6):
                await deployment.produce(facts, (5 * turn + share) / 15)
            await deployment.caught_up("inbox")
    assert lost("zombie") > before
    await deployment.assert_fold("inbox")


async def test_two_writers_of_one_epoch_move_a_position_once(deployment: Deployment) -> None:
    """After a database went back two owners may bear one epoch: the offset alone tells whose batch is too late."""
    held = Held("t", 0, "", 0, 1)
    engine = postgres.engine(deployment.settings.postgres)
    async with engine.begin() as sql:
        await positions.create(sql, "inbox", 1, [held])
    moves = [Move(held, end, bytes(32), bytes(32), "") for end in (5, 7)]
    results = []
    for each in moves:
        try:
            async with postgres.transaction(engine) as open_:
                await positions.move(open_.sql, "inbox", 1, [each])
            results.append(each.next_offset)
        except LostRace:
            results.append(-1)
    async with engine.connect() as sql:
        row = (await positions.read(sql, "inbox", 1))["t", 0]
    await engine.dispose()
    assert results == [5, -1] and row.next_offset == 5


@pytest.mark.parametrize("late", [False, True], ids=["finished in time", "too late"])
async def test_partitions_move_in_the_middle_of_a_write(
    deployment: Deployment, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if late:
        monkeypatch.setattr(projector_module, "REVOKE_SECONDS", 0.2)
    facts = Scribe(23).write(decisions=120, batches=0, letters=0)
    await deployment.produce(facts, 0.6)
    first, second = deployment.projector(INBOX), deployment.projector(INBOX)
    gate = Gate(first)
    async with at_work([first]), gate, at_work([second]):
        await until(lambda: second.ownership.held if late else first._mine == set(), 15)
        gate.opened.set()
        await deployment.produce(facts)
        await deployment.caught_up("inbox")
        await until(lambda: first.reasons() == second.reasons() == [], 15)
        assert len(first.ownership.held) + len(second.ownership.held) == 3
        assert not first.ownership.held.keys() & second.ownership.held.keys()
    await deployment.assert_fold("inbox")


@pytest.mark.parametrize("lose", Lose)
async def test_a_commit_of_which_nobody_hears_is_found_out(deployment: Deployment, lose: Lose) -> None:
    """Carried out or not: the position, read on a new connection, tells."""
    facts = Scribe(24).write(decisions=100, batches=0, letters=0)
    failed = metrics.PROJECTIONS_ERRORS.labels("inbox")._value
    await deployment.produce(facts, 0.4)
    async with door(deployment.dsn) as opened:
        deployment.settings.postgres.url = SecretStr(opened.through)
        async with deployment.running("inbox") as (projector,):
            await deployment.caught_up("inbox")
            for share in (0.7, 1.0):
                found_out, errors = lost("committed"), failed.get()
                opened.next = lose
                await deployment.produce(facts, share)
                await until(lambda errors=errors: failed.get() > errors)  # type: ignore[misc]
                await deployment.caught_up("inbox")
                await until(lambda: projector.reasons() == [])
                assert (lost("committed") > found_out) == (lose is Lose.ANSWER)
        assert opened.lost == 2
    await deployment.assert_fold("inbox")
