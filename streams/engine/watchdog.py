"""A thread that ends the process when it is alive but of no use. A task would not run when the event loop is stuck, and Faust's own
recovery can end for ever without an error (a seek slower than its timeout looks to it like a stop)."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from streams.engine.exit import Exit, die


class Watchdog:
    """limit: seconds. ready() -> False while partitions are being assigned or caught up. progress() -> a number that grows while that
    goes on. uncommitted() -> (partition, decided, committed) where the commit is behind. stopping() -> the exit code when a stop is
    under way, else None."""

    STOP = 8.0
    """Seconds for a graceful stop. Nothing is lost by cutting it off: what is not committed is decided again, to no effect."""

    def __init__(
        self,
        limit: float,
        ready: Callable[[], bool],
        progress: Callable[[], int],
        uncommitted: Callable[[], Iterable[tuple[Any, int, int | None]]],
        stopping: Callable[[], int | None],
    ) -> None:
        self.limit, self.ready, self.progress, self.uncommitted, self.stopping = (
            limit,
            ready,
            progress,
            uncommitted,
            stopping,
        )
        self.beats = 0
        self._since: dict[Any, tuple[Any, float]] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watches from now on; `loop` is the one that must keep turning."""

        def beat() -> None:
            self.beats += 1
            loop.call_later(0.5, beat)

        loop.call_soon(beat)
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(0.5)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """One look at everything. Ends the process when something has not moved for `limit` seconds."""
        code = self.stopping()
        if code is not None:
            if self._stuck("stop", code, now) > self.STOP:
                sys.__stderr__.write("the worker did not stop in time and is cut off; nothing is lost\n")  # type: ignore[union-attr]
                sys.__stderr__.flush()  # type: ignore[union-attr]
                os._exit(code)
            return
        if self._stuck("loop", self.beats, now) > self.limit:
            die(Exit.NOT_READY, f"the event loop did not turn for {self.limit:g} s")
        waiting = None if self.ready() else self.progress()
        if self._stuck("ready", waiting, now) > self.limit and waiting is not None:
            die(Exit.NOT_READY, f"partitions are assigned, but not ready for {self.limit:g} s")
        behind = {tp: (committed, tp) for tp, _, committed in self.uncommitted()}
        for tp in [key for key in self._since if not isinstance(key, str) and key not in behind]:
            del self._since[tp]
        for tp, value in behind.items():
            if self._stuck(tp, value, now) > self.limit:
                die(Exit.NOT_READY, f"decided offsets are not committed for {self.limit:g} s", partition=tp)

    def _stuck(self, what: Any, value: Any, now: float) -> float:
        """Seconds for which `what` has had this value."""
        before = self._since.get(what)
        if before is None or before[0] != value:
            self._since[what] = (value, now)
            return 0.0
        return now - before[1]
