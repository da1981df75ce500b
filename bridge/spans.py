"""The bridge's steps (F-110, F-121): reception, validation, append, receipt, clean-up, one after the other. Each is a line of the log at
DEBUG and a span under the message's trace.

Batches are timed once and spans made afterwards, so nothing is paid per message when no spans are recorded.
"""

import time
from collections.abc import Sequence

from bridge import journal
from bridge.attempt import Attempt
from runtime import tracing


class Steps:
    """The times of one batch of a channel, from its receipt on."""

    __slots__ = ("_channel", "_count", "_marks", "_start")

    def __init__(self, channel: str, count: int) -> None:
        self._channel, self._count = channel, count
        self._start = time.time_ns()
        self._marks: list[tuple[str, int]] = []
        journal.step(channel, "receive", count)

    def done(self, step: str) -> None:
        self._marks.append((step, time.time_ns()))
        journal.step(self._channel, step, self._count)

    @property
    def seconds(self) -> float:
        """From receipt to the broker's ack."""
        return next((at - self._start for step, at in self._marks if step == "append"), 0) / 1e9

    def record(self, attempts: Sequence[Attempt]) -> None:
        """One span per message and step, if spans are recorded at all."""
        if not tracing.enabled():
            return
        for attempt in attempts:
            sent = attempt.attributes.get("SentTimestamp")
            begin = int(sent) * 1_000_000 if sent else self._start
            start = self._start
            tracing.record(
                "bridge receive", attempt.trace, begin, start, channel=self._channel, attempt=attempt.receives
            )
            for step, end in self._marks:
                tracing.record(
                    f"bridge {step}", attempt.trace, start, end, channel=self._channel, outcome=attempt.outcome
                )
                start = end
