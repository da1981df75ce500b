"""How long to wait before a process that ended is started again."""

from dataclasses import dataclass


@dataclass
class Backoff:
    """Seconds: `first`, doubled after each short life up to `limit`; a life of `good` seconds or more starts over."""

    first: float = 0.5
    limit: float = 30.0
    good: float = 60.0
    _next: float = 0.0

    def after(self, lived: float) -> float:
        """The pause after a process that lived for `lived` seconds."""
        pause = self.first if lived >= self.good or not self._next else self._next
        self._next = min(pause * 2, self.limit)
        return pause
