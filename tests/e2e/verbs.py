"""The command line's verbs as the app itself has them, so that a new one is tested by existing."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

from trunkline.main import app

Path = tuple[str, ...]


def verbs() -> list[Path]:
    """Everything that has a help: the command line itself, each verb, each verb of a verb."""
    return [(), *(path for path, _ in _below((), app()))]


def carried_out(option: str = "") -> list[Path]:
    """Every verb that does something, or only those that take `option`."""
    found = [(path, each) for path, each in _below((), app()) if each.default_command is not None]
    return [path for path, each in found if not option or option in _options(each)]


def scripts() -> list[str]:
    """The console scripts that the package installs."""
    return sorted(each.name for each in entry_points(group="console_scripts") if each.value.startswith("trunkline."))


def _below(path: Path, verb: Any) -> Iterator[tuple[Path, Any]]:
    for name in verb:
        if not name.startswith("-"):
            yield (*path, name), verb[name]
            yield from _below((*path, name), verb[name])


def _options(verb: Any) -> set[str]:
    return {name for argument in verb.assemble_argument_collection() for name in argument.names}
