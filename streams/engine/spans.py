"""Spans of decisions (F-110): one per input that was decided, under the trace that it brought.

Made from what the append holds after it is durable, so nothing is kept per input and nothing is paid when no spans are recorded.
"""

import time

from runtime import tracing
from streams.engine.draft import Draft


def decided(draft: Draft) -> None:
    """Spans from the start of the draft until now, when its decisions are on disk."""
    if not tracing.enabled():
        return
    start, end = draft.now * 1_000_000, time.time_ns()
    for key, _, headers in draft.records:
        trace = next((value for name, value in headers if name == "traceparent"), b"")
        if trace:
            kind = (key or b"").split(b":", 2)[1].decode()
            tracing.record("decide", trace.decode(), start, end, aggregate=kind)
