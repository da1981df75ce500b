"""The rule of law 2 for readers that do not keep every aggregate's version: which records of a decisions partition count.

The first record for (aggregate, version) wins. A writer says up to which offset it had folded the log (`base`) and the number of
the record in its append (`slot`). A record that lies at `base + slot` has no foreign record before it that its writer did not know,
so it is accepted without looking. Any other record was overtaken: only records in [base, its offset) can have taken its version.
"""

from typing import Protocol


class Judged(Protocol):
    """What the arbiter reads of a decision (schemas.decisions)."""

    @property
    def aggregate(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def base(self) -> int: ...
    @property
    def slot(self) -> int: ...


class WindowNeeded(Exception):
    """The arbiter must first see the records from `base` on to judge a record that was overtaken."""

    def __init__(self, base: int) -> None:
        super().__init__(f"records from offset {base} on are needed")
        self.base = base


class Arbiter:
    """Judges the records of one partition, in order of offsets, starting anywhere.

    `since`: first offset that it has seen. `memory`: how many aggregates it remembers before it forgets all and asks for a window
    when it meets an overtaken record that is older.
    """

    def __init__(self, since: int, memory: int = 200_000) -> None:
        self.since = since
        self.memory = memory
        self._versions: dict[str, int] = {}

    def accepts(self, offset: int, decision: Judged) -> bool:
        """Whether the record at `offset` counts. Raises WindowNeeded when that cannot be told from what was seen."""
        versions = self._versions
        if offset != decision.base + decision.slot:
            if decision.base < self.since:
                raise WindowNeeded(decision.base)
            current = versions.get(decision.aggregate)
            if current is not None and current != decision.version - 1:
                return False
        if len(versions) >= self.memory:
            versions.clear()
            self.since = offset
        versions[decision.aggregate] = decision.version
        return True
