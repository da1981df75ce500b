"""How fast messages go through each hop, and how many wait before it, from the metrics that the processes serve."""

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from trunkline.rooms import probe

WINDOW = 3.0
"""Seconds over which a rate is taken."""


class Hop(NamedTuple):
    """One hop: how many went through since it was started, per second lately, and how many wait before it."""

    name: str
    done: int
    rate: float
    waiting: int


class Source(NamedTuple):
    """Where the numbers of one hop come from: room, counter, gauge of what waits."""

    name: str
    room: str
    counter: str
    gauge: str | None = None


SOURCES = (
    Source("received from SQS", "bridge", "trunkline_bridge_received_total", "trunkline_bridge_queue_depth"),
    Source("events to Kafka", "bridge", "trunkline_bridge_events_total"),
    Source("decided by Faust", "streams", "trunkline_streams_inputs_total", "trunkline_streams_lag_records"),
    Source(
        "rows in PostgreSQL", "projections", "trunkline_projections_rows_total", "trunkline_projections_lag_records"
    ),
)


class Hops:
    """Reads the metrics of the rooms that `variables` describe."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._past: dict[str, list[tuple[float, int]]] = {source.name: [] for source in SOURCES}

    async def now(self) -> list[Hop]:
        """The hops at this moment; a process that does not answer shows what it last said."""
        rooms = sorted({source.room for source in SOURCES})
        answers = await asyncio.gather(*(asyncio.to_thread(self._read, room) for room in rooms))
        metrics = dict(zip(rooms, answers, strict=True))
        return [self._hop(source, metrics[source.room]) for source in SOURCES]

    def _hop(self, source: Source, metrics: Mapping[str, float]) -> Hop:
        past, moment = self._past[source.name], time.monotonic()
        done = round(metrics[source.counter]) if source.counter in metrics else past[-1][1] if past else 0
        past.append((moment, done))
        while past[0][0] < moment - WINDOW and len(past) > 2:
            past.pop(0)
        seconds = moment - past[0][0]
        rate = max(0, done - past[0][1]) / seconds if seconds else 0.0
        return Hop(source.name, done, rate, round(metrics.get(source.gauge or "", 0)))

    def _read(self, room: str) -> Mapping[str, float]:
        try:
            with _opener.open(f"{probe(room, self._variables)}/metrics", timeout=1) as answer:
                return summed(answer.read().decode())
        except (urllib.error.URLError, OSError):
            return {}


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def summed(text: str, names: Iterable[str] = ()) -> dict[str, float]:
    """Metrics in Prometheus' text format: the sum over all labels of each (or of `names`)."""
    wanted = frozenset(names)
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not wanted or sample.name in wanted:
                found[sample.name] = found.get(sample.name, 0) + sample.value
    return found
