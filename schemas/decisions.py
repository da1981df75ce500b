"""comms.decisions.v1: THE record. One record per decision carries all its events (DESIGN.md 1).

The rule of every reader (law 2): the first record for (aggregate, version) wins, all others are ignored. A writer that had folded
the log up to offset `base` appended this record as number `slot` of one append: when a record lies at `base + slot`, nobody else
wrote in between and it is accepted without looking at anything else (domain/arbitration.py, docs/adr/0006).
"""

from msgspec import Struct

from schemas.events import AnyEvent


class Source(Struct, frozen=True, gc=False):
    """The record that a decision answers: topic (without deployment prefix), partition, offset."""

    topic: str
    partition: int
    offset: int


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was decided about one input.

    aggregate: the key. version: 1 for the first decision of an aggregate, then one more each. cause: id of the input that takes
    effect. at: time of the source record, the `now` that the decider saw. settings: version of the settings it used.
    correlation, trace: the incident this belongs to and its W3C traceparent. events: what happened, possibly nothing.
    """

    aggregate: str
    version: int
    cause: str
    source: Source
    at: str
    base: int
    slot: int = 0
    settings: int = 0
    correlation: str = ""
    trace: str = ""
    events: tuple[AnyEvent, ...] = ()
