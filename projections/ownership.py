"""Taking partitions over, and finding out after a failure what of them is still ours (delivery.md B.3)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncEngine

from projections import log, positions
from projections.log import Stopped
from projections.positions import Held, Loss, LostRace, classify
from projections.view import Source, View
from runtime import failpoints, metrics, postgres


class Ownership:
    """What this process owns of one view. held: committed positions. sources: full topic name -> the source that reads it."""

    def __init__(
        self, view: View, engine: AsyncEngine, client: Mapping[str, Any], sources: Mapping[str, Source]
    ) -> None:
        self.view, self.engine, self.client, self.sources = view, engine, client, sources
        self.held: dict[TopicPartition, Held] = {}

    async def take(
        self, tps: Sequence[TopicPartition], committed: Callable[[TopicPartition], Awaitable[int | None]]
    ) -> None:
        """Owns exactly these partitions from here on. committed: gives what their group last committed to Kafka, a hint that tells a
        new view from a lost database. Raises Stopped when the view must not go on; whatever the database or the brokers raise."""
        self.held = {}
        if not tps:
            return
        await self._same_version()
        async with self.engine.connect() as sql:
            known = await positions.read(sql, self.view.name, self.view.version)
        new = {tp: 0 for tp in tps if (tp.topic, tp.partition) not in known}
        found = await log.look(self.client, new)
        starts = [self._start(tp, found[tp], await committed(tp)) for tp in new]
        async with postgres.transaction(self.engine) as open_:
            await positions.create(open_.sql, self.view.name, self.view.version, starts)
            epochs = [(tp.topic, tp.partition, 0) for tp in tps]
            taken = await positions.fence(open_.sql, self.view.name, self.view.version, epochs)
        failpoints.hit("P8")
        await self._verify(taken.values())

    async def confirm(self) -> None:
        """Raises LostRace when a position is not where this process left it; whatever the database raises."""
        async with self.engine.connect() as sql:
            rows = await positions.read(sql, self.view.name, self.view.version)
        for tp, mine in self.held.items():
            loss = classify(mine, rows.get((tp.topic, tp.partition)))
            if loss is not Loss.NONE:
                raise LostRace(
                    f"{self.view.name}: the position at {tp.topic}/{tp.partition} is not where it was left: {loss}"
                )

    async def settle(self) -> list[TopicPartition]:
        """After a failed write: reads the positions on a new connection and holds what is true. Gives partitions that are lost to
        another process. Raises Stopped; whatever the database or the brokers raise."""
        async with self.engine.connect() as sql:
            rows = await positions.read(sql, self.view.name, self.view.version)
        lost, again, kept = [], [], []
        for tp, mine in self.held.items():
            row = rows.get((tp.topic, tp.partition))
            loss = classify(mine, row)
            if loss is not Loss.NONE:
                metrics.PROJECTIONS_LOST_RACES.labels(self.view.name, loss.value).inc()
            if row is None or loss is Loss.MISSING or loss is Loss.RECREATED:
                raise Stopped(self._gone(tp, loss))
            if loss is Loss.ZOMBIE:
                lost.append(tp)
            elif loss is Loss.UNFENCED:
                again.append((tp.topic, tp.partition, mine.owner_epoch))
            else:
                kept.append(row)
        if again:
            async with postgres.transaction(self.engine) as open_:
                kept += (await positions.fence(open_.sql, self.view.name, self.view.version, again)).values()
        await self._verify(kept)
        return lost

    async def _verify(self, held: Iterable[Held]) -> None:
        by_tp = {TopicPartition(each.topic, each.partition): each for each in held}
        found = await log.look(self.client, {tp: each.next_offset for tp, each in by_tp.items()})
        for tp, each in by_tp.items():
            log.check(each, found[tp], self.view.name)
        self.held = by_tp

    async def _same_version(self) -> None:
        async with self.engine.connect() as sql:
            latest = await positions.latest_version(sql, self.view.name)
        if latest is not None and latest != self.view.version:
            raise Stopped(
                f"the tables of the view {self.view.name} were made by version {latest} of it, this program has version "
                f"{self.view.version}; make them anew with `trunkline rebuild {self.view.name}`"
            )

    def _start(self, tp: TopicPartition, found: log.Found, committed: int | None) -> Held:
        """The first position of a view that never read this partition."""
        place = f"the view {self.view.name} has no position for {tp.topic}/{tp.partition}"
        if committed is not None and committed > found.start:
            raise Stopped(
                f"{place} in this database, but its group committed offset {committed}: is DATABASE_URL the right database? If its "
                f"tables were dropped, make them anew with `trunkline rebuild {self.view.name}`"
            )
        if found.start > 0 and self.sources[tp.topic].topic.retention < 0:
            raise Stopped(
                f"{place}, and the log begins at {found.start}: this topic must never delete; restore what is missing"
            )
        return Held(tp.topic, tp.partition, "", found.start, 0)

    def _gone(self, tp: TopicPartition, loss: Loss) -> str:
        what = "is not there any more" if loss is Loss.MISSING else "is of another topic of this name"
        return (
            f"the position of the view {self.view.name} at {tp.topic}/{tp.partition} {what}: another database, or a rebuild by "
            "another version of the view took its place; restart with the right DATABASE_URL and release"
        )
