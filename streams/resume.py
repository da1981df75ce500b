"""Sets a group's missing offsets from the decisions log, for when they expired (`trunkline streams --resume`)."""

import time

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from msgspec import Struct

from runtime import aiokafka_repair
from runtime.errors import Unavailable
from runtime.kafka import client_options, topic_name
from runtime.settings import Settings
from schemas.decisions import Source
from schemas.topics import COMMANDS, DECISIONS, INBOUND
from streams.engine.causes import HORIZON
from streams.engine.start_rule import Bounds, resume
from streams.tape import Progress, Tape, silent


class _Sourced(Struct, frozen=True):
    version: int
    source: Source


_decode = msgspec.json.Decoder(_Sourced).decode


async def positions(settings: Settings, progress: Progress = silent) -> dict[TopicPartition, int]:
    """Where each source partition without a committed offset must begin. Raises Unavailable when the broker does not answer."""
    kafka = settings.kafka
    committed = await _committed(settings)
    missing = [tp for tp, offset in committed.items() if offset is None]
    if not missing:
        return {}
    async with Tape(client_options(kafka)) as tape:
        last = await _last_decided(tape, kafka.topic_prefix, topic_name(kafka, DECISIONS), kafka.partitions, progress)
        spans = await tape.bounds(missing)
        young = await tape.since(missing, int(time.time() * 1000) - HORIZON)
    return {tp: resume(Bounds(None, *spans[tp], young[tp], True), last.get(tp)) for tp in missing}


async def _last_decided(
    tape: Tape, prefix: str, topic: str, partitions: int, progress: Progress
) -> dict[TopicPartition, int]:
    spans = await tape.bounds(TopicPartition(topic, p) for p in range(partitions))
    total, read = sum(end - begin for begin, end in spans.values()), 0
    versions: dict[bytes, int] = {}
    last: dict[TopicPartition, int] = {}
    async for records in tape.read(spans):
        for record in records:
            decision = _decode(record.value)
            if decision.version != versions.get(record.key, 0) + 1:
                continue
            versions[record.key] = decision.version
            source = decision.source
            tp = TopicPartition(prefix + source.topic, source.partition)
            last[tp] = max(last.get(tp, -1), source.offset)
        read += len(records)
        progress(read, total)
    return last


async def _committed(settings: Settings) -> dict[TopicPartition, int | None]:
    async with _Group(settings) as group:
        return {tp: await group.committed(tp) for tp in group.assignment()}


async def commit(settings: Settings, offsets: dict[TopicPartition, int]) -> None:
    """Commits them for the group of the workers, which must not run meanwhile. Raises Unavailable when the broker refuses."""
    async with _Group(settings) as group:
        await group.commit({tp: OffsetAndMetadata(offset, "") for tp, offset in offsets.items()})


class _Group:
    """A consumer of the workers' group with all source partitions, assigned by hand: it joins nothing."""

    def __init__(self, settings: Settings) -> None:
        aiokafka_repair.apply()
        kafka = settings.kafka
        self._name = kafka.topic_prefix + settings.streams.group
        self._tps = [
            TopicPartition(topic_name(kafka, topic), p)
            for topic in (INBOUND, COMMANDS)
            for p in range(kafka.partitions)
        ]
        self._consumer = AIOKafkaConsumer(group_id=self._name, enable_auto_commit=False, **client_options(kafka))

    async def __aenter__(self) -> AIOKafkaConsumer:
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self._consumer.stop()
            raise Unavailable(f"Kafka does not answer: {error}") from error
        self._consumer.assign(self._tps)
        return self._consumer

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        await self._consumer.stop()
        if isinstance(error, KafkaError):
            raise Unavailable(
                f"Kafka refuses to read or set the offsets of group {self._name}: {error}; do workers of it still run?"
            ) from error
