"""All receivers of this process: one per wanted queue, started, replaced and stopped as the settings say; each on its own feet."""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from bridge.queues import WantedQueue
from bridge.receiver import Receiver
from runtime.errors import TrunklineError

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds until a receiver that ended unexpectedly is started again; doubling."""
NO_HURRY = 60.0
"""Seconds for the last receive calls of a queue that is no longer wanted: more than any long poll."""
log = structlog.get_logger(__name__)
Build = Callable[[WantedQueue], Receiver]


class _Running:
    def __init__(self, wanted: WantedQueue, build: Build) -> None:
        self.wanted = wanted
        self.build = build
        self.receiver: Receiver | None = None
        self.trouble: str | None = None
        self.stopping = False
        self.task = asyncio.create_task(self._keep(), name=f"receiver of {wanted.name}")

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self.stopping:
            try:
                self.receiver = self.build(self.wanted)
                self.trouble = None
                await self.receiver.run()
                return
            except TrunklineError as error:
                # A wrong URL or missing credentials do not mend themselves; a new setting replaces this queue.
                self.trouble = f"{self.wanted.channel} queue: {error}"
                log.warning("a queue cannot be received from", queue=self.wanted.url, error=str(error))
                await asyncio.sleep(LONGEST_PAUSE)
            except Exception as error:
                self.trouble = f"{self.wanted.channel} queue {self.wanted.url}: {type(error).__name__}"
                log.exception("a receiver ended unexpectedly and is started again", queue=self.wanted.url)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    def stop(self, grace: float) -> None:
        self.stopping = True
        if self.receiver is None or self.trouble is not None:
            self.task.cancel()
        else:
            self.receiver.stop(grace)

    @property
    def problem(self) -> str | None:
        return self.trouble or (self.receiver.trouble if self.receiver is not None else None)


class Fleet:
    """build: makes a receiver for a queue; may raise TrunklineError for a queue that cannot be opened."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self._running: dict[tuple[str, str], _Running] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def adjust(self, wanted: Mapping[tuple[str, str], WantedQueue]) -> None:
        """Starts what is wanted and not running, stops what is running and not wanted; the others go on undisturbed."""
        for key, running in list(self._running.items()):
            if wanted.get(key) != running.wanted:
                self._leave(self._running.pop(key), NO_HURRY)
        for key, queue in wanted.items():
            if key not in self._running:
                log.info("receiving", channel=queue.channel, queue=queue.url, tenant=queue.tenant, source=queue.source)
                self._running[key] = _Running(queue, self.build)

    @property
    def done(self) -> bool:
        """Whether every receiver has run its cycles."""
        return bool(self._running) and all(running.task.done() for running in self._running.values())

    def problems(self) -> list[str]:
        """What is wrong with which queue."""
        if not self._running:
            return ["no queue is configured and active"]
        return [problem for running in self._running.values() if (problem := running.problem)]

    async def stop(self, seconds: float, grace: float) -> bool:
        """Stops all receivers, their receive calls after `grace`; whether they finished what was in flight within `seconds`.
        The rest is cut off and comes again."""
        for key in list(self._running):
            self._leave(self._running.pop(key), grace)
        if not self._leaving:
            return True
        _, late = await asyncio.wait(self._leaving, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late

    def _leave(self, running: _Running, grace: float) -> None:
        running.stop(grace)
        self._leaving.add(running.task)
        running.task.add_done_callback(self._leaving.discard)
