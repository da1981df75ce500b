"""Given, when, then for deciders. A decision is encoded and its events evolve the state live; the log of decisions can be folded again
as the engine folds it, without personal branches, and duplicated."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

import msgspec

from domain.aggregates import Aggregate, Context, Input
from schemas.decisions import Decision, Source
from schemas.events import AnyEvent
from schemas.identity import following_id
from schemas.settings import Policy
from streams.engine.slim import slim_decoder

NOW = "2026-11-24T10:07:24.731Z"
DEFAULT = Policy()
_slim = slim_decoder().decode


class Story:
    """One aggregate and its log."""

    def __init__(self, aggregate: Aggregate, policy: Policy = DEFAULT) -> None:
        self.aggregate = aggregate
        self.context = Context(NOW, 1, policy)
        self.log: list[bytes] = []
        self.version = 0
        self.state = aggregate.initial()
        self.causes: set[str] = set()

    def given(self, *inputs: Input) -> "Story":
        """These were decided before."""
        for each in inputs:
            self.when(each)
        return self

    def when(self, input_: Input) -> tuple[AnyEvent, ...]:
        """The events of the decision on one input; none for an input that took effect before (the engine knows its causes)."""
        if input_.id in self.causes:
            return ()
        before = msgspec.msgpack.encode(self.state)
        events = tuple(self.aggregate.decide(self.state, input_, self.context))
        assert events == tuple(self.aggregate.decide(self.state, input_, self.context)), "decide gives the same again"
        assert [event.id for event in events] == [
            input_.id if n == 0 else following_id(input_.id, n) for n in range(len(events))
        ]
        self.causes.add(input_.id)
        self.version += 1
        decision = Decision(
            aggregate="acme:kind:id",
            version=self.version,
            cause=input_.id,
            source=Source("comms.inbound.v1", 0, self.version),
            at=NOW,
            base=0,
            events=events,
        )
        self.log.append(msgspec.json.encode(decision))
        old = self.state
        self.state = reduce(self.aggregate.evolve, events, old)
        assert msgspec.msgpack.encode(old) == before, "evolve changes nothing in place"
        return events

    def folded(self, log: Iterable[bytes] | None = None) -> Any:
        """The state that the fold of the log comes to; the first record of each version counts."""
        version, state = 0, self.aggregate.initial()
        for record in self.log if log is None else log:
            decision = _slim(record)
            if decision.version == version + 1:
                version, state = decision.version, reduce(self.aggregate.evolve, decision.events, state)
        return state

    def stored(self) -> Any:
        """The state after it was written to a local store and read again."""
        return msgspec.msgpack.decode(msgspec.msgpack.encode(self.state), type=self.aggregate.state)
