"""Keeps a list of processes running: restarts them with back-off, stops them in reverse order on SIGTERM.

One supervisor per folder. A killed one leaves its children running; the next one stops them before it starts its own, and
until then `status` calls them orphaned. (Letting the kernel end children with their parent would only work on Linux, and would
end them without warning; here they get their SIGTERM in any case.)
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trunkline.platform import processes
from trunkline.platform.backoff import Backoff
from trunkline.platform.processes import Identity
from trunkline.platform.supervised import Process, State, read_processes, write_states

TICK = 0.1
LARGEST_LOG = 10 * 1024 * 1024


class Supervisor:
    """Runs `children` until it is told to stop. Files in `folder`: state.json, supervisor.pid, logs/<name>.log."""

    def __init__(self, folder: Path, children: Sequence[Process], backoff: Backoff | None = None) -> None:
        self.folder = folder.absolute()
        self.children = children
        pattern = backoff or Backoff()
        self._backoffs = {each.name: Backoff(pattern.first, pattern.limit, pattern.good) for each in children}
        self._states = {each.name: State(each.name) for each in children}
        self._stopping = False

    def run(self) -> int:
        """Supervises until SIGTERM or SIGINT, then stops the children. Gives 0. The caller sees to it that the folder has one."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        stop_orphans(self.folder)
        for child in self.children:
            self._start(child)
        # After the children: whoever waits for this file finds them started.
        Identity.current().write(pid_file(self.folder))
        while not self._stopping:
            for child in self.children:
                self._look_after(child)
            time.sleep(TICK)
        for child in reversed(self.children):
            self._end(child)
        pid_file(self.folder).unlink(missing_ok=True)
        return 0

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _start(self, child: Process) -> None:
        if self._stopping:
            return
        state = self._states[child.name]
        log = log_file(self.folder, child.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        state.started_at, state.starts_at = time.time(), None
        try:
            identity = processes.spawn(
                child.argv, mark=mark(self.folder), log=log, env={**os.environ, **child.env}, cwd=child.cwd
            )
        except OSError as error:
            with log.open("a") as file:
                file.write(f"{child.name} could not be started: {error}\n")
            return self._back_off(child, 127)  # the shell's code for a command that was not found
        state.state, state.pid, state.created = "running", identity.pid, identity.created
        self._write()

    def _look_after(self, child: Process) -> None:
        state = self._states[child.name]
        if state.state == "running" and state.identity is not None:
            code = processes.exit_code(state.identity)
            if code is not None:
                self._back_off(child, code)
        elif state.state == "backoff" and state.starts_at is not None and time.time() >= state.starts_at:
            state.restarts += 1
            self._start(child)

    def _back_off(self, child: Process, code: int) -> None:
        state = self._states[child.name]
        now = time.time()
        pause = self._backoffs[child.name].after(now - (state.started_at or now))
        state.state, state.pid, state.created = "backoff", None, None
        state.last_exit, state.starts_at = code, now + pause
        self._write()

    def _end(self, child: Process) -> None:
        state = self._states[child.name]
        if state.identity is not None:
            identity = state.identity
            identity.end(signal.SIGTERM, child.stop_timeout)
            state.last_exit = processes.exit_code(identity)
        state.state, state.pid, state.created, state.starts_at = "stopped", None, None, None
        self._write()

    def _write(self) -> None:
        write_states(state_file(self.folder), list(self._states.values()))


def mark(folder: Path) -> str:
    """What the children of this folder's supervisor carry in their environment."""
    return f"{folder.absolute()}#supervised"


def pid_file(folder: Path) -> Path:
    return folder / "supervisor.pid"


def state_file(folder: Path) -> Path:
    return folder / "state.json"


def processes_file(folder: Path) -> Path:
    return folder / "processes.json"


def log_file(folder: Path, name: str) -> Path:
    return folder / "logs" / f"{name}.log"


def stop_orphans(folder: Path, timeout: float = 20.0) -> None:
    """Ends the processes that a killed supervisor of `folder` left behind: SIGTERM, SIGKILL after `timeout` seconds."""
    while left := processes.marked(mark(folder)):
        with ThreadPoolExecutor(len(left)) as pool:
            for done in [pool.submit(each.end, signal.SIGTERM, timeout) for each in left]:
                done.result()


def main(folder: Path) -> int:
    """Supervises what `processes.json` in `folder` declares."""
    return Supervisor(folder, read_processes(processes_file(folder))).run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
