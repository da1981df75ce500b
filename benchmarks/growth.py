"""What a message costs when few contacts are known, and when many are: every contact has a history in the log and in the tables."""

from contextlib import AsyncExitStack
from functools import partial
from itertools import count

from benchmarks.harness.measurement import Measured, measure
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.pipelines import WARM_UP, Running, ours, running
from benchmarks.workload import texts

TITLE = "Growth: the pipeline with 1,000, 100,000 and 1,000,000 contacts"
SIZES = (1000, 100_000, 1_000_000)
MESSAGES = 40_000


class Grown:
    """One pipeline that has been running for a while."""

    def __init__(self, options: Run, found: Running) -> None:
        self.options, self.found = options, found
        self._seeds, self._sent = count(1000), WARM_UP

    async def one(self, _number: int) -> Measured:
        """One round: messages of contacts drawn at random."""
        messages = self.options.scale(MESSAGES)
        self._sent += messages
        return await measure(
            self.found.children,
            messages,
            lambda: self.found.queue.fill(texts(messages, self.found.history, next(self._seeds))),
            partial(self.found.visible, self._sent),
            self.options.servers.some("sqs", "broker", "postgres"),
        )


def name_of(contacts: int) -> str:
    return f"{contacts:,} contacts"


async def run(options: Run) -> Report:
    """All sizes; those that are not measured stand idle beside."""
    sizes = [size // 20 if options.quick else size for size in SIZES]
    async with AsyncExitStack() as stack:
        variants: dict[str, Variant] = {}
        for size in sizes:
            pipeline = running(options, options.unique(f"growth-{size}"), ours("all"), size)
            variants[name_of(size)] = Grown(options, await stack.enter_async_context(pipeline)).one
        found = await interleave(options.rounds, variants)

    def own(measured: Measured) -> float:
        return measured.per_event

    def whole(measured: Measured) -> float:
        return measured.per_event + 1e6 * measured.servers.get("postgres", 0.0) / measured.events

    few, more, most = map(name_of, sizes)
    return options.report(
        "growth",
        TITLE,
        "message",
        found,
        [
            compare(found, "CPU per message", more, few, own, 1.5, "<="),
            compare(found, "CPU per message", most, few, own, 1.5, "<="),
            compare(found, "CPU per message with PostgreSQL's", most, few, whole, 1.5, "<="),
        ],
        [
            "Every contact has written once before; the messages come from contacts drawn at random, so that nearly every one of a "
            "million is seen for the first time by this bridge process.",
            "All views; CPU us is the sum over bridge, streams and projections.",
        ],
    )
