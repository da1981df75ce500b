"""The agent hop at steady rates: its CPU per event, and how long an event takes from one topic to the other."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from msgspec import Struct

from benchmarks.agent import FAUST, OURS, QUIX, STREAMS, Hop, faust, kafka_streams, peer, prepared, quix
from benchmarks.agent import engine as engine_of
from benchmarks.harness.deployment import PARTITIONS, Deployment
from benchmarks.harness.kafka import Record, partition
from benchmarks.harness.measurement import Measured
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, interleave
from benchmarks.harness.run import Run
from benchmarks.latency import quantiles
from benchmarks.workload import inbound
from schemas.topics import INBOUND

TITLE = "Agent at live rates: CPU and latency of one hop"
RATES = (300, 4000)
SECONDS = 20
TICK = 0.005
"""Seconds between two appends of the sender."""
CONTACTS = 2000
SLOWEST = {FAUST: 300}
"""The highest rate at which a variant is asked: stock Faust cannot keep up with the other."""


class Passed(Struct, frozen=True):
    """What tells which event an output record is of: the cause of a decision, or the event's own id."""

    cause: str = ""
    id: str = ""


async def one(options: Run, stem: str, hop: Hop, rate: int, number: int) -> Measured:
    """One variant at one rate in one round."""
    async with prepared(options, options.unique(f"{stem}-{number}"), hop) as (made, child, topic):
        count = rate * options.scale(SECONDS)
        records = inbound(count, CONTACTS, seed=3)
        sent: dict[str, float] = {}
        watching = asyncio.create_task(watch(made, topic, sent, count, rate))
        await asyncio.sleep(0.5)
        before, start = child.cpu(), time.perf_counter()
        await send(made, records, sent, rate, start)
        waits = sorted(await asyncio.wait_for(watching, 60))
        return Measured(events=count, wall=time.perf_counter() - start, cpu=child.cpu() - before, more=quantiles(waits))


async def send(made: Deployment, records: Iterator[Record], sent: dict[str, float], rate: int, start: float) -> None:
    """Appends at the rate, a few milliseconds' worth at a time."""
    producer = AIOKafkaProducer(bootstrap_servers=made.broker.brokers, linger_ms=0)
    await producer.start()
    decode = msgspec.json.Decoder(Passed).decode
    topic, gone = made.topic(INBOUND), 0
    while True:
        due = int((time.perf_counter() - start) * rate) + 1
        batch = list(islice(records, due - gone))
        if not batch and due > gone:
            break
        gone += len(batch)
        for record in batch:
            sent[decode(record.value).id] = time.perf_counter()
            number = partition(record.key, PARTITIONS)
            await producer.send(topic, record.value, key=record.key, headers=list(record.headers), partition=number)
        await asyncio.sleep(TICK)
    await producer.stop()


async def watch(made: Deployment, topic: str, sent: dict[str, float], count: int, left_out: int) -> list[float]:
    """Milliseconds that each event took; those of the first second are left out."""
    consumer = AIOKafkaConsumer(bootstrap_servers=made.broker.brokers, fetch_max_wait_ms=100, enable_auto_commit=False)
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    await consumer.seek_to_end()
    decode = msgspec.json.Decoder(Passed).decode
    waits: list[float] = []
    seen = 0
    while seen < count:
        fetched = await consumer.getmany(timeout_ms=100)
        now = time.perf_counter()
        for record in (each for records in fetched.values() for each in records):
            passed = decode(record.value)
            at = sent.pop(passed.cause or passed.id, None)
            if at is not None:
                seen += 1
                if seen > left_out:
                    waits.append(1000 * (now - at))
    await consumer.stop()
    return waits


async def run(options: Run) -> Report:
    """Every variant at every rate that it can bear."""
    hops = {
        OURS: engine_of("streams"),
        FAUST: peer(faust),
        QUIX: peer(quix),
        STREAMS: peer(kafka_streams, warm_up=20_000),
    }
    variants: dict[str, Variant] = {
        f"{name}, {rate:,}/s": partial(one, options, f"live{index}-{rate}", hop, rate)
        for rate in RATES
        for index, (name, hop) in enumerate(hops.items())
        if rate <= SLOWEST.get(name, rate)
    }
    found = await interleave(options.rounds, variants)
    return options.report(
        "live",
        TITLE,
        "event",
        found,
        [],
        [
            f"Events are appended every {1000 * TICK:g} ms by a producer without linger; latency is from there to a consumer's hand.",
            "At a low rate CPU is the cost of being awake: a fetch, an append and a commit are made for few events.",
        ],
    )
