"""Aggregates that an exception in a decider has parked."""

import asyncio
from typing import TYPE_CHECKING

from cyclopts import App

if TYPE_CHECKING:
    from streams.parked import Parked

command = App(
    name="parked",
    help="List, show and release parked aggregates: a bug of ours on one input made it and what follows wait.",
)


@command.command(name="list")
def list_(*, json: bool = False) -> None:
    """List what is parked now. Reads the whole decisions log.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from runtime.settings import settings
    from streams.parked import parked
    from trunkline.output import show
    from trunkline.progress import progress

    with progress("reading the decisions log") as told:
        found = asyncio.run(parked(settings().kafka, told))
    rows = [
        {
            "aggregate": each.aggregate,
            "since": each.since,
            "error": each.error,
            "where": each.where,
            "waiting": len(each.waiting),
            "releasing": each.releasing,
            "partition": each.partition,
        }
        for each in found
    ]
    columns = ("aggregate", "since", "error", "where", "waiting", "releasing")
    show(rows, columns, as_json=json, empty="nothing is parked")


@command.command
def show(aggregate: str, *, content: bool = False, json: bool = False) -> None:
    """Show what waits at one aggregate, in order: the input that failed, then those held behind it.

    Parameters
    ----------
    aggregate
        Its key, as `trunkline parked list` shows it.
    content
        Show the inputs' bytes, too; they hold personal data.
    json
        Print JSON instead of a table.
    """
    from trunkline.output import show as show_rows

    each = _one(aggregate)
    rows = [
        {
            "input": waiting.input,
            "topic": waiting.source.topic,
            "partition": waiting.source.partition,
            "offset": waiting.source.offset,
            "bytes": waiting.raw.size,
            **({"content": waiting.raw.data} if content else {}),
        }
        for waiting in each.waiting
    ]
    if not json:
        print(f"{each.aggregate} is parked since {each.since} at version {each.version}: {each.error} at {each.where}")
    show_rows(rows, tuple(rows[0]), as_json=json, empty="")


@command.command
def release(aggregate: str, *, dry_run: bool = False, json: bool = False) -> None:
    """Have everything that waits at one aggregate decided, in order; do so after the bug is mended. It parks again where it fails.

    Parameters
    ----------
    aggregate
        Its key, as `trunkline parked list` shows it.
    dry_run
        Only say what would be released; exit code 3.
    json
        Print JSON instead of a sentence.
    """
    from uuid import NAMESPACE_URL

    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from schemas.commands import ReleaseAggregate
    from trunkline.output import print_json
    from trunkline.wishes import carry_out, wish_id

    each = _one(aggregate)
    if dry_run:
        raise ProblemsFound(f"would release {aggregate}: {len(each.waiting)} inputs wait")
    wish = ReleaseAggregate(id="", aggregate=aggregate, by="trunkline parked release")
    wish = ReleaseAggregate(id=wish_id(NAMESPACE_URL, wish, each.version), aggregate=aggregate, by=wish.by)
    decision = asyncio.run(carry_out(settings().kafka, wish))
    if json:
        print_json({"aggregate": aggregate, "released": len(each.waiting), "version": decision.version})
    else:
        print(
            f"{aggregate}: {len(each.waiting)} inputs are decided now, in order; `trunkline parked list` tells if one failed again"
        )


def _one(aggregate: str) -> "Parked":
    from runtime.errors import UsageError
    from runtime.settings import settings
    from streams.parked import parked
    from trunkline.progress import progress

    with progress("reading the decisions log") as told:
        found = {each.aggregate: each for each in asyncio.run(parked(settings().kafka, told))}
    if aggregate not in found:
        raise UsageError(f"{aggregate} is not parked; `trunkline parked list` shows what is")
    return found[aggregate]
