"""Processes that are started as a user starts them and started again at once whenever they end."""

import asyncio
import http.client
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

PAUSE = 0.2
"""Seconds between an end and the next start."""


class Kept:
    """One process. port: where it answers about its health, if it does. pids: of all its lives. exits: how each life ended (negative:
    the signal). Its output goes to `log`."""

    def __init__(self, name: str, argv: Sequence[str], env: Mapping[str, str], folder: Path, port: int = 0) -> None:
        self.name, self.argv, self.env, self.folder, self.port = name, argv, env, folder, port
        self.log = folder / f"{name}.log"
        self.pids: list[int] = []
        self.exits: list[int] = []
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._leaving = False

    @property
    def pid(self) -> int | None:
        """Of the living process."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    def is_ready(self) -> bool:
        """What it says of itself. Raises OSError when it does not answer."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/readyz")
            return asked.getresponse().status == http.HTTPStatus.OK
        finally:
            asked.close()

    async def start(self) -> None:
        """Starts it, and keeps it running from now on."""
        self._leaving = False
        await self._spawn()
        self._task = asyncio.create_task(self._keep())

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the living process, if there is one."""
        if (pid := self.pid) is not None:
            os.kill(pid, number)

    async def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15.0) -> int:
        """Ends it for good, with SIGKILL after `seconds`; gives the exit code of its last life."""
        self._leaving = True
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            try:
                await asyncio.wait_for(asyncio.shield(process.wait()), seconds)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._task is not None:
            await self._task
        return self.exits[-1] if self.exits else 0

    async def _spawn(self) -> None:
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(self.env),
                cwd=self.folder,
            )
        self.pids.append(self._process.pid)

    async def _keep(self) -> None:
        while True:
            assert self._process is not None
            self.exits.append(await self._process.wait())
            if not self._leaving:
                await asyncio.sleep(PAUSE)
            if self._leaving:
                return
            await self._spawn()
