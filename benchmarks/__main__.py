"""`python -m benchmarks [NAME...] [--quick]`."""

import asyncio
import sys
import time
from importlib import import_module
from typing import Any

import cyclopts

from benchmarks.harness.machine import facts
from benchmarks.harness.postgres import forget_templates
from benchmarks.harness.report import Report
from benchmarks.harness.run import Run
from benchmarks.harness.servers import servers

NAMES = (
    "normalise",
    "webhooks",
    "bridge",
    "agent",
    "live",
    "projection",
    "rebuild",
    "pipeline",
    "latency",
    "growth",
    "start_up",
)
"""The modules that measure, in the order in which they run."""

app = cyclopts.App(name="python -m benchmarks", version_flags=())


async def measured(module: Any, options: Run) -> Report:
    """One benchmark, with what it made removed."""
    try:
        report: Report = await module.run(options)
    finally:
        await forget_templates(options.servers.dsn)
    return report


@app.default
def main(*names: str, rounds: int = 3, quick: bool = False, save: bool = True) -> int:
    """Measure, print, and keep the results in benchmarks/results/.

    Exit codes: 0 every goal was met, 3 one was missed or could not be measured.

    Parameters
    ----------
    names
        Which; all when none is given.
    rounds
        How often every variant runs; medians are reported.
    quick
        One round with fewer events: a look, about a minute each.
    save
        Whether to write benchmarks/results/.
    """
    for name in names:
        if name not in NAMES:
            print(f"there is no benchmark {name!r}; there are: {', '.join(NAMES)}", file=sys.stderr)
            return 2
    print(", ".join(f"{name}: {value}" for name, value in facts().items()), flush=True)
    met = True
    with servers() as shared:
        for name in names or NAMES:
            module = import_module(f"benchmarks.{name}")
            print(f"\n{module.TITLE}", flush=True)
            start = time.monotonic()
            report = asyncio.run(measured(module, Run(shared, 1 if quick else rounds, quick)))
            print(f"\n{report.markdown()}\n({time.monotonic() - start:.0f} s)", flush=True)
            if save:
                report.save()
            met = met and all(each.met for each in report.comparisons)
    return 0 if met else 3


if __name__ == "__main__":
    sys.exit(app())
