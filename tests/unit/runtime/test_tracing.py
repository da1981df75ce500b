"""Traceparents, and spans under them."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from runtime import tracing


def test_an_id_always_begins_the_same_trace() -> None:
    first = tracing.traceparent_of("SM1")
    assert first == tracing.traceparent_of("SM1") != tracing.traceparent_of("SM2")
    assert tracing.is_traceparent(first)


@pytest.mark.parametrize(
    "text",
    ["", "00-x", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'1' * 32}-{'0' * 16}-01", f"01-{'1' * 32}-{'1' * 16}-01"],
)
def test_what_is_no_traceparent_is_not_carried_on(text: str) -> None:
    assert not tracing.is_traceparent(text)
    assert tracing.context_of(text) is None


def test_a_span_belongs_to_the_trace_of_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    exported = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exported))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    parent = tracing.traceparent_of("SM1")
    with tracing.span("reception", parent, channel="sms"):
        pass
    (span,) = exported.get_finished_spans()
    assert span.context is not None and span.parent is not None
    assert f"{span.context.trace_id:032x}" == parent.split("-")[1]
    assert f"{span.parent.span_id:016x}" == parent.split("-")[2]
    assert span.attributes == {"channel": "sms"}


def test_without_an_exporter_nothing_is_recorded() -> None:
    tracing.enabled.cache_clear()
    assert not tracing.enabled()
