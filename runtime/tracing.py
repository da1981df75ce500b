"""W3C Trace Context from the SQS attribute to the row (F-110, F-150). Spans go out only when an OTLP endpoint is set.

Without an exporter nothing is recorded and the traceparent is still carried, so a trace that began at the caller never breaks.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, TraceFlags, Tracer

from runtime.errors import ConfigurationError
from runtime.settings import Observability

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16


def traceparent_of(text: str) -> str:
    """A valid traceparent derived from any id: the same message begins the same trace, however often it comes (law 1)."""
    if _UUID.fullmatch(text):
        digest = text.replace("-", "")
        return f"00-{digest}-{digest[16:]}-01"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


def is_traceparent(text: str) -> bool:
    """Whether the text is a traceparent that may be carried on (W3C Trace Context 3.2)."""
    found = _TRACEPARENT.match(text)
    return found is not None and found[1] != _NO_TRACE and found[2] != _NO_SPAN


def context_of(traceparent: str) -> SpanContext | None:
    """The remote span that a traceparent names, None when it is none."""
    found = _TRACEPARENT.match(traceparent)
    if found is None or not is_traceparent(traceparent):
        return None
    return SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=TraceFlags(int(found[3], 16)))


def configure(observability: Observability, room: str) -> None:
    """Sends spans of this process to the OTLP endpoint of the settings, if there is one. Raises ConfigurationError when the
    `otlp` extra is not installed."""
    if not observability.otlp_endpoint:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ConfigurationError(
            "TRUNKLINE_OTLP_ENDPOINT is set but the exporter is not installed: install trunkline[otlp]"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": f"trunkline-{room}"}))
    endpoint = observability.otlp_endpoint.rstrip("/") + "/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    enabled.cache_clear()


@cache
def enabled() -> bool:
    """Whether spans are recorded at all; hot paths ask once per batch and skip the work when not."""
    return not isinstance(_tracer().start_span("probe"), NonRecordingSpan)


def _tracer() -> Tracer:
    return trace.get_tracer("trunkline")


@contextmanager
def span(name: str, traceparent: str, **attributes: str | int) -> Iterator[Span]:
    """A span under the remote one that `traceparent` names. attributes: never bodies, addresses or secrets."""
    parent = context_of(traceparent)
    context = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
    with _tracer().start_as_current_span(name, context=context, attributes=dict(attributes)) as current:
        yield current


def record(name: str, traceparent: str, start: int, end: int, **attributes: str | int) -> None:
    """A span that is over already, under the remote one that `traceparent` names; times in nanoseconds since 1970."""
    parent = context_of(traceparent)
    context = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
    _tracer().start_span(name, context=context, attributes=dict(attributes), start_time=start).end(end)
