"""What a worker counts. Plain numbers that the hot path adds to; read at scrape time by streams/metrics.py."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stats:
    """Counters since the process started; the gauges are read from where they live."""

    inputs: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    duplicates: int = 0
    parked: int = 0
    held: int = 0
    released: int = 0
    dead_letters: int = 0
    appends: int = 0
    append_errors: int = 0
    foreign: int = 0
    rejected: int = 0
    rounds: int = 0
    stale: int = 0
    catch_ups: int = 0
    catch_up_records: int = 0
    catch_up_seconds: float = 0.0
