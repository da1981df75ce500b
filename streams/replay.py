"""Runs the deciders again over inbound and commands, and compares with the live decisions (DESIGN.md 8, Replay; delivery.md B.6).

In memory alone: nothing is written anywhere and nothing is carried out, because a decider can only answer with events. Inputs are taken
in the order of the live decisions' sources, with their times and with the tenant's policy in the version that the decision names. What
is not a decider's answer is taken from the log as a fact: that an aggregate was parked, and how appends were cut (base, slot).
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
from aiokafka import TopicPartition
from msgspec import Struct

from domain.aggregates import Aggregate, Context
from runtime.kafka import client_options, topic_name
from runtime.settings import Kafka
from schemas.commands import ReleaseAggregate
from schemas.decisions import Decision, Source
from schemas.events import AggregateParked, AnyEvent
from schemas.identity import split_key
from schemas.settings import Policy, TenantSettings
from schemas.times import text_of
from schemas.topics import COMMANDS, DECISIONS, INBOUND
from streams.engine.causes import cause_of, with_cause
from streams.engine.draft import UNDECODABLE, answer
from streams.engine.entry import Entry
from streams.engine.parking import advanced, bytes_of, cause_of_release, held, raw_of
from streams.engine.rules import Owner, Rules, SourceTopic
from streams.engine.store import Changes, Memory
from streams.tape import Progress, Tape, silent

COMPARED = ("aggregate", "version", "cause", "source", "at", "settings", "correlation", "trace", "events")
KEPT = 100_000
"""Records of a source partition that are kept while newer ones are read: how far a decision may be behind the one before it."""
SHOWN = 50
"""Differences that are described one by one."""


class Difference(Struct, frozen=True, kw_only=True):
    """One live decision that came out differently, or an input that no decision answers. `fields` names what differs, without
    values: those may be personal."""

    partition: int
    offset: int
    aggregate: str
    version: int
    source: str
    fields: tuple[str, ...]
    events: str = ""


class Report(Struct, kw_only=True):
    """What a replay found. parked: decisions taken over because they park. gone: decisions whose source records are deleted; their
    events were taken over. unanswered: source records before the last decided one without effect. effects: always 0."""

    decisions: int = 0
    equal: int = 0
    different: int = 0
    parked: int = 0
    gone: int = 0
    rejected: int = 0
    duplicates: int = 0
    invalid: int = 0
    unanswered: int = 0
    effects: int = 0
    differences: list[Difference] = []

    @property
    def fine(self) -> bool:
        return not self.different and not self.unanswered


class SourceTape:
    """One source partition, read once from front to back beside the decisions; hands out records by offset."""

    def __init__(self, source: SourceTopic, begin: int, pieces: AsyncIterator[list[Any]]) -> None:
        self.source, self.begin, self._pieces = source, begin, pieces
        self._records: dict[int, Any] = {}
        self._next = begin

    async def at(self, offset: int) -> Any:
        """The record at `offset`, None when it was deleted."""
        while offset >= self._next:
            piece = await anext(self._pieces, None)
            if piece is None:
                return None
            self._records.update((record.offset, record) for record in piece)
            self._next = piece[-1].offset + 1
        return self._records.pop(offset, None)

    def left_before(self, offset: int) -> list[Any]:
        """Records before `offset` that nobody asked for; they are forgotten."""
        return [self._records.pop(o) for o in sorted(self._records) if o < offset]

    @property
    def many(self) -> bool:
        """Whether so many are kept that it is time to look at the old ones."""
        return len(self._records) > 2 * KEPT


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


async def replay(
    kafka: Kafka,
    kinds: Mapping[str, Aggregate],
    sources: Mapping[str, SourceTopic],
    progress: Progress = silent,
    partitions: tuple[int, ...] | None = None,
) -> Report:
    """Replays all partitions, or some. Raises Unavailable when the broker does not answer."""
    chosen = tuple(range(kafka.partitions)) if partitions is None else partitions
    rules = Rules(kinds, sources, lambda _: (0, Policy()))
    topic = topic_name(kafka, DECISIONS)
    report, told = Report(), Counter[str]()
    async with Tape(client_options(kafka)) as tape:
        spans = await tape.bounds(TopicPartition(topic, p) for p in range(kafka.partitions))
        total = sum(end - begin for begin, end in spans.values())
        total += sum(spans[TopicPartition(topic, p)][1] - spans[TopicPartition(topic, p)][0] for p in chosen)

        def read(number: int) -> None:
            told["read"] += number
            progress(told["read"], total)

        policies = await _policies(tape, spans, rules, read)
    for p in chosen:
        await _partition(kafka, p, rules, policies, report, read)
    return report


async def _policies(tape: Tape, spans: Any, rules: Rules, read: Any) -> dict[tuple[str, int], Policy]:
    """(tenant, version of its settings) -> policy, from the decisions of the aggregates that are settings."""
    found: dict[tuple[str, int], Policy] = {}
    store = Memory()
    decode = rules.decode_slim
    async for records in tape.read(spans):
        for record in records:
            kind = rules.aggregates.get(split_key(record.key.decode())[1])
            if kind is None or kind.settings_copy is None:
                continue
            decision = decode(record.value)
            entry = store.get(record.key) or Entry(0, kind.initial())
            if decision.version != entry.version + 1:
                continue
            entry = advanced(entry, kind, decision.source, decision.events, b"")
            store.entries[record.key] = entry
            copy = kind.settings_copy(record.key.decode(), entry.version, entry.state)
            if isinstance(copy, TenantSettings):
                found[(copy.tenant, copy.version)] = copy.policy
        read(len(records))
    return found


async def _partition(
    kafka: Kafka, p: int, rules: Rules, policies: Mapping[tuple[str, int], Policy], report: Report, read: Any
) -> None:
    client = client_options(kafka)
    decode = msgspec.json.Decoder(Decision).decode
    async with Tape(client) as log, Tape(client) as inbound, Tape(client) as commands:
        tapes: dict[str, SourceTape] = {}
        for topic, tape in ((INBOUND, inbound), (COMMANDS, commands)):
            spans = await tape.bounds([TopicPartition(topic_name(kafka, topic), p)])
            ((begin, _),) = spans.values()
            tapes[topic.name] = SourceTape(rules.sources[topic.name], begin, tape.read(spans))
        replaying = PartitionReplay(rules, policies, report)
        last: Counter[str] = Counter()
        async for records in log.read(await log.bounds([TopicPartition(topic_name(kafka, DECISIONS), p)])):
            for record in records:
                live = decode(record.value)
                entry = replaying.store.get(record.key)
                if live.version != (entry.version if entry else 0) + 1:
                    report.rejected += 1
                    continue
                await _compare(replaying, tapes, live, record)
                source = live.source
                last[source.topic] = max(last[source.topic], source.offset)
            for name, offset in last.items():
                if tapes[name].many:
                    _account(replaying, tapes[name], offset - KEPT)
            read(len(records))
        for name, offset in last.items():
            _account(replaying, tapes[name], offset)


async def _compare(replaying: PartitionReplay, tapes: Mapping[str, SourceTape], live: Decision, record: Any) -> None:
    report, source = replaying.report, live.source
    report.decisions += 1
    owner = replaying.rules.owner(record.key)
    entry = replaying.entry(owner)
    waiting = entry.waiting[0] if entry.releasing else None
    if waiting is not None and waiting.source == source:
        data, time = bytes_of(waiting.raw), waiting.timestamp
    else:
        found = await tapes[source.topic].at(source.offset)
        if found is None:
            report.gone += 1
            replaying.take(live, record.timestamp)
            return
        data, time = found.value, found.timestamp
    if live.events and isinstance(live.events[0], AggregateParked):
        report.parked += 1
        replaying.take(live, record.timestamp)
        return
    try:
        again = replaying.decide(live, data, replaying.rules.input_of(source.topic, data), time)
        fields = tuple(name for name in COMPARED if getattr(live, name) != getattr(again, name))
        events = ", ".join(type(event).__name__ for event in again.events)
    except Exception as error:  # noqa: BLE001  (whatever a decider raises is a difference)
        again, fields, events = live, ("events",), f"the decider raised {type(error).__name__}"
    if fields:
        report.different += 1
        _describe(report, live, record, fields, events)
    else:
        report.equal += 1
    # after a difference the live decision is what the next one stands on, so that one bug is not told a thousand times
    replaying.take(live if fields else again, record.timestamp)


def _describe(report: Report, live: Decision, record: Any, fields: tuple[str, ...], events: str) -> None:
    if len(report.differences) >= SHOWN:
        return
    report.differences.append(
        Difference(
            partition=record.partition,
            offset=record.offset,
            aggregate=live.aggregate,
            version=live.version,
            source=_place(live.source),
            fields=fields,
            events=events,
        )
    )


def _place(source: Source) -> str:
    return f"{source.topic}/{source.partition}/{source.offset}"


def _account(replaying: PartitionReplay, tape: SourceTape, before: int) -> None:
    """Every input before the last decided one took effect, is a duplicate, or is invalid."""
    report = replaying.report
    for record in tape.left_before(before):
        why = replaying.had_no_effect(tape.source, record)
        setattr(report, why, getattr(report, why) + 1)
        if why == "unanswered" and len(report.differences) < SHOWN:
            place = _place(Source(tape.source.name, record.partition, record.offset))
            report.differences.append(
                Difference(
                    partition=record.partition,
                    offset=-1,
                    aggregate=(record.key or b"").decode("utf-8", "replace"),
                    version=0,
                    source=place,
                    fields=("decision",),
                    events="no decision answers this input",
                )
            )
