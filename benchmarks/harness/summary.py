"""All goals on one page: benchmarks/results/README.md, written anew whenever a benchmark has saved its results."""

from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.harness.rounds import Comparison, verdict

HEAD = """# What was measured

Written by `make bench`; every benchmark has a page of its own beside this one, with all figures and the machine. Ratios are taken within
a round, peers beside us, and the median of the rounds is shown. CPU figures of one machine say nothing about another; ratios say a little.
"""


class Saved(Struct):
    """What of a saved report the summary needs."""

    name: str
    title: str
    date: str
    quick: bool = False
    comparisons: list[Comparison] = []


def write(folder: Path) -> None:
    """Writes the page from the results in the folder."""
    saved = [msgspec.json.decode(path.read_bytes(), type=Saved) for path in sorted(folder.glob("*.json"))]
    reports = [each for each in saved if not each.quick]
    lines = ["| benchmark | date | compared | of | goal | measured | |", "|---|---|---|---|---:|---:|---|"]
    for report in reports:
        which = (f"[{report.title}]({report.name}.md)", report.date)
        rows = [verdict(each) for each in report.comparisons] or [("figures without a goal", "", "", "", "")]
        lines += [f"| {' | '.join([*(which if not n else ('', '')), *row])} |" for n, row in enumerate(rows)]
    (folder / "README.md").write_text(f"{HEAD}\n" + "\n".join(lines) + "\n")
