"""What a worker knows about one aggregate: version, domain state, causes, and what waits behind a parked input."""

from typing import Any

from msgspec import Struct

from schemas.decisions import Source
from schemas.values import Raw
from streams.engine.causes import Cause, ManyCauses, remembered


class Waiting(Struct, frozen=True, array_like=True):
    """An input that is not decided yet because its aggregate is parked; the first one is the input that failed."""

    input: str
    source: Source
    timestamp: int
    raw: Raw


class Entry(Struct, frozen=True, array_like=True, gc=False):
    """One aggregate. version: of its last accepted decision, 0 for none. waiting: not empty while parked; releasing: what waits
    is being decided in order, before anything else of this aggregate. causes: packed, or a dictionary when there are many."""

    version: int
    state: Any
    causes: bytes | ManyCauses = b""
    waiting: tuple[Waiting, ...] = ()
    releasing: bool = False

    def knows(self, cause: Cause) -> bool:
        """Whether an input with this id took effect before (or is parked)."""
        causes = self.causes
        # `in` first: it is a tenth of a call, and nearly every input is new.
        return cause in causes and (type(causes) is not bytes or remembered(causes, cause))
