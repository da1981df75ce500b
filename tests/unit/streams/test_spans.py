"""Spans of decisions: one per decided input, under its own trace, and nothing when nobody records them."""

import msgspec
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from runtime import tracing
from streams.engine import spans
from streams.engine.draft import Draft
from tests.counting import message
from tests.unit.streams.world import START, DecisionsLog, Worker, inbound


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Keeps the spans of the test."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr(tracing, "enabled", lambda: True)
    return exporter


def drafted() -> Draft:
    """Three inputs: two with a trace of their own, one with none, and the first once more."""
    first, second, third = message(1, 1), message(2, 1), message(3, 1)
    first = msgspec.structs.replace(first, trace=tracing.traceparent_of("SM1"))
    second = msgspec.structs.replace(second, trace=tracing.traceparent_of("SM2"))
    return Worker(DecisionsLog()).step(inbound([first, second, third, first]))


def test_each_decided_input_has_a_span_under_its_trace(exported: InMemorySpanExporter) -> None:
    spans.decided(drafted())
    found = exported.get_finished_spans()
    under = [(span.name, span.context, span.parent) for span in found if span.context and span.parent]
    assert [(name, f"{own.trace_id:032x}", f"{parent.span_id:016x}") for name, own, parent in under] == [
        ("decide", *tracing.traceparent_of(id_).split("-")[1:3]) for id_ in ("SM1", "SM2")
    ]
    assert {span.attributes["aggregate"] for span in found if span.attributes} == {"contact"}
    assert all(span.start_time >= START * 1_000_000 and (span.end_time or 0) >= span.start_time for span in found)  # type: ignore[operator]


def test_nothing_is_looked_at_when_nobody_records(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "enabled", lambda: False)

    class Untouched:
        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"{name} was looked at")

    spans.decided(Untouched())  # type: ignore[arg-type]
    assert exported.get_finished_spans() == ()
