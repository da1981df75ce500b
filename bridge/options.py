"""What one run of the bridge was asked for on the command line; everything else comes from the settings."""

import sys
from collections.abc import Callable, Mapping

from msgspec import Struct


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Options(Struct, frozen=True, kw_only=True):
    """channels: only these; empty means all. queue_urls: channel -> URL, instead of settings and environment.

    batch_size: messages per cycle at most (F-034). interval: seconds between cycles (F-035). max_cycles: ends after so many
    (F-036). With none of these three the bridge receives without a pause. dry_run: receives and shows, changes nothing (F-037).
    seed_lines: log the seeds' lines from the log level on; else only from WARNING on (DESIGN.md 8, Log lines).
    show: where a dry run writes its lines.
    """

    channels: frozenset[str] = frozenset()
    queue_urls: Mapping[str, str] = {}
    batch_size: int | None = None
    interval: float | None = None
    max_cycles: int | None = None
    dry_run: bool = False
    seed_lines: bool = False
    show: Callable[[str], None] = _print

    def takes(self, channel: str) -> bool:
        return not self.channels or channel in self.channels

    @property
    def in_cycles(self) -> bool:
        """Whether the run goes in counted or paused cycles instead of receiving all the time."""
        return self.dry_run or not (self.batch_size is None and self.interval is None and self.max_cycles is None)
