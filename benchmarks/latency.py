"""How long after a message was sent to SQS its row can be read, at a steady 200 messages a second."""

import asyncio
import time
from functools import partial

import asyncpg

from benchmarks.harness.measurement import Measured, each_of
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, against, interleave
from benchmarks.harness.run import Run
from benchmarks.pipelines import CONTACTS, USUAL, Pipeline, Running, ours, running
from benchmarks.workload import sid, texts

TITLE = "Latency: SQS send to row visible, 200 messages a second"
RATE = 200
SECONDS = 30
LOOK = 0.004
"""Seconds between two looks at the table."""
SEED = 7
OURS, USUALLY = "ours, all views", "usual: aioboto3, pydantic, stock Faust, ORM add_all"


async def one(options: Run, stem: str, pipeline: Pipeline, number: int) -> Measured:
    """One variant in one round."""
    async with running(options, options.unique(f"{stem}-{number}"), pipeline) as found:
        count = RATE * options.scale(SECONDS)
        sent: dict[str, float] = {}
        watching = asyncio.create_task(watch(found, sent, count))
        before, start = [child.cpu() for child in found.children], time.perf_counter()
        await send(found, sent, count, start)
        waits = sorted(await asyncio.wait_for(watching, 60))
        wall = time.perf_counter() - start
        spent = [child.cpu() - was for child, was in zip(found.children, before, strict=True)]
        more = quantiles(waits) | each_of(found.children, spent, count)
        return Measured(events=count, wall=wall, cpu=sum(spent), more=more)


async def send(found: Running, sent: dict[str, float], count: int, start: float) -> None:
    """Sends one message after the other at the rate, whatever becomes of them."""
    sending = set()
    for number, body in enumerate(texts(count, CONTACTS, SEED)):
        late = start + number / RATE - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        sent[sid(SEED, number)] = time.perf_counter()
        task = asyncio.create_task(found.queue.fill([body]))
        sending.add(task)
        task.add_done_callback(sending.discard)
    await asyncio.gather(*sending)


async def watch(found: Running, sent: dict[str, float], count: int) -> list[float]:
    """Milliseconds from send to row of each message; the first second is left out."""
    statement = f"SELECT DISTINCT provider_id FROM {found.pipeline.table} WHERE provider_id = ANY($1)"
    connection: asyncpg.Connection = found.connection
    waits: list[float] = []
    seen = 0
    while seen < count:
        rows = await connection.fetch(statement, list(sent)) if sent else []
        now = time.perf_counter()
        for row in rows:
            waited = now - sent.pop(row["provider_id"])
            seen += 1
            if seen > RATE:
                waits.append(1000 * waited)
        await asyncio.sleep(LOOK)
    return waits


def quantiles(waits: list[float]) -> dict[str, float]:
    """Of sorted milliseconds."""

    def at(share: float) -> float:
        return waits[min(len(waits) - 1, int(share * len(waits)))]

    return {"p50 ms": at(0.5), "p90 ms": at(0.9), "p99 ms": at(0.99), "longest ms": waits[-1]}


async def run(options: Run) -> Report:
    """Both pipelines."""
    variants: dict[str, Variant] = {
        OURS: partial(one, options, "latency0", ours("all")),
        USUALLY: partial(one, options, "latency1", USUAL),
    }
    found = await interleave(options.rounds, variants)
    return options.report(
        "latency",
        TITLE,
        "message",
        found,
        [
            against(found, "p50, ms", OURS, lambda m: m.more["p50 ms"], 50),
            against(found, "p99, ms", OURS, lambda m: m.more["p99 ms"], 250),
        ],
        [
            f"The table is looked at every {1000 * LOOK:g} ms; servers, pipeline, sender and watcher share this machine.",
            "CPU us is the sum over the pipeline's own processes, mostly the cost of being awake at a low rate.",
        ],
    )
