"""Where a view's live tables stand in the log, and whether a rebuild can be held against them."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import TopicPartition
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import log, positions
from projections.log import Stopped
from projections.positions import Held
from projections.rebuild.reading import answering
from projections.view import View


class Standing(Struct, kw_only=True):
    """starts: where the log begins. version: of the live tables, None when the view never ran. exact: they were made from this log by
    this version of the view, so at the same place they must be the same; otherwise `why` says why not. lost: in words, what the log
    does not hold any more."""

    starts: dict[TopicPartition, Held]
    version: int | None
    exact: bool
    why: str = ""
    lost: dict[TopicPartition, str]


async def standing(
    sql: AsyncConnection, client: Mapping[str, Any], view: View, tps: Iterable[TopicPartition]
) -> Standing:
    """Looks at positions and log. Raises Unavailable when the brokers do not answer."""
    version = await positions.latest_version(sql, view.name)
    held = await positions.read(sql, view.name, view.version)
    places = {tp: held[tp.topic, tp.partition].next_offset if tuple(tp) in held else 0 for tp in tps}
    with answering(client):
        found = await log.look(client, places)
    why = _why(view, version, [each for tp, each in held.items() if tp in found], found)
    return Standing(
        starts={tp: Held(tp.topic, tp.partition, "", each.start, 0) for tp, each in found.items()},
        version=version,
        exact=not why,
        why=why,
        lost={
            tp: f"{tp.topic}/{tp.partition} begins at offset {each.start}, what only older records told cannot be made again"
            for tp, each in found.items()
            if each.start
        },
    )


def _why(view: View, version: int | None, held: Iterable[Held], found: Mapping[Any, log.Found]) -> str:
    if version is None:
        return "the view never ran in this database"
    if version != view.version:
        return f"the live tables were made by version {version} of the view, this program has version {view.version}"
    for each in held:
        try:
            log.check(each, found[each.topic, each.partition], view.name)
        except Stopped as stopped:
            return str(stopped)
    return ""
