"""SHELL DOWN. Kafka -> PostgreSQL: every table here is a fold of the log and can be thrown away (laws 2, 3 and 10).

Comes in: decisions, receipts, dead letters. Goes out: rows in a schema per tenant, and each view's log position beside them.
One file per view in views/ holds its tables and its writer; worker runs them, rebuild makes them anew beside the live ones.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.view import View
    from runtime.settings import Settings


def main(settings: "Settings", views: "Sequence[View]") -> int:
    """Projects these views until the process is told to stop; see projections.worker."""
    from projections import worker

    return worker.main(settings, views)
