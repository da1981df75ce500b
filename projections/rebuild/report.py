"""What a rebuild found and did."""

from typing import Any

from msgspec import Struct

from projections.rebuild.comparison import Difference, Found


class Report(Struct, kw_only=True):
    """version: of this program's view. live_version: of the tables in use before, None when there were none. compared: whether there
    was something to compare with; `why_not` says why not. records: read; rejected: of them, overtaken decisions that do not count.
    dead_letters: records that the view cannot show; they were written as dead letters when they were live and are not again.
    digest: of all rebuilt tables, at `positions` (offsets by topic/partition)."""

    view: str
    version: int
    live_version: int | None
    tenant: str | None
    dry_run: bool
    switched: bool = False
    compared: bool = False
    why_not: str = ""
    lost: list[str] = []
    records: int = 0
    rejected: int = 0
    dead_letters: int = 0
    rows: int = 0
    digest: str = ""
    positions: dict[str, int] = {}
    tables: list[Found] = []
    differences: list[Difference] = []
    seconds: float = 0.0

    def by_table(self) -> list[dict[str, Any]]:
        """For people: one line per table of the view, over all schemas."""
        lines: dict[str, dict[str, Any]] = {}
        for each in self.tables:
            line = lines.setdefault(
                each.table, {"table": each.table, "schemas": 0, "rows": 0, "live_rows": None, "different": 0}
            )
            line["schemas"] += 1
            line["rows"] += each.rows
            if each.live_rows is not None:
                line["live_rows"] = (line["live_rows"] or 0) + each.live_rows
                line["different"] += (each.rows, each.digest) != (each.live_rows, each.live_digest)
        return list(lines.values())
