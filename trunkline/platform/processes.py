"""Processes of the operating system: started apart from us, recognised later by another run of the program, ended.

A process is known by pid and creation time, so that a pid that was given to somebody else is never taken for ours.
"""

import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from trunkline.platform.files import read_json, write_atomically

# Carried in the environment of everything we start: finds a process whose pid we had no time to write down.
MARK = "TRUNKLINE_PROCESS"
# The creation time is computed from the boot time, which moves when the clock is corrected.
TOLERANCE = 2.0
# Keeps the handles of processes that outlive us: without it Python warns about each one it collects.
_handles: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Identity:
    """Pid and creation time (seconds since the epoch) of a process."""

    pid: int
    created: float

    @classmethod
    def of(cls, process: psutil.Process) -> "Identity":
        return cls(process.pid, process.create_time())

    @classmethod
    def current(cls) -> "Identity":
        return cls.of(psutil.Process())

    @classmethod
    def read(cls, path: Path) -> "Identity | None":
        """The identity in a file, None when there is none."""
        match read_json(path):
            case {"pid": int(pid), "created": float(created)}:
                return cls(pid, created)
        return None

    def write(self, path: Path) -> None:
        write_atomically(path, json.dumps(asdict(self)))

    def process(self) -> psutil.Process | None:
        """The living process, None when it has ended or the pid belongs to another one by now."""
        handle = _handles.get(self.pid)
        if handle is not None:
            handle.poll()  # lets go of a child of ours that has ended
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) > TOLERANCE or process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process

    def end(self, first: signal.Signals, seconds: float) -> None:
        """Sends `first`, and SIGKILL after `seconds`; returns when the process is gone."""
        process = self.process()
        if process is None:
            return
        try:
            process.send_signal(first)
            if first is not signal.SIGKILL and not self._gone_within(seconds):
                process.kill()
            self._gone_within(60)
        except psutil.NoSuchProcess:
            return

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.process() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def spawn(
    argv: Sequence[str],
    *,
    mark: str,
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    account: pwd.struct_passwd | None = None,
) -> Identity:
    """Starts `argv` in a session of its own, so that it lives on when we end, with its output appended to `log`.

    `account` is the user to run as (needs root). Raises OSError when the program cannot be executed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        handle = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**env, MARK: mark},
            cwd=cwd,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    _handles[handle.pid] = handle
    return Identity.of(psutil.Process(handle.pid))


def exit_code(identity: Identity) -> int | None:
    """How a process that we started ended (negative: the signal), None while it runs or when somebody else started it."""
    handle = _handles.get(identity.pid)
    return None if handle is None else handle.poll()


def marked(mark: str) -> list[Identity]:
    """Living processes that were started under `mark`, without the ones they started themselves; ours excluded."""
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        try:
            excluded = process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE
            if not excluded and process.environ().get(MARK) == mark:
                found[process.pid] = process
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            continue
    roots = []
    for process in found.values():
        try:
            if process.ppid() not in found:
                roots.append(Identity.of(process))
        except psutil.NoSuchProcess:
            continue
    return roots
