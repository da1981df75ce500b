"""The causes that one aggregate has applied: at least the newest 1,000 and 21 days of record time (DESIGN.md 8, Identity).

Up to `SMALL` causes are packed bytes inside the aggregate's entry: 22 bytes per cause (UUID, then milliseconds in 6 bytes), because
a million contacts with a handful of causes each must stay small. Above it they move to a dictionary of their own.
"""

from collections.abc import Iterable, Iterator

WIDTH = 22
SMALL = 64
NEWEST = 1_000
HORIZON = 21 * 24 * 60 * 60 * 1000

Cause = bytes
"""The 16 bytes of an input's UUID."""


def cause_of(id_: str) -> Cause:
    """The 16 bytes of a UUID in text form. Raises ValueError when the text is none."""
    cause = bytes.fromhex(id_.replace("-", ""))
    if len(cause) != 16:
        raise ValueError(f"not a UUID: {id_!r}")
    return cause


def remembered(packed: bytes, cause: Cause) -> bool:
    """Whether `cause` is in packed causes; a find that straddles two entries does not count."""
    at = packed.find(cause)
    while at > 0 and at % WIDTH:
        at = packed.find(cause, at + 1)
    return at >= 0


def with_cause(causes: "bytes | ManyCauses", cause: Cause, at: int) -> "bytes | ManyCauses":
    """Packed causes and one more, seen at `at` (milliseconds since 1970). A dictionary of many is left to the store, which changes it
    when the log has the decision."""
    return causes + cause + at.to_bytes(6, "big") if type(causes) is bytes else causes


def unpacked(packed: bytes) -> Iterator[tuple[Cause, int]]:
    """(cause, milliseconds) in the order they were applied."""
    for i in range(0, len(packed), WIDTH):
        yield packed[i : i + 16], int.from_bytes(packed[i + 16 : i + WIDTH], "big")


def to_forget(causes: Iterable[tuple[Cause, int]], newest: int) -> list[Cause]:
    """Which of `causes` (in the order applied) may be forgotten when the newest is from `newest`: beyond 1,000 AND 21 days old."""
    all_ = list(causes)
    return [cause for cause, at in all_[: max(0, len(all_) - NEWEST)] if at < newest - HORIZON]


class ManyCauses:
    """The causes of an aggregate with more than `SMALL`. Only the store changes it, after the log has the decision."""

    __slots__ = ("look_again", "times")

    def __init__(self, packed: bytes = b"") -> None:
        self.times: dict[Cause, int] = dict(unpacked(packed))
        self.look_again = 2 * NEWEST

    def __contains__(self, cause: Cause) -> bool:
        return cause in self.times

    def __len__(self) -> int:
        return len(self.times)

    def add(self, cause: Cause, at: int) -> list[Cause]:
        """Remembers `cause`; returns those it forgot. Looks only each time the number has doubled, so adding stays cheap."""
        times = self.times
        times[cause] = at
        if len(times) < self.look_again:
            return []
        gone = to_forget(times.items(), at)
        for old in gone:
            del times[old]
        self.look_again = 2 * max(len(times), NEWEST)
        return gone
