"""From SQS to rows in PostgreSQL, everything on this machine: messages per second of the whole."""

from functools import partial

from benchmarks.harness.measurement import Measured, measure
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.pipelines import CONTACTS, ROW_BY_ROW, USUAL, WARM_UP, Pipeline, ours, running
from benchmarks.projection import VIEW
from benchmarks.workload import texts

TITLE = "Pipeline: SQS to PostgreSQL"
OURS, ALL = "ours, events view", "ours, all views"
USUALLY = "usual: aioboto3, pydantic, stock Faust, ORM add_all"
SIMPLE = "row by row: aioboto3, ORM, a transaction per message, 2 processes"


async def one(options: Run, stem: str, pipeline: Pipeline, events: int, number: int) -> Measured:
    """One variant in one round."""
    async with running(options, options.unique(f"{stem}-{number}"), pipeline) as found:
        return await measure(
            found.children,
            events,
            lambda: found.queue.fill(texts(events, CONTACTS, seed=2)),
            partial(found.visible, WARM_UP + events),
            options.servers.some("sqs", "broker", "postgres"),
        )


async def run(options: Run) -> Report:
    """All variants."""
    ways = {OURS: (ours(VIEW), 40_000), ALL: (ours("all"), 40_000), USUALLY: (USUAL, 4000), SIMPLE: (ROW_BY_ROW, 2000)}
    variants: dict[str, Variant] = {
        name: partial(one, options, f"pipeline{index}", pipeline, options.scale(events))
        for index, (name, (pipeline, events)) in enumerate(ways.items())
    }
    found = await interleave(options.rounds, variants)

    def rate(measured: Measured) -> float:
        return measured.per_second

    return options.report(
        "pipeline",
        TITLE,
        "message",
        found,
        [
            compare(found, "messages per second", OURS, USUALLY, rate, 10),
            compare(found, "messages per second", OURS, SIMPLE, rate, 30),
            compare(found, "messages per second", ALL, USUALLY, rate, 10),
        ],
        [
            "All processes and servers share this machine's cores; CPU us is the sum over the pipeline's own processes.",
            "The usual pipeline and ours with the events view end in one table of events; ours with all views also keeps the inbox, "
            "consent, receipts of every queue message, dead letters and channels.",
        ],
    )
