"""Metrics of a worker, read at scrape time from the plain counters of the hot path (Faust's own sensors cost 50 us per event).
Names and help texts stand in runtime.metrics."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from runtime.metrics import STREAMS_COUNTERS, STREAMS_GAUGES


class StreamsCollector:
    """engine: streams.engine.loop.Engine. policies: streams.policies.Policies."""

    def __init__(self, engine: Any, policies: Any) -> None:
        self.engine, self.policies = engine, policies

    def collect(self) -> Iterator[Metric]:
        values = self._counters()
        for name, text in STREAMS_COUNTERS.items():
            value = values[name.removeprefix("trunkline_streams_").removesuffix("_total")]
            if isinstance(value, Mapping):
                counters = CounterMetricFamily(name, text, labels=["topic"])
                for topic, number in sorted(value.items()):
                    counters.add_metric([topic], number)
                yield counters
            else:
                yield CounterMetricFamily(name, text, value=value)
        values = self._gauges()
        for name, text in STREAMS_GAUGES.items():
            value = values[name.removeprefix("trunkline_streams_")]
            if isinstance(value, Mapping):
                gauges = GaugeMetricFamily(name, text, labels=["topic"])
                for topic, number in sorted(value.items()):
                    gauges.add_metric([topic], number)
                yield gauges
            else:
                yield GaugeMetricFamily(name, text, value=value)

    def _counters(self) -> dict[str, Any]:
        consumer, stats = self.engine.app.consumer, self.engine.stats
        return {
            **{name: getattr(stats, name) for name in stats.__dataclass_fields__},
            "settings_copies": self.policies.copies,
            "fetches": consumer.fetches,
            "rewinds": consumer.rewound,
        }

    def _gauges(self) -> dict[str, Any]:
        engine, consumer = self.engine, self.engine.app.consumer
        folds = [engine.log.folds[p] for p in engine.table.owned]
        lag: Counter[str] = Counter()
        for tp, done in list(consumer.done.items()):
            lag[tp.topic] += max(0, (consumer.highwater(tp) or done) - done)
        return {
            "ready": not engine.waiting(),
            "partitions": len(folds),
            "aggregates": sum(len(fold.store) for fold in folds),
            "parked_aggregates": sum(len(fold.store.parked) for fold in folds),
            "lag_records": lag,
        }
