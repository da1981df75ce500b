"""One poisoned aggregate parks only itself, in order (law 8; DESIGN.md 8, Failure).

An exception in a decider becomes a decision with AggregateParked; later inputs become InputHeld. ReleaseAggregate starts a release:
what waits is decided in order, each by a decision of its own, as if nothing had happened: `now`, source and event ids are those of
the original input. Only the decision's cause is derived, because the original id is the cause of the parking already.
"""

import base64
import time
import traceback
from collections import deque
from uuid import UUID

from domain.aggregates import Aggregate
from schemas.decisions import Source
from schemas.events import AggregateParked, AggregateReleased, AnyEvent, InputHeld
from schemas.identity import derived
from schemas.values import Content, Raw
from streams.engine.causes import ManyCauses
from streams.engine.entry import Entry, Waiting

PARKING = frozenset((AggregateParked, InputHeld, AggregateReleased))


def raw_of(data: bytes) -> Raw:
    """Bytes as they can stand in JSON: as text where they are UTF-8, else base64."""
    try:
        return Raw(data.decode(), size=len(data))
    except UnicodeDecodeError:
        return Raw(base64.b64encode(data).decode(), "base64", len(data))


def bytes_of(raw: Raw) -> bytes:
    """The bytes that `raw_of` took."""
    return base64.b64decode(raw.data) if raw.encoding == "base64" else raw.data.encode()


def parked(cause: str, input_: str, topic: str, timestamp: int, data: Raw, error: Exception) -> AggregateParked:
    """The event that parks. Names the error's class and place, never its text: that could hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} {frames[-1].name}" if frames else "unknown"
    return AggregateParked(
        id=derived(UUID(cause), "parked"),
        input=input_,
        topic=topic,
        error=type(error).__name__,
        where=where,
        timestamp=timestamp,
        content=Content(kind="input", raw=data),
    )


def held(cause: str, topic: str, timestamp: int, data: Raw) -> InputHeld:
    """The event of an input that waits behind a parked one."""
    content = Content(kind="input", raw=data)
    return InputHeld(id=derived(UUID(cause), "held"), input=cause, topic=topic, timestamp=timestamp, content=content)


def cause_of_release(waiting: Waiting, version: int) -> str:
    """The cause of the decision, as `version`, of an input that waited. An input that fails again gets a new one next time."""
    return derived(UUID(waiting.input), f"released|{version}")


def advanced(
    entry: Entry, aggregate: Aggregate, source: Source, events: tuple[AnyEvent, ...], causes: bytes | ManyCauses
) -> Entry:
    """The entry after one accepted decision; `causes` include its own. The only place that evolves state, live and in the fold."""
    version, state, waiting = entry.version + 1, entry.state, entry.waiting
    if events and type(events[0]) in PARKING:
        first = events[0]
        if isinstance(first, AggregateReleased):
            return Entry(version, state, causes, waiting, bool(waiting))
        assert isinstance(first, AggregateParked | InputHeld) and first.content.raw is not None
        new = Waiting(first.input, source, first.timestamp, first.content.raw)
        if isinstance(first, InputHeld):
            return Entry(version, state, causes, (*waiting, new), False)
        return Entry(version, state, causes, (new, *waiting[1:]), False)
    evolve = aggregate.evolve
    for event in events:
        state = evolve(state, event)
    if waiting:
        return Entry(version, state, causes, waiting[1:], entry.releasing and len(waiting) > 1)
    return Entry(version, state, causes)


class Brake:
    """More than `limit` aggregates parked within `window` seconds is a bug of ours, not poison: the worker must stop.

    Measured on the process's monotonic clock, not in record time: what counts is how fast we park now. A worker that catches up
    a week of backlog with a broken decider spreads its parkings over a week of record time and would never stop.
    """

    def __init__(self, limit: int, window: float) -> None:
        self.limit, self.window = limit, window
        self._times: deque[float] = deque()

    def allows(self, parkings: int) -> bool:
        """Whether `parkings` more may happen now."""
        earliest = time.monotonic() - self.window
        while self._times and self._times[0] < earliest:
            self._times.popleft()
        return len(self._times) + parkings <= self.limit

    def note(self, parkings: int) -> None:
        """They happened."""
        self._times.extend([time.monotonic()] * parkings)
