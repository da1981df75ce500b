"""Named crash points (delivery.md B). A shell calls `hit("B4")` where the world may end; nothing happens unless it is armed.

Armed by the environment variable TRUNKLINE_FAILPOINT=`name:action[:after]`, or by a file named in TRUNKLINE_FAILPOINT_FILE that
holds the same text and is claimed (removed) by the first process to reach that point. action: kill (SIGKILL to itself),
exception, or stop (SIGSTOP; somebody else continues it). after: how many hits to let pass first (default 0).
"""

import os
import signal
from pathlib import Path

POINTS = {
    "B1": "received from SQS, nothing done",
    "B2": "normalised, not produced",
    "B3": "some partitions of a batch appended, others not",
    "B4": "appended and acked, not deleted",
    "B5": "delete sent, answer not seen",
    "B6": "before the visibility heartbeat extends",
    "B7": "before the dead letter is produced",
    "B8": "dead letter acked, source not deleted",
    "A1": "batch taken, nothing decided",
    "A2": "decided, not appended",
    "A3": "append sent, not acked",
    "A4": "appended and acked, source offsets not acknowledged",
    "A5": "before source offsets are committed",
    "A6": "partitions revoked",
    "A7": "in the middle of catching up",
    "A8": "caught up, source not resumed",
    "A9": "before the local store is written",
    "P1": "fetched, no transaction",
    "P2": "position moved, rows not written",
    "P3": "in the middle of the rows",
    "P4": "rows written, not committed",
    "P5": "commit sent, answer not seen",
    "P6": "committed, Kafka offset not committed",
    "P7": "partitions revoked in the middle of a batch",
    "P8": "owner epoch raised",
}
"""The 25 points of delivery.md B.1 to B.3."""

REBUILD = {
    "R1": "shadow tables made, nothing read",
    "R2": "some of the log is in the shadow tables",
    "R3": "caught up, not compared",
    "R4": "switched, not committed",
    "R5": "switch committed, answer not seen",
}
"""Those of a rebuild, delivery.md B.6: of a command, so the fault campaign against running processes has nothing to hit."""


class FailpointReached(Exception):
    """Raised by a point that is armed with `exception`."""


class _Armed:
    def __init__(self, text: str) -> None:
        name, action, *rest = text.strip().split(":")
        if name not in POINTS | REBUILD or action not in ("kill", "exception", "stop"):
            raise ValueError(f"TRUNKLINE_FAILPOINT: {text!r} is not point:kill|exception|stop[:after]")
        self.name, self.action, self.left = name, action, int(rest[0]) if rest else 0


_armed = _Armed(os.environ["TRUNKLINE_FAILPOINT"]) if os.environ.get("TRUNKLINE_FAILPOINT") else None
_file = os.environ.get("TRUNKLINE_FAILPOINT_FILE")
ACTIVE = bool(_armed or _file)
"""Whether any point can fire in this process; shells may skip the call on hot paths when it is False."""


def hit(name: str) -> None:
    """Ends, interrupts or stops the process here if `name` is armed. Raises FailpointReached for `exception`."""
    if ACTIVE:
        _fire(name)


def _fire(name: str) -> None:
    global _armed
    armed = _armed
    if armed is None or armed.name != name:
        armed = _claim(name)
        if armed is None:
            return
    if armed.left > 0:
        armed.left -= 1
        _armed = armed
        return
    _armed = None
    if armed.action == "exception":
        raise FailpointReached(name)
    os.kill(os.getpid(), signal.SIGKILL if armed.action == "kill" else signal.SIGSTOP)


def _claim(name: str) -> _Armed | None:
    if _file is None:
        return None
    path = Path(_file)
    try:
        text = path.read_text()
        if not text.startswith(name + ":"):
            return None
        path.rename(path.with_suffix(f".{os.getpid()}"))
    except FileNotFoundError:
        return None
    return _Armed(text)
