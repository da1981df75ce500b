"""What the supervisor is told (processes) and what it tells (their states), as files in its folder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from trunkline.platform.files import read_json, write_atomically
from trunkline.platform.processes import Identity

RunState = Literal["running", "backoff", "stopped", "orphaned"]


@dataclass(frozen=True)
class Process:
    """A process to keep running. `env` is added to the supervisor's; `ready` is a URL that answers 200 when it works.

    `stop_timeout`: seconds between SIGTERM and SIGKILL. `cwd` None: the folder of whoever starts the supervisor.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    ready: str | None = None
    stop_timeout: float = 20.0


@dataclass
class State:
    """What became of a process. `started_at`, `starts_at`: seconds since the epoch; `last_exit`: negative for a signal.

    `restarts` counts starts after the first. "orphaned": it runs, but its supervisor was killed.
    """

    name: str
    state: RunState = "stopped"
    pid: int | None = None
    created: float | None = None
    started_at: float | None = None
    starts_at: float | None = None
    restarts: int = 0
    last_exit: int | None = None

    @property
    def identity(self) -> Identity | None:
        return None if self.pid is None or self.created is None else Identity(self.pid, self.created)


def write_processes(path: Path, processes: Sequence[Process]) -> None:
    """Readable by its owner alone: environments carry passwords."""
    write_atomically(path, as_text(processes), mode=0o600)


def as_text(processes: Sequence[Process]) -> str:
    """The same text for the same processes."""
    return json.dumps([asdict(process) for process in processes], default=str, sort_keys=True, indent=1)


def read_processes(path: Path) -> list[Process]:
    """The processes in a file that write_processes made."""
    found: list[dict[str, Any]] = read_json(path) or []
    return [Process(**{**each, "cwd": Path(each["cwd"]) if each["cwd"] else None}) for each in found]


def write_states(path: Path, states: Sequence[State]) -> None:
    """Readers see the states before or after, never half of them."""
    write_atomically(path, json.dumps([asdict(state) for state in states], indent=1))


def read_states(path: Path) -> list[State]:
    """The states in a file, none when there is no such file."""
    return [State(**each) for each in read_json(path) or []]
