"""docs/reference/features.md from the markers of the tests: which feature is shown by which tests.

A test says `@pytest.mark.feature("F-066")`, a file `pytestmark = pytest.mark.feature(...)`. Read from the source: nothing is run.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from trunkline.reference.artefact import ROOT
from trunkline.reference.markdown import code, table

MARKER = "feature"


def titles() -> dict[str, str]:
    """Every feature that is asked for so far: number -> what it is, in a line."""
    text = files("trunkline.reference").joinpath("features.tsv").read_text()
    return dict(line.split("\t", 1) for line in text.splitlines() if line)


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
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            yield from ((number, "") for mark in marks for number in _numbers(mark))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((number, node.name) for mark in node.decorator_list for number in _numbers(mark))


def _numbers(mark: ast.expr) -> list[str]:
    """The arguments of `pytest.mark.feature(...)`; none for any other expression."""
    if not (isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARKER):
        return []
    return [
        argument.value
        for argument in mark.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


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
