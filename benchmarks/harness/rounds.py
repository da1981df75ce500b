"""Interleaved rounds: A B C, A B C, ... so that a slow minute of the machine meets every variant; a ratio is taken within a round."""

import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from statistics import median
from typing import Literal

from msgspec import Struct

from benchmarks.harness.measurement import Measured


class Skipped(Exception):
    """A variant cannot run here; the text says why."""


Variant = Callable[[int], Awaitable[Measured]]
"""Runs one round, given its number."""
Figure = Callable[[Measured], float]


class Rounds(Struct):
    """What came of them. `skipped`: why a variant has no figures."""

    results: dict[str, list[Measured]]
    skipped: dict[str, str]


class Comparison(Struct, frozen=True, kw_only=True):
    """A ratio, median over rounds of `figure` of `ours` over that of `peer`, and the goal it is held against."""

    what: str
    ours: str
    peer: str
    goal: float
    sense: Literal[">=", "<="]
    ratio: float | None

    @property
    def met(self) -> bool | None:
        """None when it could not be measured."""
        if self.ratio is None:
            return None
        return self.ratio >= self.goal if self.sense == ">=" else self.ratio <= self.goal


async def interleave(rounds: int, variants: Mapping[str, Variant]) -> Rounds:
    """Runs every variant once per round. One that raises Skipped, or fails, is left out of the rounds that follow."""
    found = Rounds({name: [] for name in variants}, {})
    for number in range(rounds):
        for name, variant in variants.items():
            if name in found.skipped:
                continue
            try:
                measured = await variant(number)
            except Skipped as why:
                found.skipped[name] = str(why)
                print(f"  {name}: skipped: {why}", flush=True)
            except Exception as error:  # noqa: BLE001  # a broken peer leaves the others their figures
                found.skipped[name] = f"{type(error).__name__}: {error}"
                print(f"  {name}: failed", flush=True)
                traceback.print_exc(file=sys.stdout)
            else:
                found.results[name].append(measured)
                print(
                    f"  round {number + 1} {name}: {measured.per_event:.1f} us CPU per event, "
                    f"{measured.per_second:,.0f} events/s",
                    flush=True,
                )
    return found


def compare(
    found: Rounds, what: str, ours: str, peer: str, figure: Figure, goal: float, sense: Literal[">=", "<="] = ">="
) -> Comparison:
    """The median of the rounds' ratios."""
    pairs = zip(found.results[ours], found.results[peer], strict=False)
    ratios = [figure(a) / figure(b) for a, b in pairs]
    return Comparison(what=what, ours=ours, peer=peer, goal=goal, sense=sense, ratio=median(ratios) if ratios else None)


def against(
    found: Rounds, what: str, ours: str, figure: Figure, goal: float, sense: Literal[">=", "<="] = "<="
) -> Comparison:
    """A figure held against a number."""
    values = [figure(each) for each in found.results[ours]]
    return Comparison(what=what, ours=ours, peer="", goal=goal, sense=sense, ratio=median(values) if values else None)


def verdict(each: Comparison) -> tuple[str, str, str, str, str]:
    """A comparison as the cells of a table: what, of what, the goal, what was measured, whether that is enough."""
    return (
        each.what,
        f"{each.ours} / {each.peer}" if each.peer else each.ours,
        f"{each.sense} {each.goal:g}",
        "-" if each.ratio is None else f"{each.ratio:.3g}",
        {True: "met", False: "missed", None: "not measured"}[each.met],
    )
