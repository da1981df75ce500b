"""Faults on demand: what SQS may do at any time and a test wants to see now. Shares are probabilities from 0 to 1."""

from collections.abc import Iterable
from random import Random
from typing import Annotated

from msgspec import Meta, Struct

Share = Annotated[float, Meta(ge=0, le=1)]


class Faults(Struct, frozen=True, forbid_unknown_fields=True):
    """How often what happens. `queues`: names of the queues concerned, all when empty.

    duplicates: a sent message is enqueued twice, the second time under a MessageId of its own, as a sender that tries again does.
    reappearances: a deleted message is delivered once more, under its own MessageId.
    partial_failures: an entry of a batch call is not carried out and stands in `Failed[]` of the 200.
    errors_before: a call is answered with 500 and not carried out. errors_after: it is carried out and answered with 500.
    hang_ups: it is carried out and the connection closed without an answer.
    expiries: a delivery's visibility ends at once, while the receiver believes that it holds the message.
    """

    duplicates: Share = 0.0
    reappearances: Share = 0.0
    partial_failures: Share = 0.0
    errors_before: Share = 0.0
    errors_after: Share = 0.0
    hang_ups: Share = 0.0
    expiries: Share = 0.0
    queues: tuple[str, ...] = ()


KINDS = tuple(name for name in Faults.__struct_fields__ if name != "queues")


class Dice:
    """Decides when a fault happens, from a seed, and counts."""

    def __init__(self, seed: int = 0) -> None:
        self.faults = Faults()
        self.happened = dict.fromkeys(KINDS, 0)
        self._random = Random(seed)

    def arm(self, faults: Faults) -> None:
        """From now on these faults and no others; the counts start again."""
        self.faults = faults
        self.happened = dict.fromkeys(KINDS, 0)

    def falls(self, kind: str, queue: str) -> bool:
        """Whether the fault `kind` happens here and now to a call about `queue`."""
        share = getattr(self.faults, kind)
        if not share or (self.faults.queues and queue not in self.faults.queues):
            return False
        if self._random.random() >= share:
            return False
        self.happened[kind] += 1
        return True

    def any_armed(self, kinds: Iterable[str]) -> bool:
        """Whether one of the kinds can happen at all."""
        return any(getattr(self.faults, kind) for kind in kinds)
