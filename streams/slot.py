"""One folder per worker for the local store: rocksdict locks its folder, and two workers on one machine must not meet."""

import fcntl
import os
from pathlib import Path

from runtime.errors import ConfigurationError

MOST = 64


class Slot:
    """The first free numbered folder below `parent`, ours until the process ends (the lock is the kernel's, so a crash frees it)."""

    def __init__(self, parent: Path) -> None:
        try:
            for number in range(MOST):
                folder = parent / str(number)
                folder.mkdir(parents=True, exist_ok=True)
                lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(lock)
                    continue
                self.number, self.folder, self._lock = number, folder, lock
                return
        except OSError as error:
            raise ConfigurationError(
                f"the folder of the local store {parent} cannot be used: {error}; see TRUNKLINE_STREAMS__DATADIR"
            ) from error
        raise ConfigurationError(
            f"{MOST} workers use {parent} already; give this one another TRUNKLINE_STREAMS__DATADIR"
        )

    def release(self) -> None:
        """Frees the folder for another worker."""
        os.close(self._lock)
