"""Markdown that a table needs."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A pipe table; cells are cut to one line and their pipes escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell(each) for each in line) + " |\n" for line in lines)


def cell(value: object) -> str:
    """One cell: one line, no column border inside."""
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    """Text in code type; nothing for nothing."""
    return f"`{value}`" if value not in ("", None) else ""
