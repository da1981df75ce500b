"""The way of one received batch: normalise, append, receipts, then delete or give back.

The order is the guarantee (law 4, delivery.md B.1): a message is deleted only after the broker has acked its events, its dead letters and
its receipt. Whatever fails before that leaves the message in its queue.
"""

import time
from collections.abc import Sequence

from bridge import journal
from bridge.appender import TOO_LARGE, Appender, Record
from bridge.attempt import Attempt
from bridge.counters import Counters
from bridge.heartbeat import Heartbeat, Held
from bridge.normaliser import Normaliser
from bridge.records import Names, dead_letter_records, event_records, receipt_records
from bridge.returns import delete, give_back
from bridge.spans import Steps
from bridge.sqs.port import Message, Queue
from bridge.statistics import Statistics
from runtime import failpoints
from schemas.times import text_of

SUSPECT = 64 * 1024
"""Characters of a body from which on its events may be too large for a record: escaping makes up to six bytes of one."""


class Delivery:
    """Takes received batches of one queue to their end."""

    def __init__(
        self,
        queue: Queue,
        normaliser: Normaliser,
        appender: Appender,
        heartbeat: Heartbeat,
        names: Names,
        counters: Counters,
    ) -> None:
        self.wanted, self.rules = normaliser.wanted, normaliser.rules
        self.queue = queue
        self.normaliser = normaliser
        self.appender = appender
        self.heartbeat = heartbeat
        self.names = names
        self.counters = counters
        self._failed = f"Error processing {self.wanted.channel} message"

    async def deliver(self, messages: Sequence[Message]) -> Statistics:
        """All the way. Raises nothing for what goes wrong with messages, broker or queue."""
        failpoints.hit("B1")
        steps = Steps(self.wanted.channel, len(messages))
        held = self.heartbeat.hold(messages)
        try:
            attempts = await self.normaliser.attempts(messages)
            steps.done("validate")
            failpoints.hit("B2")
            await self._append(attempts, held)
            steps.done("append")
            await self._write_receipts(attempts)
            steps.done("receipt")
        finally:
            self.heartbeat.release(held)
        failpoints.hit("B4")
        if any(attempt.given_up for attempt in attempts):
            failpoints.hit("B8")
        deleted = await self._clean_up(attempts, held)
        steps.done("delete")
        steps.record(attempts)
        journal.settled(self.wanted.channel, attempts)
        return self.counters.settled(attempts, deleted, steps.seconds)

    async def _append(self, attempts: Sequence[Attempt], held: Held) -> None:
        if held.lapsed:
            # Somebody else may be at work on them: appending now would only make duplicates out of order (B6).
            for attempt in attempts:
                attempt.expire(f"{self._failed}: its visibility timeout passed before it was appended")
            return
        records = await self._records(attempts)
        failed = await self.appender.submit(records).outcome() if records else {}
        for owner, error in failed.items():
            attempt = attempts[owner]
            if attempt.given_up:
                attempt.stay(f"{self._failed}: Kafka has not acknowledged its dead letter ({error})", error)
            elif error == TOO_LARGE:
                attempt.give_up(f"{self._failed}: its event is too large for the topic", error, "produce")
            else:
                attempt.fail(f"{self._failed}: Kafka has not acknowledged it ({error})", error, self.rules, "produce")
        if failed:
            await self._give_up([attempts[owner] for owner in failed if attempts[owner].given_up])

    async def _records(self, attempts: Sequence[Attempt]) -> list[Record]:
        """Events and dead letters of the batch, in its order."""
        records: list[Record] = []
        at = _now()
        for owner, attempt in enumerate(attempts):
            if attempt.taken.events:
                events = list(event_records(self.names, attempt, at, owner))
                if len(attempt.message.body) > SUSPECT and self._too_large(events):
                    events = await self._smaller(attempt, at, owner)
                records += events
            if attempt.given_up:
                failpoints.hit("B7")
                records += dead_letter_records(self.names, self.wanted, attempt, at, owner)
        return records

    async def _smaller(self, attempt: Attempt, at: str, owner: int) -> list[Record]:
        """The events without the bytes they came in, which go to the claim store."""
        await self.normaliser.claim_and_take(attempt)
        events = list(event_records(self.names, attempt, at, owner)) if attempt.final else []
        if self._too_large(events):
            attempt.give_up(f"{self._failed}: its event is too large for a record", TOO_LARGE, "produce")
            return []
        return events

    def _too_large(self, records: Sequence[Record]) -> bool:
        return any(len(record.value) > self.appender.largest for record in records)

    async def _give_up(self, attempts: Sequence[Attempt]) -> None:
        """Dead letters for what Kafka has refused too often; where it does not take those either, the message stays."""
        at = _now()
        records: list[Record] = []
        for owner, attempt in enumerate(attempts):
            records += dead_letter_records(self.names, self.wanted, attempt, at, owner)
        failed = await self.appender.submit(records).outcome() if records else {}
        for owner, error in failed.items():
            attempts[owner].stay(f"{self._failed}: Kafka has not acknowledged its dead letter ({error})", error)

    async def _write_receipts(self, attempts: Sequence[Attempt]) -> None:
        """Every attempt leaves one; without it nothing is deleted."""
        records = list(receipt_records(self.names, self.wanted, attempts, _now(), self.appender.largest))
        failed = await self.appender.submit(records).outcome()
        for error in failed.values():
            for attempt in attempts:
                attempt.stay(f"{self._failed}: Kafka has not acknowledged its receipt ({error})", error)

    async def _clean_up(self, attempts: Sequence[Attempt], held: Held) -> int:
        """Deletes what is done with, gives back the rest. How many messages are gone from the queue."""
        done = [attempt.message.receipt_handle for attempt in attempts if attempt.final]
        failed = [attempt for attempt in attempts if not attempt.final]
        if failed:
            await give_back(self.queue, failed, self.rules.backoff_seconds, self.counters)
        return await delete(self.queue, done, held.deadline, self.counters) if done else 0


def _now() -> str:
    return text_of(int(time.time() * 1000))
