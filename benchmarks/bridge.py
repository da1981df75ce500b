"""SQS to Kafka: our bridge with each of its clients, beside the bridge that one would write with aioboto3, pydantic and aiokafka."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import PARTITIONS, Deployment, deployment
from benchmarks.harness.measurement import Measured, measure, until
from benchmarks.harness.queues import BenchmarkQueue
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import compare, interleave
from benchmarks.harness.run import Run
from benchmarks.workload import texts
from schemas.topics import INBOUND

TITLE = "Bridge: SQS to Kafka"
WARM_UP = 1000
CONTACTS = 2000
RAW, BOTO, USUAL = "ours, thin client", "ours, aioboto3", "usual: aioboto3, pydantic, aiokafka send"


class Variant(Struct, frozen=True):
    """start: makes the process for a deployment and a queue URL."""

    events: int
    start: Callable[[Deployment, str], Child]


def ours(client: str) -> Callable[[Deployment, str], Child]:
    """Our bridge on one of its SQS clients."""
    return lambda made, url: made.child(
        "bridge", ["trunkline", "run-communication-processor"], SMS_QUEUE_URL=url, TRUNKLINE_SQS__CLIENT=client
    )


def usual(made: Deployment, url: str) -> Child:
    """The peer."""
    return made.child("bridge", ["benchmarks.peers.bridge", url, made.topic(INBOUND)])


async def one(options: Run, stem: str, variant: Variant, number: int) -> Measured:
    """One variant in one round."""
    servers, name = options.servers, options.unique(f"{stem}-{number}")
    async with deployment(servers, name) as made:
        queue = BenchmarkQueue(servers.sqs, name)
        await queue.create()
        child = variant.start(made, queue.url)
        topic = made.topic(INBOUND)

        async def appended(count: int) -> bool:
            return await made.broker.end(topic) >= count and await queue.empty()

        try:
            await queue.fill(texts(WARM_UP, CONTACTS, seed=1))
            await until(lambda: appended(WARM_UP), [child], 60)
            measured = await measure(
                [child],
                variant.events,
                lambda: queue.fill(texts(variant.events, CONTACTS)),
                lambda: appended(WARM_UP + variant.events),
                servers.some("sqs", "broker"),
            )
        finally:
            child.stop()
            await queue.close()
        written = await made.broker.end(topic)
        assert written == WARM_UP + variant.events, f"{written} records of {WARM_UP + variant.events} messages"
        return measured


async def run(options: Run) -> Report:
    """All variants."""
    scale = options.scale
    variants = {
        RAW: Variant(scale(40_000), ours("raw")),
        BOTO: Variant(scale(10_000), ours("aioboto3")),
        USUAL: Variant(scale(6_000), usual),
    }
    found = await interleave(
        options.rounds,
        {name: partial(one, options, f"bridge{index}", each) for index, (name, each) in enumerate(variants.items())},
    )
    figure = lambda measured: measured.per_core_second  # noqa: E731
    return options.report(
        "bridge",
        TITLE,
        "message",
        found,
        [
            compare(found, "messages per core-second", RAW, USUAL, figure, 8),
            compare(found, "messages per core-second", BOTO, USUAL, figure, 1.5),
        ],
        [
            "Ours writes a receipt for every message and dead letters beside the events; the usual bridge only events.",
            f"{CONTACTS:,} senders, {PARTITIONS} partitions; form-encoded texts of about 400 bytes.",
        ],
    )
