"""What became of every message that was sent, as PostgreSQL says it (sqs_messages, communication_events, dead_letters).

A message is a duplicate when all its events were decided before because of another message: the same thing, told again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.tables import SHARED, schema_of
from projections.views.communication_events import CommunicationEvent
from projections.views.dead_letters import DeadLetter
from projections.views.sqs_messages import SQSMessage
from trunkline.demo.traffic import Planned

FATES = ("processed", "ignored", "dead-lettered", "duplicates")


class Row(NamedTuple):
    """One SQS message as the view shows it."""

    name: str
    status: str
    events: tuple[str, ...]


class Views(NamedTuple):
    """What the views hold of one run. caused: id of an event -> name of the message that caused it. parked: names with a dead letter."""

    messages: Sequence[Row]
    caused: dict[str, str]
    parked: frozenset[str]


class Line(NamedTuple):
    """One kind of message. waiting: sent, and not yet accounted for. events: those that its messages caused."""

    kind: str
    sent: int
    fates: Counter[str]
    waiting: int
    events: int

    @property
    def settled(self) -> bool:
        """Whether sent = processed + ignored + dead-lettered + duplicates."""
        return self.sent == sum(self.fates[fate] for fate in FATES)


async def read(engine: AsyncEngine, tenant: str, run: str) -> Views:
    """What the views hold of a run now."""
    messages: list[Row] = []
    caused: dict[str, str] = {}
    parked: set[str] = set()
    async with engine.connect() as connection:
        # What could not be read belongs to its queue's tenant; what nobody owns lies in the shared schema.
        for schema in (schema_of(tenant), SHARED):
            options = {"schema_translate_map": {None: schema}}

            async def rows(*columns: Any, options: Any = options) -> Iterable[Any]:
                of_run = columns[0].startswith(f"{run}-", autoescape=True)
                return (await connection.execute(select(*columns).where(of_run), execution_options=options)).all()

            messages += [
                Row(name, status, tuple(events))
                for name, status, events in await rows(SQSMessage.correlation, SQSMessage.status, SQSMessage.event_ids)
            ]
            caused |= {
                id_: name for name, id_ in await rows(CommunicationEvent.correlation, CommunicationEvent.event_id)
            }
            parked |= {name for (name,) in await rows(DeadLetter.correlation)}
    return Views(messages, caused, frozenset(parked))


def account(sent: Sequence[Planned], views: Views) -> list[Line]:
    """One line per kind of message, in the order in which the kinds were sent first."""
    fate = {row.name: _fate(row, views) for row in views.messages}
    events = Counter(views.caused.values())
    kinds: dict[str, list[Planned]] = {}
    for message in sent:
        kinds.setdefault(message.kind, []).append(message)
    lines = []
    for kind, messages in kinds.items():
        found = [fate.get(message.name) for message in messages]
        fates = Counter(each for each in found if each is not None)
        lines.append(Line(kind, len(messages), fates, found.count(None), sum(events[each.name] for each in messages)))
    return lines


def total(lines: Iterable[Line]) -> Line:
    """The sum of all lines."""
    fates: Counter[str] = Counter()
    sent = waiting = events = 0
    for line in lines:
        fates += line.fates
        sent, waiting, events = sent + line.sent, waiting + line.waiting, events + line.events
    return Line("all", sent, fates, waiting, events)


def _fate(row: Row, views: Views) -> str | None:
    """What became of a message; None while that is not settled, or its rows are not all there."""
    if row.status == "ignored":
        return "ignored"
    if row.status == "dead_lettered":
        return "dead-lettered" if row.name in views.parked else None
    if row.status != "processed" or not row.events or not all(event in views.caused for event in row.events):
        return None
    return "processed" if any(views.caused[event] == row.name for event in row.events) else "duplicates"
