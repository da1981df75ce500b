"""Where a source partition begins, and when a worker must refuse to begin (DESIGN.md 8, Failure). Pure.

Everything stands on the committed offsets: reading a source again is harmless only while the aggregates still remember the causes.
"""

from typing import Any, NamedTuple

from runtime.errors import ConfigurationError

HELP = "run `trunkline streams --resume` once: it sets the offsets from the decisions log"


class Bounds(NamedTuple):
    """What the broker and the log say about one source partition. begin, end: of its log. young: first offset of a record that is
    younger than the cause horizon, None when every record is older. decided: decisions exist on this partition."""

    committed: int | None
    begin: int
    end: int
    young: int | None
    decided: bool


def start(tp: Any, bounds: Bounds, group: str) -> int:
    """The offset to begin at. Raises ConfigurationError in words where no offset is right."""
    committed, begin, end, young, decided = bounds
    place = f"{tp.topic} partition {tp.partition}"
    if committed is not None:
        if committed > end:
            raise ConfigurationError(
                f"{place} ends at offset {end}, but group {group} has read it up to {committed}: the topic was recreated or "
                f"truncated. Restore it; or, if that was meant, delete the group's offsets and start again"
            )
        if committed < begin:
            raise ConfigurationError(
                f"{place} begins at offset {begin}, but group {group} has read it only up to {committed}: "
                f"{begin - committed} records were deleted before they were decided. Lengthen the topic's retention; to go on "
                f"without them, delete the group's offsets"
            )
        return committed
    if decided and begin < end and (young is None or young > begin):
        raise ConfigurationError(
            f"group {group} has no committed offset for {place}, but decisions exist, and its first records are older than the "
            f"21 days for which their causes are remembered: they could be decided twice; {HELP}"
        )
    return begin


def resume(bounds: Bounds, last_decided: int | None) -> int:
    """Where `trunkline streams --resume` sets a partition: after the last decided record, but not after the first young one: a
    paused writer may have decided a later record before an earlier one, and what is young can be read again."""
    after = bounds.begin if last_decided is None else last_decided + 1
    young = bounds.end if bounds.young is None else bounds.young
    return max(bounds.begin, min(after, young, bounds.end))
