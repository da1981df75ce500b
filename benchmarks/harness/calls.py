"""How long one call takes, over and over again. The standard library alone: peers in environments of their own use it too."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter_ns
from typing import Any, NamedTuple


class Took(NamedTuple):
    """Microseconds of one call."""

    median: float
    best: float


def took(call: Callable[[Any], object], inputs: Sequence[Any], before: Callable[[], object] | None = None) -> Took:
    """Calls with one input after the other. before: done before each, off the clock."""
    call(inputs[0])
    spent = []
    for given in inputs:
        if before is not None:
            before()
        start = perf_counter_ns()
        call(given)
        spent.append(perf_counter_ns() - start)
    return Took(median(spent) / 1000, min(spent) / 1000)
