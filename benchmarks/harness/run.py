"""What one call of the benchmarks was asked for."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Comparison, Rounds
from benchmarks.harness.servers import Servers

QUICK = 4
"""A quick run has so many times fewer events."""


class Run(Struct, frozen=True):
    """rounds: how many times every variant runs. quick: few events, for a look."""

    servers: Servers
    rounds: int
    quick: bool

    def scale(self, events: int) -> int:
        """The events of a variant."""
        return events // QUICK if self.quick else events

    def unique(self, name: str) -> str:
        """A name for topics, queues and databases that no other run uses."""
        return f"bench-{os.getpid()}-{name}"

    def report(
        self,
        name: str,
        title: str,
        event: str,
        found: Rounds,
        comparisons: Sequence[Comparison],
        notes: Sequence[str] = (),
    ) -> Report:
        """What was found, with the date and the machine."""
        return Report(
            name=name,
            title=title,
            event=event,
            quick=self.quick,
            date=datetime.now(UTC).date().isoformat(),
            rounds=found,
            comparisons=comparisons,
            notes=notes,
        )
