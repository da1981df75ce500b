"""Up to where a mailbox has been fetched: one small file per mailbox. Losing it costs a full sync, nothing else."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct


class Positions(Protocol):
    """Durable when `put` returns."""

    def get(self, mailbox: str) -> int | None:
        """The history id up to which everything is queued; None when nothing is known."""

    def put(self, mailbox: str, history: int) -> None:
        """From now on this one."""


class Position(Struct, frozen=True):
    """What a file holds."""

    mailbox: str
    history: int


class FilePositions:
    """A folder that outlives the process. A file that cannot be read says nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, mailbox: str) -> int | None:
        try:
            found = msgspec.json.decode(self._path(mailbox).read_bytes(), type=Position)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None
        return found.history

    def put(self, mailbox: str, history: int) -> None:
        """Written beside and moved over, so that there is always the old or the new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(mailbox)
        beside = path.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as file:
            file.write(msgspec.json.encode(Position(mailbox, history)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, mailbox: str) -> Path:
        return self.folder / f"{sha256(mailbox.encode()).hexdigest()[:32]}.json"
