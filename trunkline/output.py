"""What commands print: a table for people, JSON for programs. Commands print through here, so that `--json` is the same everywhere."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 240
"""Columns of a table that goes into a file or a pipe."""


class _Console(Console):
    """As rich's, but a reader that has gone away is main's to deal with: rich ends the process with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Where people read: the terminal's width, or wide enough to cut nothing off."""
    return _Console(width=None if sys.stdout.isatty() else WIDE, soft_wrap=False, highlight=False)


def print_json(value: Any) -> None:
    """`value` as JSON on stdout; times as RFC 3339 text, bytes as text."""
    print(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Rows as a table of `columns`, or all they hold as a JSON array. `empty` is what is said when there are none."""
    found = list(rows)
    if as_json:
        print_json(found)
    elif not found:
        print(empty)
    else:
        console().print(table(found, columns))


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """A table of `columns`; underscores in their names become spaces."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        made.add_row(*(Text(_cell(row.get(column))) for column in columns))
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_plain, ensure_ascii=False) if value else ""
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
