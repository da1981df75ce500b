"""A server of the local platform: one folder, one port, one process that outlives the program that started it."""

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from pwd import struct_passwd

from trunkline.platform import processes
from trunkline.platform.errors import PlatformError
from trunkline.platform.files import locked, write_atomically
from trunkline.platform.ports import HOST, becomes_free, free_port, require_free
from trunkline.platform.processes import Identity


class Server(ABC):
    """Starts, finds again, stops and kills one server whose data live in `folder`.

    Any run of the program can do any of it: what is running is read from the folder and checked against the system.
    `port` 0 means: a free one, remembered in the folder. `memory` is in MiB.
    """

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, port: int = 0, memory: int = 512) -> None:
        self.folder = folder.expanduser().absolute()
        self.memory = memory
        self._wanted_port = port

    @abstractmethod
    def prepare(self) -> None:
        """Writes configuration, and initialises the data where there are none. Called before each start."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The command line that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server serves clients now. Raises OSError when it does not accept connections."""

    def environment(self) -> Mapping[str, str]:
        """The environment of the server's process."""
        return os.environ

    def account(self) -> struct_passwd | None:
        """The user that the server runs as; None: ours."""
        return None

    def worth_another_try(self, output: str) -> bool:
        """Whether a start that ended with `output` fails for a reason that passes by itself."""
        return False

    @property
    def log(self) -> Path:
        """The file with everything the server printed."""
        return self.folder / f"{self.name}.log"

    @property
    def port(self) -> int:
        """The port on 127.0.0.1: of the running server, else the wanted one, else the one of the last run.

        Raises PlatformError when it was left to us and the server was never started.
        """
        last = self._last_port()
        port = last if last and self.alive() else self._wanted_port or last
        if not port:
            raise PlatformError(f"{self.name} in {self.folder} has no port yet: start it first")
        return port

    @property
    def address(self) -> str:
        """host:port."""
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """The pid of the running server, None when it does not run."""
        identity = self._identity()
        return identity.pid if identity and identity.process() else None

    def alive(self) -> bool:
        """Whether the process runs; it may not serve clients yet."""
        return self.pid is not None

    def healthy(self) -> bool:
        """Whether the process runs and serves clients."""
        try:
            return self.alive() and self.answers()
        except OSError:
            return False

    def start(self, timeout: float = 60.0) -> None:
        """Starts the server and waits until it serves clients; returns at once when it does already.

        Raises PortTaken when another process listens on the port, PlatformError when the server does not come up within
        `timeout` seconds (a running one that does not answer for that long is killed and started anew).
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "lock"):
            if self.alive() or self._adopt():
                try:
                    return self.ready(timeout)
                except PlatformError:
                    self.end(signal.SIGKILL)
            self._choose_port()
            self.prepare()
            self._spawn_until_ready(time.monotonic() + timeout)

    def ready(self, timeout: float = 60.0) -> None:
        """Waits until the server serves clients. Raises PlatformError after `timeout` seconds or when it has ended."""
        deadline = time.monotonic() + timeout
        while not self.healthy():
            if not self.alive():
                raise PlatformError(f"{self.name} does not run; the end of {self.log}:\n{self._output()}")
            if time.monotonic() > deadline:
                raise PlatformError(
                    f"{self.name} (process {self.pid}) does not answer on {self.address} after {timeout:.0f} s; "
                    f"the end of {self.log}:\n{self._output()}"
                )
            time.sleep(0.05)

    def stop(self, timeout: float = 30.0) -> None:
        """Ends the server in good order, with force after `timeout` seconds. Does nothing when it does not run."""
        if not self.folder.exists():
            return
        with locked(self.folder / "lock"):
            if self.alive() or self._adopt():
                self.end(self.stop_signal, timeout)

    def kill(self) -> None:
        """Ends the server at once, as a crash of the machine would (SIGKILL)."""
        self.end(signal.SIGKILL)

    def end(self, first: signal.Signals, timeout: float = 0) -> None:
        """Sends `first`, and SIGKILL after `timeout` seconds; returns when the process is gone."""
        identity = self._identity()
        if identity is not None:
            identity.end(first, timeout)
            self._pid_file.unlink(missing_ok=True)

    def _spawn_until_ready(self, deadline: float) -> None:
        while True:
            self.log.unlink(missing_ok=True)
            processes.spawn(
                self.command(),
                mark=str(self.folder),
                log=self.log,
                env=self.environment(),
                cwd=self.folder,
                account=self.account(),
            ).write(self._pid_file)
            try:
                return self.ready(deadline - time.monotonic())
            except PlatformError:
                again = not self.alive() and self.worth_another_try(self._output()) and time.monotonic() < deadline
                if not again:
                    self.end(signal.SIGKILL)
                    raise
                time.sleep(0.1)

    @property
    def _pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @property
    def _port_file(self) -> Path:
        return self.folder / f"{self.name}.port"

    def _identity(self) -> Identity | None:
        return Identity.read(self._pid_file)

    def _adopt(self) -> bool:
        # A crash between starting the server and writing its pid leaves a server that only its mark tells us of.
        found = processes.marked(str(self.folder))
        if found:
            found[0].write(self._pid_file)
        return bool(found)

    def _last_port(self) -> int | None:
        try:
            return int(self._port_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _choose_port(self) -> None:
        port = self._wanted_port or self._last_port()
        if self._wanted_port:
            require_free(self._wanted_port, self.name)
        elif port is None or not becomes_free(port):
            port = free_port()
        write_atomically(self._port_file, str(port))

    def _output(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except FileNotFoundError:
            return "(no output)"
