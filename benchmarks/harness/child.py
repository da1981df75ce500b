"""A process under measurement."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from benchmarks.harness import cpu

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-P", "-m")


class ChildFailed(Exception):
    """The process ended, or never came to what was waited for. The text holds the end of its output."""


class Child:
    """Started at once. Its output goes to `log`; its environment is ours, with `environment` over it and the checkout importable."""

    def __init__(self, argv: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.argv = argv
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._output = log.open("wb")
        self._process = psutil.Popen(
            argv,
            stdout=self._output,
            stderr=self._output,
            cwd=log.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def cpu(self) -> float:
        """Seconds of CPU since it started."""
        return cpu.seconds(self.pid)

    def memory(self) -> int:
        """Resident bytes, descendants included."""
        return sum(each.memory_info().rss for each in (self._process, *self._process.children(recursive=True)))

    def suspend(self) -> None:
        """Stops all of it where it is (SIGSTOP)."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on (SIGCONT)."""
        os.killpg(self.pid, signal.SIGCONT)

    def check(self) -> None:
        """Raises ChildFailed when it has ended."""
        if self._process.poll() is not None:
            raise ChildFailed(f"{self._name} ended with {self._process.returncode}:\n{self.output()}")

    async def says(self, text: str, seconds: float = 60.0) -> None:
        """Waits until its output holds `text`. Raises ChildFailed when it ends first or `seconds` pass."""
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text(errors="replace"):
            self.check()
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self._name} did not say {text!r} within {seconds:.0f} s:\n{self.output()}")
            await asyncio.sleep(0.05)

    def stop(self, timeout: float = 15.0) -> None:
        """Ends it in good order, with force after `timeout` seconds."""
        if self._process.poll() is None:
            self.resume()
            os.killpg(self.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout)
            except psutil.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self._process.wait()
        self._output.close()

    def output(self) -> str:
        """The last lines that it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    @property
    def _name(self) -> str:
        return " ".join(self.argv[1:5])
