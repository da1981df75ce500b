"""Spans of the bridge's steps (F-110): reception, validation, append, receipt, clean-up, one after the other under the message's trace.

Batches are timed once and spans made afterwards, so nothing is paid per message when no spans are recorded.
"""

import time
from collections.abc import Sequence

from bridge.attempt import Attempt
from runtime import tracing


class Steps:
    """The times of one batch, from its receipt on."""

    __slots__ = ("_marks", "_start")

    def __init__(self) -> None:
        self._start = time.time_ns()
        self._marks: list[tuple[str, int]] = []

    def done(self, step: str) -> None:
        self._marks.append((step, time.time_ns()))

    @property
    def seconds(self) -> float:
        """From receipt to the broker's ack."""
        return next((at - self._start for step, at in self._marks if step == "append"), 0) / 1e9

    def record(self, attempts: Sequence[Attempt], channel: str) -> None:
        """One span per message and step, if spans are recorded at all."""
        if not tracing.enabled():
            return
        for attempt in attempts:
            sent = attempt.attributes.get("SentTimestamp")
            begin = int(sent) * 1_000_000 if sent else self._start
            start = self._start
            tracing.record("bridge receive", attempt.trace, begin, start, channel=channel, attempt=attempt.receives)
            for step, end in self._marks:
                tracing.record(f"bridge {step}", attempt.trace, start, end, channel=channel, outcome=attempt.outcome)
                start = end
