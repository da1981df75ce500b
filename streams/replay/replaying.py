"""All partitions one after another: each live decision beside the one that the deciders come to now."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from aiokafka import TopicPartition

from domain.aggregates import Aggregate
from runtime.kafka import client_options, topic_name
from runtime.settings import Kafka
from schemas.decisions import Decision, Source
from schemas.events import AggregateParked
from schemas.identity import split_key
from schemas.settings import Policy, TenantSettings
from schemas.topics import COMMANDS, DECISIONS, INBOUND
from streams.engine.entry import Entry
from streams.engine.parking import advanced, bytes_of
from streams.engine.rules import Rules, SourceTopic
from streams.engine.store import Memory
from streams.replay.partition import PartitionReplay
from streams.replay.report import SHOWN, Difference, Report
from streams.replay.source_tape import KEPT, SourceTape
from streams.tape import Progress, Tape, silent

COMPARED = ("aggregate", "version", "cause", "source", "at", "settings", "correlation", "trace", "events")


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
