"""The newest messages of ours to one contact with what is known about their delivery, packed into bytes.

A million contacts with a handful of messages each must stay small: a message takes 31 bytes here, ten times less than as objects.
Each entry: message id (16), seen (1), rank of the progress (1) and its time (6), number of the failure (1) and its time (6); times in
milliseconds since 1970, 0 where none is known. The last entry is the one touched last.
"""

from domain.delivery import Delivery, Fact
from schemas.identity import id_bytes
from schemas.times import milliseconds_of, text_of
from schemas.values import FAILURES, RANK

WIDTH = 31
NEWEST = 16
"""Messages remembered per contact: those touched last. About an older one an event tells what its report says, and the views fold
it with what they have, so nothing is lost."""

_PROGRESS = ("", *sorted(RANK, key=RANK.__getitem__))
_FAILURE = ("", *FAILURES)
_NOTHING = bytes(7)


def known(packed: bytes, message: str) -> tuple[bool, Delivery]:
    """(seen, delivery) of a message; whether it was seen itself, not reports about it alone."""
    at = _place(packed, id_bytes(message))
    if at < 0:
        return False, Delivery()
    entry = packed[at + 16 : at + WIDTH]
    return entry[0] == 1, Delivery(_fact(_PROGRESS[entry[1]], entry[2:8]), _fact(_FAILURE[entry[8]], entry[9:15]))


def with_message(packed: bytes, message: str, seen: bool, delivery: Delivery) -> bytes:
    """The packed messages after this one was touched; the oldest are forgotten."""
    id_ = id_bytes(message)
    at = _place(packed, id_)
    others = packed if at < 0 else packed[:at] + packed[at + WIDTH :]
    progress, failure = delivery
    entry = (
        id_
        + (b"\1" if seen else b"\0")
        + (_packed(RANK[progress[0]], progress[1]) if progress else _NOTHING)
        + (_packed(_FAILURE.index(failure[0]), failure[1]) if failure else _NOTHING)
    )
    return (others + entry)[-NEWEST * WIDTH :]


def _place(packed: bytes, id_: bytes) -> int:
    """Where the entry of this id begins; a find that straddles two entries does not count."""
    at = packed.find(id_)
    while at > 0 and at % WIDTH:
        at = packed.find(id_, at + 1)
    return at


def _packed(number: int, time: str) -> bytes:
    milliseconds = max(0, milliseconds_of(time)) if time else 0
    return (number << 48 | milliseconds).to_bytes(7, "big")


def _fact(status: str, time: bytes) -> Fact | None:
    milliseconds = int.from_bytes(time, "big")
    return (status, text_of(milliseconds) if milliseconds else "") if status else None
