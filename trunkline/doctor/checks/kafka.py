"""The broker and the topics."""

from runtime import topics
from runtime.settings import Settings
from trunkline.doctor.finding import Finding, problem, well

ORDER = 1


async def check(settings: Settings) -> list[Finding]:
    """Whether the broker answers and has every topic as declared. Raises Unavailable when it does not answer."""
    found = []
    for sentence in await topics.problems(settings.kafka):
        what, _, remedy = sentence.partition("; ")
        found.append(problem("topics", what, remedy))
    return found or [well("topics", f"Kafka at {settings.kafka.brokers} has every topic as declared")]
