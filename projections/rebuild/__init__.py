"""Makes a view's tables anew from the log, beside the live ones, and puts them in their place (docs/adr/0016).

Comes in: a view, and the log from its first record. Goes out: tables that hold the fold of the log, compared with the live ones before
one transaction switches. Live views go on meanwhile. shadow has the tables, reading the log, filling the rows; standing and comparison
say whether the live tables are what the log says; guard and switch are the only ones that touch what is live.
"""

from collections.abc import Coroutine
from typing import Any, TypeVar

from projections.rebuild.comparison import Difference, Found
from projections.rebuild.rebuilding import Told, rebuild, silent
from projections.rebuild.report import Report

__all__ = ["Difference", "Found", "Report", "Told", "rebuild", "run", "silent"]

T = TypeVar("T")


def run(job: Coroutine[Any, Any, T]) -> T:
    """Runs a rebuild in a process of its own, with the loop and the thresholds of the projections' worker."""
    from projections.worker import GARBAGE_THRESHOLD
    from runtime import aiokafka_repair, interpreter

    aiokafka_repair.apply()
    interpreter.collect_rarely(GARBAGE_THRESHOLD)
    return interpreter.run(job)
