"""A generated file: where it lies and what makes it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
"""The checkout. Generated files are committed, so that readers need no code and reviewers see what changes."""


class Artefact(NamedTuple):
    """path: relative to the checkout. render() -> its text, the same whenever the code is the same."""

    path: str
    render: Callable[[], str]


def write(artefacts: Iterable[Artefact], root: Path = ROOT) -> list[str]:
    """Writes each file that differs; gives the paths written."""
    written = []
    for artefact in artefacts:
        path, text = root / artefact.path, artefact.render()
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            written.append(artefact.path)
    return written


def drift(artefacts: Iterable[Artefact], root: Path = ROOT) -> list[str]:
    """What is wrong with the committed files, one sentence each."""
    problems = []
    for artefact in artefacts:
        path = root / artefact.path
        if not path.exists():
            problems.append(f"{artefact.path} is missing: run `make docs`")
        elif path.read_text() != artefact.render():
            problems.append(f"{artefact.path} differs from the code: run `make docs` and commit what it writes")
    return problems
