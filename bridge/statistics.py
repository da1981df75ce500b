"""What a cycle came to, as the seeds count it."""

from typing import NamedTuple


class Statistics(NamedTuple):
    """`processed` includes ignored messages, `failed` those that became dead letters."""

    received: int = 0
    processed: int = 0
    failed: int = 0
    deleted: int = 0

    def plus(self, other: "Statistics") -> "Statistics":
        return Statistics(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))
