"""One stateful hop: decode an event, count it per contact, pass it on. Ours with the whole engine, beside three other frameworks."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from msgspec import Struct

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import PARTITIONS, Deployment, deployment
from benchmarks.harness.environments import java_program, python_with
from benchmarks.harness.measurement import Measured, measure, until
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, against, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.workload import inbound
from schemas.topics import DECISIONS, INBOUND

TITLE = "Agent: one stateful hop from Kafka to Kafka"
WARM_UP = 2000
CONTACTS = 2000
OURS, COUNTING = "ours, contact decider", "ours, counting decider"
FAUST, QUIX, STREAMS = (
    "stock Faust, memory table",
    "Quix Streams, stateful, changelog",
    "Kafka Streams, memory store, changelog",
)
QUIX_PACKAGES = ("quixstreams==3.28.1", "msgspec>=0.20")
STREAMS_JARS = (
    "org.apache.kafka:kafka-streams:4.3.0",
    "com.fasterxml.jackson.core:jackson-databind:2.19.2",
    "org.slf4j:slf4j-nop:1.7.36",
)
JAVA_SOURCE = Path(__file__).parent / "peers" / "KafkaStreamsCount.java"


class Hop(Struct, frozen=True):
    """One way to do it. start(deployment) -> its process; output(deployment) -> the topic on which each event leaves one record."""

    start: Callable[[Deployment], Child]
    output: Callable[[Deployment], str]
    events: int = 80_000
    warm_up: int = WARM_UP


def engine(module: str) -> Hop:
    """Our engine with the app of a module."""
    return Hop(
        start=lambda made: made.child("streams", ["faust", "-A", module, "worker"]),
        output=lambda made: made.topic(DECISIONS),
    )


def peer(start: Callable[[Deployment, Mapping[str, str]], Child], events: int = 80_000, warm_up: int = WARM_UP) -> Hop:
    """A peer, told where to read and write."""

    def started(made: Deployment) -> Child:
        return start(
            made,
            {
                "APP": f"{made.name}.app",
                "INPUT": made.topic(INBOUND),
                "OUTPUT": counted(made),
                "STATE": str(made.servers.folder / made.name / "state"),
                "PARTITIONS": str(PARTITIONS),
            },
        )

    return Hop(started, counted, events, warm_up)


def counted(made: Deployment) -> str:
    """The topic that peers write to."""
    return f"{made.name}.counted"


def faust(made: Deployment, told: Mapping[str, str]) -> Child:
    return made.child("faust", ["benchmarks.peers.faust_count", "worker", "--loglevel", "INFO"], **told)


def quix(made: Deployment, told: Mapping[str, str]) -> Child:
    python = python_with(*QUIX_PACKAGES)
    argv = [python, "-P", "-W", "ignore", "-m", "benchmarks.peers.quix_count"]
    return Child(argv, made.servers.folder / made.name / "quix.log", {**made.environment, **told})


def kafka_streams(made: Deployment, told: Mapping[str, str]) -> Child:
    argv = java_program(JAVA_SOURCE, *STREAMS_JARS)
    argv += [made.broker.brokers, told["APP"], told["INPUT"], told["OUTPUT"], told["STATE"]]
    return Child(argv, made.servers.folder / made.name / "kafka-streams.log", made.environment)


@asynccontextmanager
async def prepared(options: Run, name: str, hop: Hop) -> AsyncIterator[tuple[Deployment, Child, str]]:
    """A warm hop: its deployment, its process, and the topic that it writes to."""
    async with deployment(options.servers, name) as made:
        await made.broker.create(counted(made), f"{made.name}.app-counts-changelog")
        await made.broker.write(made.topic(INBOUND), inbound(hop.warm_up, CONTACTS, seed=1))
        child = hop.start(made)
        topic = hop.output(made)
        try:
            await until(partial(reached, made, topic, hop.warm_up), [child], 90)
            yield made, child, topic
        finally:
            child.stop()


async def one(options: Run, stem: str, hop: Hop, number: int) -> Measured:
    """One variant in one round."""
    async with prepared(options, options.unique(f"{stem}-{number}"), hop) as (made, child, topic):
        events = options.scale(hop.events)
        records = list(inbound(events, CONTACTS))
        return await measure(
            [child],
            events,
            lambda: made.broker.write(made.topic(INBOUND), records),
            partial(reached, made, topic, hop.warm_up + events),
            options.servers.some("broker"),
        )


async def reached(made: Deployment, topic: str, count: int) -> bool:
    """Whether a topic has had so many records."""
    return await made.broker.end(topic) >= count


async def run(options: Run) -> Report:
    """All variants."""
    hops: dict[str, Hop] = {
        OURS: engine("streams"),
        COUNTING: engine("benchmarks.counting"),
        FAUST: peer(faust, events=12_000),
        QUIX: peer(quix),
        STREAMS: peer(kafka_streams, warm_up=40_000),  # its compiler must have seen the code often enough
    }
    variants: dict[str, Variant] = {
        name: partial(one, options, f"agent{index}", hop) for index, (name, hop) in enumerate(hops.items())
    }
    found = await interleave(options.rounds, variants)

    def own(measured: Measured) -> float:
        return measured.per_event

    def rate(measured: Measured) -> float:
        return measured.per_core_second

    return options.report(
        "agent",
        TITLE,
        "event",
        found,
        [
            compare(found, "events per core-second", COUNTING, FAUST, rate, 20),
            compare(found, "CPU per event", OURS, QUIX, own, 1, "<="),
            compare(found, "CPU per event", OURS, STREAMS, own, 1, "<="),
            against(found, "CPU per event, us", OURS, own, 16),
        ],
        [
            f"Events of about 1,200 bytes with CloudEvents headers, {CONTACTS:,} contacts, {PARTITIONS} partitions, at least once.",
            "The contact decider does what the product does (threads, messages, keywords, consent); the peers and the counting "
            "decider count. Every variant passes the whole event on.",
        ],
    )
