"""One measurement of one variant."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from msgspec import Struct

from benchmarks.harness import cpu
from benchmarks.harness.child import Child, ChildFailed

POLL = 0.02
SETTLE = 0.3
"""Seconds after the last output in which a process may finish its acknowledgements; their CPU counts."""


class Measured(Struct, frozen=True, kw_only=True):
    """What one variant did in one round. Seconds of wall time and of CPU; `servers`: CPU of each server it used; `more`: other
    figures by name."""

    events: int
    wall: float
    cpu: float
    servers: dict[str, float] = {}
    more: dict[str, float] = {}

    @property
    def per_event(self) -> float:
        """Microseconds of the variant's own CPU per event."""
        return 1e6 * self.cpu / self.events

    @property
    def per_second(self) -> float:
        """Events per second of wall time."""
        return self.events / self.wall

    @property
    def per_core_second(self) -> float:
        """Events per second of the variant's own CPU."""
        return self.events / self.cpu


Done = Callable[[], Awaitable[bool]]


async def until(done: Done, children: Sequence[Child], seconds: float, poll: float = POLL) -> None:
    """Waits for `done`. Raises ChildFailed when a process ends first or `timeout` seconds pass."""
    deadline = time.monotonic() + seconds
    while not await done():
        for child in children:
            child.check()
        if time.monotonic() > deadline:
            raise ChildFailed(f"not done after {seconds:.0f} s:\n" + "\n".join(child.output() for child in children))
        await asyncio.sleep(poll)


async def measure(
    children: Sequence[Child],
    events: int,
    load: Callable[[], Awaitable[object]],
    done: Done,
    servers: Mapping[str, int],
    seconds: float = 300.0,
) -> Measured:
    """Stops warm processes, lets `load` lay out `events` inputs, lets them go on until `done`. `servers`: pids by name."""
    for child in children:
        child.suspend()
    await load()
    before = [child.cpu() for child in children]
    at_servers = {name: cpu.seconds(pid) for name, pid in servers.items()}
    start = time.perf_counter()
    for child in children:
        child.resume()
    await until(done, children, seconds)
    wall = time.perf_counter() - start
    await asyncio.sleep(SETTLE)
    spent = [child.cpu() - was for child, was in zip(children, before, strict=True)]
    return Measured(
        events=events,
        wall=wall,
        cpu=sum(spent),
        servers={name: cpu.seconds(servers[name]) - was for name, was in at_servers.items()},
        more=each_of(children, spent, events) if len(children) > 1 else {},
    )


def each_of(children: Sequence[Child], spent: Sequence[float], events: int) -> dict[str, float]:
    """Microseconds per event of each process by its name."""
    out: dict[str, float] = {}
    for child, seconds in zip(children, spent, strict=True):
        name = f"{child.log.stem} CPU us"
        out[name] = out.get(name, 0.0) + 1e6 * seconds / events
    return out
