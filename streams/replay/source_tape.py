"""One source partition beside the decisions that answer it."""

from collections.abc import AsyncIterator
from typing import Any

from streams.engine.rules import SourceTopic

KEPT = 100_000
"""Records of a source partition that are kept while newer ones are read: how far a decision may be behind the one before it."""


class SourceTape:
    """One source partition, read once from front to back beside the decisions; hands out records by offset."""

    def __init__(self, source: SourceTopic, begin: int, pieces: AsyncIterator[list[Any]]) -> None:
        self.source, self.begin, self._pieces = source, begin, pieces
        self._records: dict[int, Any] = {}
        self._next = begin

    async def at(self, offset: int) -> Any:
        """The record at `offset`, None when it was deleted."""
        while offset >= self._next:
            piece = await anext(self._pieces, None)
            if piece is None:
                return None
            self._records.update((record.offset, record) for record in piece)
            self._next = piece[-1].offset + 1
        return self._records.pop(offset, None)

    def left_before(self, offset: int) -> list[Any]:
        """Records before `offset` that nobody asked for; they are forgotten."""
        return [self._records.pop(o) for o in sorted(self._records) if o < offset]

    @property
    def many(self) -> bool:
        """Whether so many are kept that it is time to look at the old ones."""
        return len(self._records) > 2 * KEPT
