"""A user's shell: the installed commands in a folder of its own, with no variable of ours but those that are given."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.waiting import until_now

BIN = Path(sys.executable).parent
"""Where this environment's console scripts are."""
OURS = re.compile(
    r"TRUNKLINE_(?!CACHE$)|AWS_|OTEL_|KAFKA_BROKERS$|DATABASE_URL$|\w+_QUEUE_URL$|WORKER_TYPE$|SERVICE_PORT$|SQL_ECHO$|PYTHONPATH$"
)
"""Variables that would tell a command something. Where downloads are kept is the machine's business."""
NOTHING: Mapping[str, str] = {}


class Finished(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


class Running:
    """A command in the background; what it prints goes into a file."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process, self._log = process, log

    @property
    def log(self) -> str:
        """Everything that it has printed so far."""
        return self._log.read_text(errors="replace")

    def until_said(self, text: str, seconds: float = 60.0) -> None:
        """Until it has printed `text`. Fails at once when it has ended without."""

        def said() -> bool:
            ended = self.process.poll() is not None
            found = text in self.log
            assert found or not ended, f"ended with {self.process.returncode} before it said {text!r}:\n{self.log}"
            return found

        until_now(said, seconds, f"it says {text!r}")

    def end(self, with_: signal.Signals = signal.SIGTERM, seconds: float = 20.0) -> int:
        """Sends a signal; gives the exit code. Fails when it is still there after `seconds`, or left a stack trace."""
        if self.process.poll() is None:
            self.process.send_signal(with_)
        code = self.process.wait(seconds)
        assert "Traceback" not in self.log, self.log
        return code


class Shell:
    """folder: where the commands are started. env: what was exported here. scripts: where the commands are installed."""

    def __init__(self, folder: Path, env: Mapping[str, str] = NOTHING, scripts: Path = BIN) -> None:
        self.folder, self.scripts = folder, scripts
        inherited = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.variables = {**inherited, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", **env}
        self._started: list[Running] = []

    def run(self, *argv: str, code: int = 0, seconds: float = 60.0, env: Mapping[str, str] = NOTHING) -> Finished:
        """Runs a command to its end. Fails when it ends otherwise than with `code`, or shows a stack trace."""
        found = self.finish(argv, seconds, env)
        told = f"{' '.join(argv)}: {found.code}\n{found.out}\n{found.err}"
        assert found.code == code, told
        assert "Traceback" not in found.out + found.err, told
        return found

    def finish(self, argv: Sequence[str], seconds: float = 60.0, env: Mapping[str, str] = NOTHING) -> Finished:
        """Runs a command to its end, whatever that is."""
        done = subprocess.run(
            [self.which(argv[0]), *argv[1:]],
            cwd=self.folder,
            env={**self.variables, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def run_many(self, lines: Sequence[Sequence[str]]) -> list[Finished]:
        """Runs command lines of `trunkline`, one after the other in one process, whatever their exit codes. No stack trace is shown."""
        done = subprocess.run(
            [self.which("python"), "-P", str(Path(__file__).parent / "many.py")],
            cwd=self.folder,
            env=self.variables,
            input=json.dumps([list(argv) for argv in lines]),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found = [Finished(*each) for each in json.loads(done.stdout)]
        assert not [each for each in found if "Traceback" in each.out + each.err]
        return found

    def start(self, *argv: str, env: Mapping[str, str] = NOTHING) -> Running:
        """Starts a command in the background."""
        log = self.folder / f"{argv[0]}-{len(self._started)}.out"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [self.which(argv[0]), *argv[1:]],
                cwd=self.folder,
                env={**self.variables, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        running = Running(process, log)
        self._started.append(running)
        return running

    def close(self) -> None:
        """Kills what was started here and still runs."""
        for each in self._started:
            if each.process.poll() is None:
                each.process.kill()
            each.process.wait()

    def which(self, name: str) -> str:
        """The program that `name` means here."""
        found = shutil.which(name, path=self.variables["PATH"])
        assert found is not None, f"{name} is not installed"
        return found
