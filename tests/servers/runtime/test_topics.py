"""Topics on a real broker against the table."""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from runtime import topics
from runtime.errors import ConfigurationError, Unavailable
from runtime.kafka import client_options, topic_name
from runtime.latest import Latest
from runtime.settings import Kafka
from schemas.topics import DECISIONS, INBOUND, SETTINGS
from tests.waiting import until
from trunkline.platform.kafka import Kafka as Broker


@pytest.fixture
def here(kafka: Broker) -> Kafka:
    return Kafka(brokers=kafka.brokers, topic_prefix=f"t{uuid4().hex[:8]}.", partitions=3)


async def test_creating_twice_creates_once_and_nothing_differs(here: Kafka) -> None:
    assert len(await topics.create(here)) == 6
    assert await topics.create(here) == []
    assert await topics.problems(here) == []


async def test_a_missing_topic_is_told_with_its_remedy(here: Kafka) -> None:
    await topics.create(here, [INBOUND])
    (problem,) = await topics.problems(here, [INBOUND, DECISIONS])
    assert topic_name(here, DECISIONS) in problem and "trunkline topics create" in problem


async def test_another_partition_count_is_refused(here: Kafka) -> None:
    await topics.create(here, [INBOUND])
    with pytest.raises(ConfigurationError, match="has 3 partitions, not 4"):
        await topics.require(here.model_copy(update={"partitions": 4}), [INBOUND])


async def test_a_broker_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 does not answer"):
        await topics.problems(Kafka(brokers="127.0.0.1:1", request_timeout_ms=1000))


async def test_the_latest_records_are_there_at_the_start_and_later_ones_follow(here: Kafka) -> None:
    await topics.create(here, [SETTINGS])
    name, seen = topic_name(here, SETTINGS), dict[bytes, bytes | None]()
    producer = AIOKafkaProducer(**client_options(here))
    await producer.start()
    for value in (b"1", b"2"):
        await producer.send_and_wait(name, value, key=b"k")
    latest = Latest(client_options(here), name)
    await latest.start(lambda key, value: seen.update({key: value}))
    assert seen == {b"k": b"2"}
    await producer.send_and_wait(name, b"3", key=b"k")
    await producer.stop()
    await until(lambda: seen == {b"k": b"3"})
    await latest.close()


async def test_following_a_missing_topic_is_told_in_words(here: Kafka) -> None:
    with pytest.raises(Unavailable, match="is missing"):
        await Latest(client_options(here), "nowhere").start(lambda key, value: None)
