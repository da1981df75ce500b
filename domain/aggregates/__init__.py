"""One file per kind of aggregate. Comes in: (state, input, context). Goes out: events and the next state.

A new aggregate is one file that ends with `AGGREGATE = Aggregate(...)`; `aggregates()` finds it by existing.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from domain.aggregates.aggregate import Aggregate, Context, Input

__all__ = ["Aggregate", "Context", "Input", "aggregates"]


@cache
def aggregates() -> dict[str, Aggregate]:
    """Every aggregate by its kind (the second part of its keys)."""
    found = {}
    for module in iter_modules(__path__):
        aggregate = getattr(import_module(f"{__name__}.{module.name}"), "AGGREGATE", None)
        if aggregate is not None:
            found[aggregate.kind] = aggregate
    return found
