"""Decides a run of inputs of one partition into one append. Pure: it changes nothing until the log has the records."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from domain.aggregates import Context
from schemas.commands import ReleaseAggregate
from schemas.decisions import Decision, Source
from schemas.envelope import Header, moment_headers
from schemas.events import AggregateReleased, AnyEvent, CommandRefused
from schemas.settings import Policy
from schemas.times import text_of
from schemas.values import Raw
from streams.engine.causes import Cause, cause_of, with_cause
from streams.engine.dead_letters import dead_letter
from streams.engine.entry import Entry
from streams.engine.fold import Fold
from streams.engine.parking import advanced, bytes_of, cause_of_release, held, parked, raw_of
from streams.engine.rules import Owner, Refused, SourceTopic
from streams.engine.store import Changes

APPEND = 700_000
"""About how many bytes go into one append."""
LARGEST = 880_000
"""Bytes of the largest decision; Kafka's own default limit of a batch is 1,048,588."""
MARGIN = 20_000
"""What waits already fitted into the log once: parking it again may need a few bytes more."""
OVERHEAD = 560
"""Bytes of headers and record framing beside key, value and the id made of the key."""

_encode = msgspec.json.Encoder().encode
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
LogEntry = tuple[bytes | None, bytes, list[Header]]


class Taken(Struct, frozen=True, gc=False):
    """One input with everything about it."""

    input: Any
    source: Source
    timestamp: int
    at: str
    raw: bytes
    cause: Cause


class TooLarge(ValueError):
    """A decision that fits into no append."""


class Draft:
    """What one append will hold and what it will change. `records`: key, value, headers; `dead`: the same for dead letters.
    parked: (key, error, place) per aggregate parked. duplicates, held, released: counted inputs."""

    def __init__(self, fold: Fold, now: int) -> None:
        self.fold, self.rules, self.now = fold, fold.rules, now
        self.base, self.room = fold.position, APPEND
        self.changes = Changes()
        self.records: list[LogEntry] = []
        self.dead: list[LogEntry] = []
        self.parked: list[tuple[str, str, str]] = []
        self.duplicates = self.held = self.released = 0
        self._contexts: dict[str, tuple[int, Policy]] = {}

    def take(self, inputs: Sequence[tuple[SourceTopic, Any]], start: int = 0) -> int:
        """Decides inputs[start:] in order until the append is full; gives the index of the first input to take again."""
        one = self._one
        for i in range(start, len(inputs)):
            if (self.room <= 0 and self.records) or not one(*inputs[i]):
                return i
        return len(inputs)

    def _one(self, topic: SourceTopic, record: Any) -> bool:
        """Decides one input. False: the append is full before what waits for release is decided; take the input again."""
        key = record.key
        tenant = ""
        try:
            owner = self.rules.owner(key)
            tenant = owner.tenant
            input_ = topic.decode(record.value or b"")
            cause, at = cause_of(input_.id), text_of(record.timestamp)
            if not topic.belongs(input_, owner.key):
                raise Refused("other_aggregate", "the record names another aggregate or tenant than its key")
        except UNDECODABLE as error:
            reason = error.reason if isinstance(error, Refused) else "undecodable"
            self.dead.append(dead_letter(topic.name, record, tenant, reason, str(error)))
            return True
        entry = self.changes.entries.get(key) or self.fold.store.get(key)
        if entry is None:
            entry = Entry(0, owner.aggregate.initial())
        elif entry.releasing:
            entry = self._release(key, owner, entry)
            if entry.releasing:
                return False
        if entry.version and self.changes.knows(key, entry, cause):
            self.duplicates += 1
            return True
        taken = Taken(
            input_, Source(topic.name, record.partition, record.offset), record.timestamp, at, record.value, cause
        )
        try:
            if type(input_) is ReleaseAggregate:
                self._append(key, owner, entry, taken, input_.id, (answer(entry, input_),))
                return not self._release(key, owner, self.changes.entries[key]).releasing
            if entry.waiting:
                raw = raw_of(taken.raw)
                self._append(key, owner, entry, taken, input_.id, (held(input_.id, topic.name, taken.timestamp, raw),))
                self.held += 1
            else:
                self._decide(key, owner, entry, taken, input_.id, None)
        except TooLarge as error:
            self.dead.append(dead_letter(topic.name, record, tenant, "too_large", str(error)))
        return True

    def _release(self, key: bytes, owner: Owner, entry: Entry) -> Entry:
        """Decides what waits, in order, until nothing does, one fails again, or the append is full."""
        while entry.releasing and (self.room > 0 or not self.records):
            first = entry.waiting[0]
            data = bytes_of(first.raw)
            input_ = self.rules.input_of(first.source.topic, data)
            taken = Taken(input_, first.source, first.timestamp, text_of(first.timestamp), data, cause_of(input_.id))
            self._decide(key, owner, entry, taken, cause_of_release(first, entry.version + 1), first.raw)
            self.released += 1
            entry = self.changes.entries[key]
        return entry

    def _decide(self, key: bytes, owner: Owner, entry: Entry, taken: Taken, cause: str, raw: Raw | None) -> None:
        """Asks the decider. An exception of it is a bug of ours on this input: the aggregate is parked instead."""
        version, policy = self._context(owner.tenant)
        context = Context(taken.at, version, policy)
        aggregate = owner.aggregate
        try:
            events = tuple(aggregate.decide(entry.state, taken.input, context))
            self._append(key, owner, entry, taken, cause, events, version)
        except MemoryError:
            raise
        except Exception as error:
            if raw is None and isinstance(error, TooLarge):
                raise
            limit = LARGEST if raw is None else LARGEST + MARGIN
            event = parked(cause, taken.input.id, taken.source.topic, taken.timestamp, raw or raw_of(taken.raw), error)
            self._append(key, owner, entry, taken, cause, (event,), limit=limit)
            self.parked.append((owner.key, event.error, event.where))

    def _context(self, tenant: str) -> tuple[int, Policy]:
        context = self._contexts.get(tenant)
        if context is None:
            context = self._contexts[tenant] = self.rules.context(tenant)
        return context

    def _append(
        self,
        key: bytes,
        owner: Owner,
        entry: Entry,
        taken: Taken,
        cause: str,
        events: tuple[AnyEvent, ...],
        settings: int = 0,
        limit: int = LARGEST,
    ) -> None:
        """Adds one decision and notes what it changes. Raises TooLarge before it changed anything."""
        text, version, input_, at = owner.key, entry.version + 1, taken.input, taken.at
        applied = taken.cause if cause == input_.id else cause_of(cause)
        causes = with_cause(entry.causes, applied, self.now)
        after = advanced(entry, owner.aggregate, taken.source, events, causes)
        body = _encode(
            Decision(
                aggregate=text,
                version=version,
                cause=cause,
                source=taken.source,
                at=at,
                base=self.base,
                slot=len(self.records),
                settings=settings,
                correlation=input_.correlation,
                trace=input_.trace,
                events=events,
            )
        )
        if len(body) > limit:
            raise TooLarge(f"the decision on this input has {len(body)} bytes, more than {limit}")
        head = moment_headers(
            owner.headers,
            id_=f"{text}@{version}",
            time=at,
            correlation=input_.correlation,
            causation=input_.id,
            trace=input_.trace,
        )
        self.records.append((key, body, head))
        self.room -= len(body) + 3 * len(key) + OVERHEAD
        self.changes.put(key, after, applied, self.now)
        if version == 1:
            self.changes.new += 1
        if owner.aggregate.settings_copy is not None:
            self.changes.settings.add(key)


def answer(entry: Entry, command: ReleaseAggregate) -> AnyEvent:
    """What follows from the wish to release."""
    if entry.waiting:
        return AggregateReleased(id=command.id, held=len(entry.waiting))
    return CommandRefused(id=command.id, command="release_aggregate", reason="nothing is parked here")
