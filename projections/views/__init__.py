"""One file per view: its tables, its writer, and `VIEW = View(...)`. It is found by existing; outsiders add theirs by an entry
point in the group `trunkline.views` that names a View.

Comes in: accepted records. Goes out: rows.
"""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from projections.view import View
from runtime.errors import UsageError

__all__ = ["View", "named", "views"]


@cache
def views() -> dict[str, View]:
    """Every view by its name. Raises ValueError when two bear the same name, or share a table or the name of a write."""
    found: dict[str, View] = {}
    tables: dict[str, str] = {}
    writes: dict[str, str] = {}
    modules = [import_module(f"{__name__}.{module.name}").VIEW for module in iter_modules(__path__)]
    for view in [*modules, *(point.load() for point in entry_points(group="trunkline.views"))]:
        if view.name in found:
            raise ValueError(f"two views are called {view.name!r}")
        for table in view.table_names:
            if table in tables:
                raise ValueError(f"the views {tables[table]!r} and {view.name!r} both claim the table {table!r}")
            tables[table] = view.name
        for write in view.writes:
            if write.name in writes:
                raise ValueError(f"the views {writes[write.name]!r} and {view.name!r} both have a write {write.name!r}")
            writes[write.name] = view.name
        found[view.name] = view
    return found


def named(name: str) -> View:
    """The view of that name, or the one that owns the table of that name. Raises UsageError."""
    all_ = views()
    for view in all_.values():
        if name == view.name or name in view.table_names:
            return view
    raise UsageError(f"no view or table is called {name!r}; there are: {', '.join(sorted(all_))}")
