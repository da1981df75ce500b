"""What a benchmark found: printed, and kept as JSON and markdown in benchmarks/results/."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from msgspec import Struct

from benchmarks.harness import summary
from benchmarks.harness.machine import facts
from benchmarks.harness.measurement import Measured
from benchmarks.harness.rounds import Comparison, Rounds, verdict

RESULTS = Path(__file__).resolve().parents[1] / "results"


class Report(Struct, kw_only=True):
    """One benchmark. event: what is counted. notes: what a reader has to know to read the table right."""

    name: str
    title: str
    event: str
    quick: bool
    date: str
    machine: dict[str, str] = msgspec.field(default_factory=facts)
    rounds: Rounds
    comparisons: Sequence[Comparison]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """The table."""
        lines = [f"# {self.title}", ""]
        if self.quick:
            lines += ["A quick run: too short to quote.", ""]
        lines += [f"{self.date}. " + ", ".join(f"{name}: {value}" for name, value in self.machine.items()), ""]
        lines += self._table() + self._ratios()
        lines += [f"- {note}" for note in self.notes]
        return "\n".join(lines) + "\n"

    def save(self, folder: Path = RESULTS) -> None:
        """Writes `<name>.json` and `<name>.md`; those of a quick run have `-quick` in the name."""
        folder.mkdir(exist_ok=True)
        stem = f"{self.name}-quick" if self.quick else self.name
        data: Any = msgspec.to_builtins(self)
        (folder / f"{stem}.json").write_bytes(msgspec.json.format(msgspec.json.encode(data)) + b"\n")
        (folder / f"{stem}.md").write_text(self.markdown())
        summary.write(folder)

    def _table(self) -> list[str]:
        results = {name: runs for name, runs in self.rounds.results.items() if runs}
        servers = list(dict.fromkeys(server for runs in results.values() for run in runs for server in run.servers))
        more = list(dict.fromkeys(name for runs in results.values() for run in runs for name in run.more))
        head = ["variant", f"{self.event}s", "CPU us", "lowest - highest", f"{self.event}s/s"]
        head += [f"{server} CPU us" for server in servers] + more + ["rounds"]
        lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
        for name, runs in results.items():
            own = [run.per_event for run in runs]
            row = [name, f"{runs[0].events:,}", f"{median(own):.1f}", f"{min(own):.1f} - {max(own):.1f}"]
            row.append(f"{median(run.per_second for run in runs):,.0f}")
            row += [_server(runs, server) for server in servers]
            row += [_more(runs, each) for each in more]
            lines.append("| " + " | ".join([*row, str(len(runs))]) + " |")
        lines += [f"| {name} | skipped: {why.splitlines()[0]} |" for name, why in self.rounds.skipped.items()]
        return [*lines, ""]

    def _ratios(self) -> list[str]:
        if not self.comparisons:
            return []
        lines = ["| compared | of | goal | measured | |", "|---|---|---:|---:|---|"]
        lines += [f"| {' | '.join(verdict(each))} |" for each in self.comparisons]
        return [*lines, ""]


def _server(runs: Sequence[Measured], server: str) -> str:
    values = [1e6 * run.servers[server] / run.events for run in runs if server in run.servers]
    return f"{median(values):.1f}" if values else "-"


def _more(runs: Sequence[Measured], name: str) -> str:
    values = [run.more[name] for run in runs if name in run.more]
    return f"{median(values):.4g}" if values else "-"
