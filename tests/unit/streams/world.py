"""A decisions log in memory, and workers that decide, append and catch up as the engine does, one step at a time."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from domain.aggregates import Aggregate
from schemas.decisions import Decision
from schemas.inbound import InboundEvent
from schemas.settings import Policy
from streams.engine.draft import Draft
from streams.engine.fold import Fold
from streams.engine.rules import Rules
from streams.engine.store import Memory, Store
from streams.sources import SOURCES
from tests.counting import KINDS, encode, message

decode = msgspec.json.Decoder(Decision).decode
START = 1_764_000_000_000
INBOUND = SOURCES["comms.inbound.v1"]
COMMANDS = SOURCES["comms.commands.v1"]


class Record(NamedTuple):
    """What a fetch gives."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Any, ...] = ()


def inbound(events: Iterable[InboundEvent], at: int = START) -> list[tuple[Any, Record]]:
    """Inputs as the loop hands them to a draft, one record per event, a second apart."""
    return [
        (INBOUND, Record(INBOUND.name, 0, i, at + i * 1000, f"{e.tenant}:contact:{e.contact}".encode(), encode(e)))
        for i, e in enumerate(events)
    ]


def command(wish: Any, offset: int = 0) -> tuple[Any, Record]:
    """The same for a command."""
    return COMMANDS, Record(COMMANDS.name, 0, offset, START + offset, wish.aggregate.encode(), encode(wish))


def rules(kinds: Mapping[str, Aggregate] = KINDS, policy: tuple[int, Policy] = (0, Policy())) -> Rules:
    return Rules(kinds, SOURCES, lambda _: policy)


class DecisionsLog:
    """One partition of the log."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def append(self, draft: Draft) -> int:
        base = len(self.records)
        for i, (key, value, headers) in enumerate(draft.records):
            assert key is not None
            self.records.append(Record("decisions", 0, base + i, draft.now, key, value, tuple(headers)))
        return base

    def decisions(self) -> list[Decision]:
        return [decode(record.value or b"") for record in self.records]

    def accepted(self) -> list[Decision]:
        """What counts, by a rule written again on purpose."""
        versions: dict[str, int] = {}
        found = []
        for decision in self.decisions():
            if decision.version == versions.get(decision.aggregate, 0) + 1:
                versions[decision.aggregate] = decision.version
                found.append(decision)
        return found


class Worker:
    """Decides inputs in order from `next` on; its fold may be as far behind the log as a zombie's."""

    def __init__(self, log: DecisionsLog, store: Store | None = None, with_: Rules | None = None) -> None:
        self.log, self.fold, self.next = log, Fold(0, store if store is not None else Memory(), with_ or rules()), 0
        self.dead: list[Any] = []
        self.parked: list[Any] = []

    def step(self, inputs: list[tuple[Any, Record]], upto: int | None = None) -> Draft:
        """One draft of what comes next, appended, as `Log.append` does it."""
        draft = Draft(self.fold, START + len(self.log.records))
        done = draft.take(inputs[:upto], self.next)
        if draft.records and self.log.append(draft) != draft.base:
            self.catch_up()
            return draft
        if draft.records:
            self.fold.store.write(draft.changes, draft.base + len(draft.records))
        self.dead += draft.dead
        self.parked += draft.parked
        self.next = done
        return draft

    def run(self, inputs: list[tuple[Any, Record]]) -> "Worker":
        """Everything that is left."""
        while self.next < len(inputs):
            self.step(inputs)
        return self

    def take(self, *inputs: tuple[Any, Record]) -> "Worker":
        """These inputs, whatever came before."""
        self.next = 0
        return self.run(list(inputs))

    def catch_up(self) -> None:
        self.fold.fold(self.log.records[self.fold.position :])  # type: ignore[arg-type]  # keys of decisions are never None


def content(store: Any) -> dict[bytes, tuple[Any, ...]]:
    """What a store holds, comparable: version, state, causes, what waits."""
    found = {}
    for key, entry in store.items():
        causes = entry.causes if isinstance(entry.causes, bytes) else len(entry.causes)
        found[key] = (entry.version, entry.state, causes, entry.waiting, entry.releasing)
    return found


__all__ = ["DecisionsLog", "Record", "Worker", "command", "content", "inbound", "message", "rules"]
