"""The supervisor as a process of its own: started by one command, found, asked and stopped by later ones."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import trunkline
from trunkline.platform import processes
from trunkline.platform.errors import PlatformError
from trunkline.platform.files import locked
from trunkline.platform.processes import Identity
from trunkline.platform.supervised import Process, State, as_text, read_processes, read_states, write_processes
from trunkline.platform.supervisor import log_file, pid_file, processes_file, state_file, stop_orphans

HOPELESS = 3
"""Restarts after which nobody waits for a process to become ready."""


@dataclass(frozen=True)
class Status:
    """The supervisor's pid (None: it does not run) and what became of each process."""

    supervisor: int | None
    processes: list[State]


def start_detached(folder: Path, declared: Sequence[Process], timeout: float = 60.0) -> int:
    """Starts the supervisor in the background with `declared`; gives its pid when the processes were started.

    One that already supervises exactly these is left alone; one that supervises others is stopped first. What a killed one left
    behind is stopped. Raises PlatformError when it does not come up within `timeout` seconds.
    """
    folder = folder.absolute()
    with locked(_lock(folder)):
        running = _running(folder)
        if running is not None:
            if same(folder, declared):
                return running.pid
            _stop(folder, running)
        write_processes(processes_file(folder), _here(declared))
        return _start(folder, timeout)


def same(folder: Path, declared: Sequence[Process]) -> bool:
    """Whether these are the processes that the supervisor of `folder` was told of last."""
    return as_text(read_processes(processes_file(folder.absolute()))) == as_text(_here(declared))


def run_in_foreground(folder: Path, declared: Sequence[Process]) -> int:
    """Supervises in this process until SIGTERM or SIGINT; gives the exit code 0.

    Raises PlatformError when another supervisor has the folder.
    """
    from trunkline.platform.supervisor import Supervisor

    folder = folder.absolute()
    with locked(_lock(folder)):
        running = _running(folder)
        if running is not None:
            raise PlatformError(f"process {running.pid} already supervises {folder}; stop it first")
        write_processes(processes_file(folder), declared)
        Identity.current().write(pid_file(folder))
    return Supervisor(folder, declared).run()


def stop(folder: Path) -> None:
    """Stops the supervisor with its processes, and what a killed one left behind."""
    folder = folder.absolute()
    if not folder.exists():
        return
    with locked(_lock(folder)):
        running = _running(folder)
        if running is not None:
            _stop(folder, running)
        stop_orphans(folder)


def status(folder: Path) -> Status:
    """What runs now, checked against the system: the file alone would repeat what a killed supervisor last believed."""
    folder = folder.absolute()
    running = _running(folder)
    states = read_states(state_file(folder))
    if running is None:
        for state in states:
            alive = state.identity is not None and state.identity.process() is not None
            state.state = "orphaned" if alive else "stopped"
            state.pid = state.pid if alive else None
    return Status(running.pid if running else None, states)


def declared(folder: Path) -> list[Process]:
    """The processes that the supervisor of `folder` was told of last; none before its first start."""
    return read_processes(processes_file(folder.absolute()))


def wait_until_ready(folder: Path, timeout: float = 60.0, names: Collection[str] | None = None) -> None:
    """Waits until every process with a `ready` URL (or those of `names`) answers 200 there.

    Raises PlatformError that names those that do not within `timeout` seconds, and at once when one has ended `HOPELESS` times
    meanwhile.
    """
    folder = folder.absolute()
    waiting = [each for each in declared(folder) if each.ready and (names is None or each.name in names)]
    deadline = time.monotonic() + timeout
    answers: dict[str, str] = {}
    before = {state.name: state.restarts for state in read_states(state_file(folder))}
    while waiting:
        for each in list(waiting):
            answers[each.name] = ask(each.ready or "")
            if answers[each.name] == "200":
                waiting.remove(each)
        missing = {each.name for each in waiting}
        for state in read_states(state_file(folder)):
            if state.name in missing and state.restarts - before.get(state.name, 0) >= HOPELESS:
                raise PlatformError(
                    f"{state.name} ends again and again, last with exit code {state.last_exit}; "
                    f"the end of {log_file(folder, state.name)}:\n{_end_of(log_file(folder, state.name))}"
                )
        if waiting and time.monotonic() > deadline:
            told = "; ".join(f"{each.name} at {each.ready}: {answers[each.name]}" for each in waiting)
            raise PlatformError(f"not ready after {timeout:.0f} s: {told}. The logs are in {folder / 'logs'}")
        time.sleep(0.1 if waiting else 0)


def _here(declared: Sequence[Process]) -> list[Process]:
    return [replace(each, cwd=each.cwd or Path.cwd()) for each in declared]


def _end_of(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    except FileNotFoundError:
        return "(no output)"


def ask(url: str) -> str:
    """What a probe answers: `200`, or the code with the beginning of the body, or why nothing answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(500).decode(errors='replace')}"
    except OSError as error:
        return str(error)


def _start(folder: Path, timeout: float) -> int:
    log = log_file(folder, "supervisor")
    pid_file(folder).unlink(missing_ok=True)
    argv = [sys.executable, "-m", "trunkline.platform.supervisor", str(folder)]
    # The folder that holds our package comes first on the import path of `-m`: the same code runs there as here.
    home = Path(trunkline.__file__).parents[1]
    identity = processes.spawn(argv, mark=_mark(folder), log=log, env=os.environ, cwd=home)
    deadline = time.monotonic() + timeout
    while Identity.read(pid_file(folder)) != identity:
        if identity.process() is None or time.monotonic() > deadline:
            identity.end(signal.SIGTERM, 30)
            raise PlatformError(f"the supervisor of {folder} did not come up within {timeout:.0f} s; see {log}")
        time.sleep(0.02)
    return identity.pid


def _stop(folder: Path, running: Identity) -> None:
    allowed = sum(each.stop_timeout for each in read_processes(processes_file(folder)))
    running.end(signal.SIGTERM, allowed + 10)
    pid_file(folder).unlink(missing_ok=True)


def _running(folder: Path) -> Identity | None:
    identity = Identity.read(pid_file(folder))
    if identity is not None and identity.process() is not None:
        return identity
    # A crash of the command between starting the supervisor and seeing its pid file.
    return next(iter(processes.marked(_mark(folder))), None)


def _mark(folder: Path) -> str:
    return f"{folder}#supervisor"


def _lock(folder: Path) -> Path:
    return folder / "supervisor.lock"
