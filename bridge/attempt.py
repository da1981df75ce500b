"""One attempt at one queue message: what came of it, before anything is written. No I/O.

A message is *invalid* when its bytes are wrong in themselves: it is given up at once. What can change (broker, store, our own
exception, the tenant's mapping) is tried again by the queue until `max_receives` (DESIGN.md 8, Failure).
"""

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec.structs import replace

from bridge.sqs.port import Message
from domain import intake
from domain.intake import QueueMessage, Rejected, Routes, Taken
from runtime.tracing import is_traceparent, traceparent_of
from schemas.receipts import Outcome
from schemas.times import text_of

PROCESSING = "Error processing"
"""How the seeds' lines about failed processing begin (F-130, F-184)."""
LONGEST_CORRELATION = 128
"""Characters of a correlation that somebody sent along; it becomes a Kafka header."""


Later = Literal["parse", "produce"]
"""The stages at which a message can fail for a reason that may pass."""


class Rules(NamedTuple):
    """How messages and their failures are dealt with, from the settings."""

    max_receives: int = 5
    invalid: Literal["dead-letter", "retry"] = "dead-letter"
    backoff_seconds: int = 5
    claim_bytes: int = 256 * 1024


class Attempt:
    """What is known about one message. `final`: it is done with and may be deleted once its records are acked.

    `given_up`: what of it becomes a dead letter in this attempt.
    """

    __slots__ = (
        "attributes",
        "claim",
        "correlation",
        "error",
        "given_up",
        "level",
        "message",
        "outcome",
        "reason",
        "receives",
        "sent_at",
        "taken",
        "trace",
    )

    def __init__(self, message: Message) -> None:
        attributes = message.attributes
        if message.message_attributes:
            attributes = attributes | {name: value.text for name, value in message.message_attributes.items()}
        self.message = message
        self.attributes = attributes
        self.receives = message.receives
        sent = attributes.get("SentTimestamp")
        self.sent_at = text_of(int(sent)) if sent else None
        self.correlation = attributes.get("correlation", message.message_id)[:LONGEST_CORRELATION]
        trace = attributes.get("traceparent")
        self.trace = trace if trace and is_traceparent(trace) else traceparent_of(message.message_id)
        self.claim: tuple[str, str] | None = None
        self.taken = Taken()
        self.outcome: Outcome = "processed"
        self.error: str | None = None
        self.reason: str | None = None
        self.given_up: Sequence[Rejected] = ()
        self.level: Literal["warning", "error"] = "error"

    @property
    def final(self) -> bool:
        return self.outcome != "failed"

    def take(self, channel: str, routes: Routes, rules: Rules) -> None:
        """Normalises the body. An exception in there is a bug of ours on this message and must not hold up the others."""
        message = QueueMessage(
            channel=channel,
            body=self.message.body,
            attributes=self.attributes,
            sent_at=self.sent_at,
            correlation=self.correlation,
            trace=self.trace,
            raw_claim=self.claim,
        )
        try:
            self.taken = intake.take(message, routes)
        except Exception as error:  # noqa: BLE001  # tried again, then a dead letter; never swallowed
            self.taken = Taken(provider_ids=_names_in(message.body))
            self.fail(f"Error processing {channel} message: {place_of(error)}", type(error).__name__, rules)
            return
        self.outcome = "ignored" if self.taken.ignored is not None else "processed"
        if self.taken.rejected:
            self._reject([_told(channel, each) for each in self.taken.rejected], rules)

    def fail(self, error: str, reason: str, rules: Rules, stage: Later = "parse") -> None:
        """What may succeed later has failed: the queue brings it again, or it has come too often and is given up."""
        if self.receives >= rules.max_receives:
            self.give_up(error, reason, stage)
        else:
            self.taken, self.given_up = replace(self.taken, events=()), ()
            self.outcome, self.error, self.reason, self.level = "failed", error, reason, "error"

    def give_up(self, error: str, reason: str, stage: Later) -> None:
        """The whole message becomes a dead letter."""
        self.taken = replace(self.taken, events=())
        self.outcome, self.error, self.reason, self.level = "dead_lettered", error, reason, "error"
        self.given_up = (Rejected(stage=stage, reason=reason, error=error),)

    def hold_back(self) -> None:
        """An earlier message of its group failed: this one must not overtake it."""
        self.taken, self.given_up = Taken(), ()
        self.outcome, self.level = "failed", "warning"
        self.error, self.reason = "waits behind an earlier message of its group that failed", "held"

    def expire(self, error: str) -> None:
        """It may be in other hands already: nothing more is done about it here."""
        self.taken, self.given_up = Taken(), ()
        self.outcome, self.error, self.reason, self.level = "failed", error, "lapsed", "error"

    def stay(self, error: str, reason: str) -> None:
        """Its dead letter or receipt could not be written: it stays in the queue, whatever was decided about it."""
        if self.final:
            self.given_up = ()
            self.outcome, self.error, self.reason, self.level = "failed", error, reason, "error"

    @property
    def backs_off(self) -> bool:
        return not self.final and self.reason not in ("held", "lapsed")

    def _reject(self, rejected: Sequence[Rejected], rules: Rules) -> None:
        last = self.receives >= rules.max_receives
        at_once = rules.invalid == "dead-letter"
        waiting = [each for each in rejected if not last and (each.stage == "tenant" or not at_once)]
        self.given_up = [each for each in rejected if each not in waiting]
        self.outcome = "failed" if waiting else "dead_lettered"
        told = (waiting or self.given_up)[0]
        self.error, self.reason = told.error, told.reason
        self.level = "error" if told.error.startswith(PROCESSING) else "warning"


def _told(channel: str, rejected: Rejected) -> Rejected:
    """With the seeds' text: what is missing is told as it is, what is wrong with a value or a tenant as an error of processing."""
    if rejected.stage == "tenant" or rejected.error.startswith("Invalid "):
        return replace(rejected, error=f"{PROCESSING} {channel} message: {rejected.error}")
    return rejected


def _names_in(body: str) -> tuple[str, ...]:
    """For the record of a message that an exception of ours stopped: it must be found by the provider's id, too (F-005)."""
    try:
        return intake.names_in(body)
    except Exception:  # noqa: BLE001  # what stopped the message stops this as well; that one is told
        return ()


def place_of(error: BaseException) -> str:
    """Class and place of an exception, without its text, which may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}:{frames[-1].lineno}"
