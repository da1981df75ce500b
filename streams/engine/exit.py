"""The only way out of a worker that met something unexpected: at once, without a graceful stop, because a graceful one commits.

The supervisor starts the worker again, the log repairs the rest (DESIGN.md 8, Failure).
"""

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NoReturn

from aiokafka.errors import KafkaError

from runtime.errors import TrunklineError


class Exit(IntEnum):
    """Exit codes of a worker; 78 is a configuration that cannot work (sysexits EX_CONFIG)."""

    UNEXPECTED = 70
    HOLE = 71
    LOG_SHORTER = 72
    CATCH_UP_DEADLINE = 73
    APPEND_DEADLINE = 74
    NOT_READY = 75
    NO_SEEK = 76
    DEAD_LETTER = 77
    CONFIGURATION = 78
    TOO_MANY_PARKED = 79
    UNREADABLE = 80


def die(code: Exit, reason: str, **details: Any) -> NoReturn:
    """Ends the process now. Writes one JSON line to stderr: what happened, where, what to do; `details` hold no personal data."""
    line = {"level": "critical", "event": "worker ends itself", "code": int(code), "name": code.name, "reason": reason}
    try:
        sys.__stderr__.write(json.dumps(line | details, default=str) + "\n")  # type: ignore[union-attr]
        sys.__stderr__.flush()  # type: ignore[union-attr]
    finally:
        os._exit(int(code))


def refuse(error: TrunklineError) -> NoReturn:
    """Ends the process with the error's sentence and exit code: a mistake of the user's, found before or instead of any work."""
    try:
        sys.__stderr__.write(f"streams: {error}\n")  # type: ignore[union-attr]
        sys.__stderr__.flush()  # type: ignore[union-attr]
    finally:
        os._exit(error.exit_code)


@contextlib.contextmanager
def fatal(reason: str) -> Iterator[None]:
    """Any exception of the block ends the process. The text of an exception is shown only where it is a server's: others could hold
    personal data."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  (this is the one place where everything unexpected ends)
        text = str(error) if isinstance(error, KafkaError | OSError) else ""
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in frames[-6:]]
        die(Exit.UNEXPECTED, reason, error=type(error).__name__, text=text, where=where)
