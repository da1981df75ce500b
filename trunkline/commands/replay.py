"""The deciders once more, over everything."""

from typing import Annotated

from cyclopts import Parameter


def command(*, partition: Annotated[list[int] | None, Parameter(negative=())] = None, json: bool = False) -> None:
    """Run the deciders again over inbound events and commands and compare with the live decisions: they must be equal.

    Inputs are taken in the order of the live decisions' sources, with their times and settings versions, in memory; nothing is
    written and nothing is sent. Exit code 3 when a decision differs or an input is without one.

    Parameters
    ----------
    partition
        Only this partition; may be given several times.
    json
        Print JSON instead of a table.
    """
    import asyncio

    import msgspec

    from domain.aggregates import aggregates
    from runtime.errors import ProblemsFound, UsageError
    from runtime.settings import settings
    from streams.replay import replay
    from streams.sources import SOURCES
    from trunkline.output import print_json, show
    from trunkline.progress import progress

    kafka = settings().kafka
    if partition and not all(0 <= p < kafka.partitions for p in partition):
        raise UsageError(f"--partition: the topics have partitions 0 to {kafka.partitions - 1}")
    with progress("replaying") as told:
        chosen = tuple(sorted(set(partition))) if partition else None
        report = asyncio.run(replay(kafka, aggregates(), SOURCES, told, chosen))
    found = msgspec.to_builtins(report)
    if json:
        print_json(found)
    else:
        differences = found.pop("differences")
        show([found], tuple(found), as_json=False, empty="")
        if differences:
            show(differences, tuple(differences[0]), as_json=False, empty="")
    if not report.fine:
        raise ProblemsFound(f"{report.different} decisions differ, {report.unanswered} inputs are without a decision")
    if not json:
        print("every decision came out equal; no effects")
