"""docs/reference/features.md from the markers of the tests: which feature is shown by which tests.

A test, or one of its parameters, says `@pytest.mark.feature("F-066")`, a file `pytestmark = pytest.mark.feature(...)`. Read from the
source: nothing is run.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from trunkline.reference.artefact import ROOT
from trunkline.reference.markdown import code, table

MARKER = "feature"
FILE = files("trunkline.reference").joinpath("features.tsv")


def titles() -> dict[str, str]:
    """Every feature that is asked for so far: number -> what it is, in a line."""
    return dict(line.split("\t", 1) for line in FILE.read_text().splitlines() if line)


def shown(root: Path = ROOT) -> dict[str, list[str]]:
    """Number -> the tests that name it, as `path::test`, sorted. Raises ValueError for a number that nobody asked for."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for number, test in _marked(ast.parse(path.read_text())):
            place = path.relative_to(root).as_posix()
            found[number].append(f"{place}::{test}" if test else place)
    if unknown := sorted(found.keys() - titles().keys()):
        raise ValueError(f"tests name features that nobody asked for: {', '.join(unknown)}")
    return dict(found)


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(number, name of the test; empty for the whole file)."""
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield from ((number, "") for number in _numbers(node.value))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((number, node.name) for mark in node.decorator_list for number in _numbers(mark))


def _numbers(marks: ast.expr) -> Iterator[str]:
    """The arguments of every `pytest.mark.feature(...)` in an expression."""
    for mark in ast.walk(marks):
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARKER:
            yield from (each.value for each in mark.args if isinstance(each, ast.Constant) and type(each.value) is str)


def render() -> str:
    tests = shown()
    rows = [
        (number, title, "<br>".join(map(code, tests.get(number, ()))) or "open") for number, title in titles().items()
    ]
    open_ = sum(number not in tests for number in titles())
    return (
        "# Features\n\nWhat was asked for so far, by number, and the tests that show it (`pytest <test>`). "
        f"{len(rows) - open_} of {len(rows)} are shown.\n\n" + table(("number", "feature", "shown by"), rows)
    )
