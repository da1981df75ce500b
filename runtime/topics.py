"""Topics on the broker against the one table in schemas.topics: create what is missing, say in words what differs. Changes nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from runtime.errors import ConfigurationError, Unavailable
from runtime.kafka import client_options, partitions_of, silent, topic_name
from runtime.settings import Kafka
from schemas.topics import TOPICS, Topic

LARGEST_MESSAGE = 1_048_588
"""Kafka's own default of max.message.bytes; appends stay below it."""


def configuration(kafka: Kafka, topic: Topic) -> dict[str, str]:
    """The settings of a topic that we create and check."""
    return {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(topic.retention),
        "retention.bytes": "-1",
        "message.timestamp.type": "LogAppendTime" if topic.stamped else "CreateTime",
        "min.insync.replicas": str(kafka.min_insync_replicas),
    }


@asynccontextmanager
async def _admin(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(**client_options(kafka))
    try:
        await client.start()
        yield client
    except (KafkaError, OSError, TimeoutError) as error:
        raise silent(kafka.brokers, error) from error
    finally:
        await client.close()


async def create(kafka: Kafka, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """Creates the topics that are missing; gives their names. Raises Unavailable when the broker does not answer or refuses."""
    wanted = [
        NewTopic(
            topic_name(kafka, topic),
            num_partitions=partitions_of(kafka, topic),
            replication_factor=kafka.replication_factor,
            topic_configs=configuration(kafka, topic),
        )
        for topic in topics
    ]
    async with _admin(kafka) as admin:
        there = set(await admin.list_topics())
        missing = [topic for topic in wanted if topic.name not in there]
        if not missing:
            return []
        answer = await admin.create_topics(missing)
        for name, code, *text in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise Unavailable(
                    f"Kafka refuses to create {name}: {error.__name__} {text[0] if text else ''}".rstrip()
                )
        await _until_known(admin, {topic.name for topic in missing})
        return [topic.name for topic in missing]


async def missing(kafka: Kafka, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """The names of the topics that `create` would create. Raises Unavailable when the broker does not answer."""
    async with _admin(kafka) as admin:
        there = set(await admin.list_topics())
    return [name for topic in topics if (name := topic_name(kafka, topic)) not in there]


async def _until_known(admin: AIOKafkaAdminClient, names: set[str], seconds: float = 15.0) -> None:
    """A fresh topic takes a moment to have leaders on every broker."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = {each["topic"]: each for each in await admin.describe_topics(sorted(names))}
        if all(
            name in found
            and not found[name]["error_code"]
            and all(partition["leader"] >= 0 for partition in found[name]["partitions"])
            for name in names
        ):
            return
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(f"Kafka created {', '.join(sorted(names))}, but not every partition has a leader yet")
        await asyncio.sleep(0.05)


async def problems(kafka: Kafka, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """What differs between the broker and the table, a sentence each with its remedy; nothing when all is right.

    Raises Unavailable when the broker does not answer.
    """
    topics = list(topics)
    async with _admin(kafka) as admin:
        there = set(await admin.list_topics())
        found = []
        present = []
        for topic in topics:
            name = topic_name(kafka, topic)
            if name in there:
                present.append(topic)
            else:
                found.append(f"the topic {name} is missing; create it with `trunkline topics create`")
        if present:
            found += await _partitions(kafka, admin, present)
            found += await _configurations(kafka, admin, present)
        return found


async def _partitions(kafka: Kafka, admin: AIOKafkaAdminClient, topics: list[Topic]) -> list[str]:
    counts = {
        each["topic"]: len(each["partitions"])
        for each in await admin.describe_topics([topic_name(kafka, topic) for topic in topics])
    }
    return [
        f"the topic {name} has {counts[name]} partitions, not {want}; partition counts are a one-way door (ADR 0012): set "
        "TRUNKLINE_KAFKA__PARTITIONS to the count the deployment was created with"
        for topic in topics
        for name, want in [(topic_name(kafka, topic), partitions_of(kafka, topic))]
        if counts[name] != want
    ]


async def _configurations(kafka: Kafka, admin: AIOKafkaAdminClient, topics: list[Topic]) -> list[str]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic_name(kafka, topic)) for topic in topics]
    is_: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(asked):
        for _code, _text, _type, name, entries in answer.resources:
            is_[name] = {entry[0]: entry[1] for entry in entries}
    found = []
    for topic in topics:
        name = topic_name(kafka, topic)
        wanted = configuration(kafka, topic)
        if topic.cleanup == "compact":
            del wanted["retention.ms"]
        for key, want in wanted.items():
            have = is_.get(name, {}).get(key)
            if have is not None and have != want and not _better(key, have, want):
                found.append(f"the topic {name} has {key}={have}, not {want}; change it with Kafka's own kafka-configs")
    return found


def _better(key: str, have: str, want: str) -> bool:
    """Keeping more than we ask for is no problem."""
    if key == "retention.ms":
        return have == "-1" or (want != "-1" and int(have) >= int(want))
    return key == "min.insync.replicas" and int(have) >= int(want)


async def require(kafka: Kafka, topics: Iterable[Topic]) -> None:
    """Raises ConfigurationError that lists what is missing or different among `topics`; a shell calls it before it starts."""
    found = await problems(kafka, topics)
    if found:
        raise ConfigurationError("; ".join(found))
