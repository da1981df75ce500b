"""The state of a message as the fold of all reports about it, the same for any order (law 9; T-08, T-09).

Two facts are remembered: the furthest progress and the last failure, each with its provider time ("" when unknown). Of equal progress
the later time counts, of failures the later one, without times the worse one. Views fold by the same rule in SQL.
"""

from typing import NamedTuple

from schemas.values import FAILURES, RANK

Fact = tuple[str, str]
"""(status, provider time or ""). Times are RFC 3339 in UTC with milliseconds, so that they compare as text."""

_BEATS_FAILURE = RANK["delivered"]


class Delivery(NamedTuple):
    """What is known about one message."""

    progress: Fact | None = None
    failure: Fact | None = None

    @property
    def status(self) -> str:
        """Failures end a message, but delivered, read and played beat them, unless both times are known and the failure is later.
        Empty while nothing is known."""
        progress, failure = self.progress, self.failure
        if failure is None:
            return progress[0] if progress is not None else ""
        if progress is None or RANK[progress[0]] < _BEATS_FAILURE:
            return failure[0]
        return failure[0] if progress[1] and failure[1] > progress[1] else progress[0]


def reported(known: Delivery, status: str, time: str) -> Delivery:
    """What is known after one more report. Raises KeyError for a status that is neither progress nor failure."""
    fact = status, time
    if status in FAILURES:
        if known.failure is None or _failure_order(fact) > _failure_order(known.failure):
            return Delivery(known.progress, fact)
        return known
    if known.progress is None or (RANK[status], time) > (RANK[known.progress[0]], known.progress[1]):
        return Delivery(fact, known.failure)
    return known


def merged(one: Delivery, other: Delivery) -> Delivery:
    """What is known when both are."""
    for fact in (other.progress, other.failure):
        if fact is not None:
            one = reported(one, *fact)
    return one


def _failure_order(fact: Fact) -> tuple[str, int]:
    return fact[1], FAILURES.index(fact[0])
