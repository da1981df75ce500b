"""The deciders over the inputs of one partition, with a state of their own."""

from collections.abc import Mapping
from typing import Any

from domain.aggregates import Context
from schemas.commands import ReleaseAggregate
from schemas.decisions import Decision
from schemas.events import AnyEvent
from schemas.settings import Policy
from schemas.times import text_of
from streams.engine.causes import cause_of, with_cause
from streams.engine.draft import UNDECODABLE, answer
from streams.engine.entry import Entry
from streams.engine.parking import advanced, cause_of_release, held, raw_of
from streams.engine.rules import Owner, Rules, SourceTopic
from streams.engine.store import Changes, Memory
from streams.replay.report import Report


class PartitionReplay:
    """The replay of one partition: folds its own decisions, never the live ones, except where the report says so."""

    def __init__(self, rules: Rules, policies: Mapping[tuple[str, int], Policy], report: Report) -> None:
        self.rules, self.policies, self.report = rules, policies, report
        self.store = Memory()

    def decide(self, live: Decision, record: Any, input_: Any, time: int) -> Decision:
        """What the deciders answer now to the input of a live decision. record: its bytes' source; time: of that record."""
        owner = self.rules.owner(live.aggregate.encode())
        entry = self.entry(owner)
        cause = input_.id
        if type(input_) is ReleaseAggregate:
            events: tuple[AnyEvent, ...] = (answer(entry, input_),)
        elif entry.waiting and not entry.releasing:
            events = (held(input_.id, live.source.topic, time, raw_of(record)),)
        else:
            if entry.releasing:
                cause = cause_of_release(entry.waiting[0], entry.version + 1)
            events = tuple(owner.aggregate.decide(entry.state, input_, self._context(owner, live, time)))
        return Decision(
            aggregate=owner.key,
            version=entry.version + 1,
            cause=cause,
            source=live.source,
            at=text_of(time),
            base=live.base,
            slot=live.slot,
            settings=0
            if type(input_) is ReleaseAggregate or (entry.waiting and not entry.releasing)
            else live.settings,
            correlation=input_.correlation,
            trace=input_.trace,
            events=events,
        )

    def _context(self, owner: Owner, live: Decision, time: int) -> Context:
        policy = self.policies.get((owner.tenant, live.settings), Policy())
        return Context(text_of(time), live.settings, policy)

    def entry(self, owner: Owner) -> Entry:
        return self.store.get(owner.key.encode()) or Entry(0, owner.aggregate.initial())

    def take(self, decision: Decision, timestamp: int) -> None:
        """Folds one decision: ours, or a live one that is a fact."""
        owner = self.rules.owner(decision.aggregate.encode())
        changes, entry, cause = Changes(), self.entry(owner), cause_of(decision.cause)
        causes = with_cause(entry.causes, cause, timestamp)
        after = advanced(entry, owner.aggregate, decision.source, decision.events, causes)
        changes.put(decision.aggregate.encode(), after, cause, timestamp)
        self.store.write(changes, 0)

    def had_no_effect(self, source: SourceTopic, record: Any) -> str:
        """Why an input has no decision: `duplicates`, `invalid`, or `unanswered`, which must not be."""
        try:
            owner = self.rules.owner(record.key)
            input_ = source.decode(record.value or b"")
            cause = cause_of(input_.id)
            text_of(record.timestamp)
            if not source.belongs(input_, owner.key):
                return "invalid"
        except UNDECODABLE:
            return "invalid"
        entry = self.store.get(record.key)
        return "duplicates" if entry is not None and entry.knows(cause) else "unanswered"
