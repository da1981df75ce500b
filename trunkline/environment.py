"""The variables that a command works with: the user's own, then the `.env` files, then what `trunkline up` left behind.

They are put into the environment of the process, because the AWS client library and child processes read them there.
"""

import os
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from pathlib import Path

from dotenv import dotenv_values

from trunkline.platform.files import write_atomically

_sources: dict[str, Path] = {}


def load(environ: MutableMapping[str, str] = os.environ) -> None:
    """Adds what the files say and `environ` does not. Raises ConfigurationError for an unknown profile."""
    from runtime.settings import profile

    _sources.clear()
    for path in (Path(f".env.{profile()}"), Path(".env")):
        _add(path, environ)
    # What the user calls SERVICE_PORT is not to be outvoted by the TRUNKLINE_API__PORT of an earlier `up`.
    said = {name for names in _synonyms() if any(is_set(name, environ) for name in names) for name in names}
    _add(left_behind(environ), environ, said)


def source(name: str) -> str:
    """Where a variable of this process came from: `environment`, or the file."""
    return str(_sources.get(name, "environment"))


def is_set(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a variable has a value; an empty one counts as none, as it does for the settings."""
    return bool(environ.get(name))


def left() -> list[str]:
    """The variables that are only known because `trunkline up` left them behind."""
    return [name for name, path in _sources.items() if path == left_behind()]


def of_up(name: str) -> str | None:
    """What `trunkline up` left behind for a variable, also where a shell has read it since."""
    path = left_behind()
    return dotenv_values(path, interpolate=False).get(name) if path.is_file() else None


def own(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The user's own variables: all but those that `trunkline up` left behind."""
    without = frozenset(left())
    return {name: value for name, value in environ.items() if name not in without}


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the local servers' data, their logs and this installation's secrets: TRUNKLINE_DATA, else `.trunkline` here."""
    return Path(environ.get("TRUNKLINE_DATA") or ".trunkline").expanduser().absolute()


def left_behind(environ: Mapping[str, str] = os.environ) -> Path:
    """The file in which `trunkline up` tells later commands where everything is. Shells can read it (`. .trunkline/env`)."""
    return data_folder(environ) / "env"


def leave(variables: Mapping[str, str]) -> None:
    """Writes that file, for its owner alone: it holds passwords."""
    lines = [f"export {name}='{value}'\n" for name, value in sorted(variables.items())]
    write_atomically(left_behind(), "".join(lines), mode=0o600)


def _synonyms() -> Iterator[tuple[str, ...]]:
    """The variables of each setting."""
    from runtime.settings import Settings, variables

    for group in Settings.GROUPS.values():
        for field in group.model_fields:
            yield variables(group, field)


def _add(path: Path, environ: MutableMapping[str, str], without: Collection[str] = ()) -> None:
    if not path.is_file():
        return
    for name, value in dotenv_values(path, interpolate=False).items():
        if value and name not in without and not is_set(name, environ):
            environ[name] = value
            _sources[name] = path
