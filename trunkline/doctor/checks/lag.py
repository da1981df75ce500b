"""What waits in Kafka for the agents and for the views, and whether anybody works on it."""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from projections.views import views
from projections.worker import group as view_group
from runtime.errors import Unavailable
from runtime.kafka import client_options, topic_name
from runtime.settings import Kafka, Settings
from schemas.topics import COMMANDS, INBOUND, Topic
from trunkline.doctor.finding import Finding, problem, well

ORDER = 5
MUCH = 10_000
"""Records that wait, above which it is a problem even though somebody works on them."""


async def check(settings: Settings) -> list[Finding]:
    """One finding for the agents and one per view that is behind. Raises Unavailable."""
    kafka = settings.kafka
    streams = kafka.topic_prefix + settings.streams.group
    groups: dict[str, tuple[str, tuple[Topic, ...]]] = {streams: ("streams", (INBOUND, COMMANDS))}
    for view in views().values():
        groups[view_group(settings, view)] = (f"view {view.name}", tuple(source.topic for source in view.sources))
    try:
        found = await _groups(kafka, groups)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {kafka.brokers}: {error}") from error
    return found or [well("lag", "agents and views are at work and close to the end of the log")]


async def _groups(kafka: Kafka, groups: dict[str, tuple[str, tuple[Topic, ...]]]) -> list[Finding]:
    options = client_options(kafka)
    admin = AIOKafkaAdminClient(**options)
    consumer = AIOKafkaConsumer(enable_auto_commit=False, **options)
    try:
        await admin.start()
        await consumer.start()
        names = sorted({topic_name(kafka, topic) for _, topics in groups.values() for topic in topics})
        # As the broker has them: a client that asks for a partition that is not there asks until its time is up.
        there = {
            each["topic"]: [TopicPartition(each["topic"], part["partition"]) for part in each["partitions"]]
            for each in await admin.describe_topics(names)
        }
        found = []
        for name, (about, topics) in groups.items():
            tps = [tp for topic in topics for tp in there.get(topic_name(kafka, topic), [])]
            found.append(await _group(admin, consumer, name, about, tps))
    finally:
        await consumer.stop()
        await admin.close()
    return [finding for finding in found if finding is not None]


async def _group(admin: Any, consumer: Any, group: str, about: str, tps: list[TopicPartition]) -> Finding | None:
    lag = await _lag(admin, consumer, group, tps) if tps else 0
    if not await _has_members(admin, group):
        command = "`trunkline streams`" if about == "streams" else "`trunkline projections`"
        return problem(
            about, f"nobody works on it, and {lag} records wait", f"start {command} (`trunkline up` runs it)"
        )
    if lag >= MUCH:
        return problem(about, f"{lag} records wait", "give it time, or start more workers if it stays that way")
    return None


async def _lag(admin: Any, consumer: Any, group: str, tps: list[TopicPartition]) -> int:
    committed = await admin.list_consumer_group_offsets(group, partitions=tps)
    ends, starts = await consumer.end_offsets(tps), await consumer.beginning_offsets(tps)
    done = {tp: committed[tp].offset if tp in committed and committed[tp].offset >= 0 else starts[tp] for tp in tps}
    return sum(max(0, ends[tp] - done[tp]) for tp in tps)


async def _has_members(admin: Any, group: str) -> bool:
    answers = await admin.describe_consumer_groups([group])
    return any(members for answer in answers for *_, members in [_described(answer)])


def _described(answer: Any) -> tuple[Any, ...]:
    """(state, members) of the one group asked about (DescribeGroups response)."""
    _error, _group, state, _type, _protocol, members, *_ = answer.groups[0]
    return state, members
