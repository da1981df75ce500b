"""A view's tables anew, from the log."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from cyclopts import App

if TYPE_CHECKING:
    from projections.rebuild import Report

command = App(
    name="rebuild", help="Make a view's tables anew from the log, compare them with the live ones and switch."
)


@command.default
def rebuild(
    view: str, *, tenant: str | None = None, accept_differences: bool = False, dry_run: bool = False, json: bool = False
) -> None:
    """Make a view's tables anew from the log, compare them with the live ones and switch. Live views go on meanwhile.

    The tables are built beside the live ones, held against them at the same place of the log, and put in their place by one
    transaction. Where rows are not the same nothing is switched and they are shown: the log is right, or this program is not that
    which wrote the live tables. When the view's version was raised there is nothing to compare with. Nothing is sent.
    Exit code 3 when rows differ or cannot be made again, and for a dry run that would change something.

    Parameters
    ----------
    view
        Name of a view, or of one of its tables.
    tenant
        Only this tenant's tables.
    accept_differences
        Switch although rows differ or cannot be made again: repairs a damaged view.
    dry_run
        Build and compare, switch nothing.
    json
        Print JSON instead of tables.
    """
    import msgspec

    from projections.rebuild import rebuild as job
    from projections.rebuild import run, silent
    from projections.views import named
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json

    wanted = named(view)
    with _Steps(wanted.name) as shown:
        told = silent if json else shown.told
        report = run(job(settings(), wanted, tenant, dry_run=dry_run, accept=accept_differences, told=told))
    if json:
        print_json(msgspec.to_builtins(report))
    else:
        _show(report)
    if report.differences and not report.switched:
        raise ProblemsFound(
            f"{len(report.differences)} tables of the view {report.view} are not what the log says; nothing was changed. "
            "With --accept-differences the rebuilt ones take their place"
        )
    if dry_run and not report.compared:
        raise ProblemsFound(f"the tables would be replaced: {report.why_not}; nothing was changed")


class _Steps:
    """A bar for each step of a rebuild, one after another."""

    def __init__(self, view: str) -> None:
        self._view, self._step, self._stack = view, "", ExitStack()

    def __enter__(self) -> "_Steps":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def told(self, step: str, done: int, total: int) -> None:
        from trunkline.progress import progress

        if step != self._step:
            self._stack.close()
            self._step, self._tell = step, self._stack.enter_context(progress(f"{self._view}: {step}"))
        self._tell(done, total)


def _show(report: "Report") -> None:
    import msgspec

    from trunkline.output import console, table

    lines = report.by_table()
    console().print(
        table(lines, ("table", "schemas", "rows", *(("live_rows", "different") if report.compared else ())))
    )
    if report.differences:
        columns = ("tenant", "table", "missing", "surplus", "changed", "example")
        print("\nin the live tables:")
        console().print(table(msgspec.to_builtins(report.differences), columns))
        for lost in report.lost:
            print(lost)
    letters = f", {report.dead_letters} that it cannot show (dead-lettered when they were new, not again)"
    print(
        f"\nview {report.view} version {report.version}: {report.rows} rows from {report.records} records"
        f"{letters if report.dead_letters else ''} in {report.seconds:.1f} s; digest {report.digest}"
    )
    if not report.compared:
        print(f"nothing to compare with: {report.why_not}")
    elif not report.differences:
        print("the live tables were the same")
    if report.switched:
        print("switched")
