"""Rates and what waits, from metrics in Prometheus' format."""

import pytest

from runtime import metrics
from trunkline.demo.hops import SOURCES, Hops, summed

TEXT = """\
# TYPE trunkline_bridge_received_total counter
trunkline_bridge_received_total{queue="a"} 3
trunkline_bridge_received_total{queue="b"} 4
# TYPE trunkline_bridge_queue_depth gauge
trunkline_bridge_queue_depth{queue="a"} 5
"""


def test_labels_are_summed() -> None:
    assert summed(TEXT) == {"trunkline_bridge_received_total": 7, "trunkline_bridge_queue_depth": 5}


def test_every_metric_named_exists() -> None:
    declared = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples} | {
        f"{family.name}{suffix}" for family in metrics.REGISTRY.collect() for suffix in ("", "_total")
    }
    declared |= set(metrics.STREAMS_COUNTERS) | set(metrics.STREAMS_GAUGES)
    for source in SOURCES:
        assert source.counter in declared
        assert source.gauge is None or source.gauge in declared


async def test_a_process_that_does_not_answer_shows_what_it_last_said(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = Hops({})
    answers = [{"trunkline_bridge_received_total": 7.0}, {}]
    monkeypatch.setattr(hops, "_read", lambda room: answers[0] if room == "bridge" else {})
    assert (await hops.now())[0].done == 7
    answers[0] = {}
    assert (await hops.now())[0].done == 7
