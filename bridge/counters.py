"""The metrics of one queue (F-122 to F-125, F-179 to F-182), with their labels looked up once."""

from collections.abc import Sequence

from bridge import journal
from bridge.attempt import Attempt
from bridge.queues import WantedQueue
from bridge.sqs.port import Failure, SqsError
from bridge.statistics import Statistics
from runtime import metrics


class Counters:
    def __init__(self, wanted: WantedQueue) -> None:
        name, channel = wanted.name, wanted.channel
        self.name, self.channel = name, channel
        self._received = metrics.BRIDGE_RECEIVED.labels(name)
        self._deleted = metrics.BRIDGE_DELETED.labels(name)
        self._batch = metrics.BRIDGE_BATCH.labels(channel)
        self._seconds = metrics.BRIDGE_MESSAGE_SECONDS.labels(channel)
        self._events = metrics.BRIDGE_EVENTS.labels(channel)
        self._outcomes = {
            outcome: metrics.BRIDGE_MESSAGES.labels(channel, outcome)
            for outcome in ("processed", "ignored", "failed", "dead_lettered")
        }
        self._depth = metrics.QUEUE_DEPTH.labels(name)
        self._queue_in_flight = metrics.QUEUE_IN_FLIGHT.labels(name)
        self._oldest = metrics.QUEUE_OLDEST.labels(name)

    def received(self, count: int, oldest_seconds: float) -> None:
        self._received.inc(count)
        if count:
            self._batch.observe(count)
        self._oldest.set(oldest_seconds)

    def settled(self, attempts: Sequence[Attempt], deleted: int, seconds: float) -> Statistics:
        """Counts a batch that has reached its end; `seconds` from receive to broker ack."""
        outcomes: dict[str, int] = {}
        events = 0
        for attempt in attempts:
            outcomes[attempt.outcome] = outcomes.get(attempt.outcome, 0) + 1
            events += len(attempt.taken.events)
            for given_up in attempt.given_up:
                metrics.DEAD_LETTERS.labels(given_up.stage, given_up.reason).inc()
        metrics.observe_each(self._seconds, seconds, len(attempts))
        for outcome, count in outcomes.items():
            self._outcomes[outcome].inc(count)
        self._events.inc(events)
        self._deleted.inc(deleted)
        processed = outcomes.get("processed", 0) + outcomes.get("ignored", 0)
        return Statistics(len(attempts), processed, len(attempts) - processed, deleted)

    def sampled(self, attributes: dict[str, str]) -> None:
        """What the queue says about itself."""
        self._depth.set(int(attributes.get("ApproximateNumberOfMessages", 0)))
        self._queue_in_flight.set(int(attributes.get("ApproximateNumberOfMessagesNotVisible", 0)))

    def sqs_error(self, call: str, error: SqsError) -> None:
        metrics.BRIDGE_SQS_ERRORS.labels(self.name, call).inc()
        journal.sqs_error(self.channel, call, error)

    def failed_entry(self, call: str, failure: Failure) -> None:
        """One entry of a batch call was refused although the call succeeded."""
        metrics.BRIDGE_SQS_ERRORS.labels(self.name, call).inc()
        journal.sqs_error(self.channel, call, SqsError(failure.code, failure.message))
