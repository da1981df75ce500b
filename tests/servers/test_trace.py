"""F-110: the trace of one message runs from the attribute of the SQS message to the row, with the steps in their order.

Bridge, worker and projections are processes as a user starts them; their spans go to a collector in this process.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import asyncpg
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bridge.sqs.port import Outgoing
from bridge.sqs.raw import RawQueue
from domain.channels.registry import providers
from runtime.settings import Sqs
from runtime.tracing import traceparent_of
from tests.crash.deployment import Deployment
from tests.crash.servers import Servers

pytestmark = pytest.mark.feature("F-110")


class Span(NamedTuple):
    """One span as it came in. room: the process's service name."""

    start: int
    room: str
    name: str
    parent: str


class Collector(ThreadingHTTPServer):
    """An OTLP endpoint. spans: by trace id."""

    def __init__(self) -> None:
        self.spans: dict[str, list[Span]] = {}
        super().__init__(("127.0.0.1", 0), _Exported)

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        for resource in request.resource_spans:
            attributes = {each.key: each.value.string_value for each in resource.resource.attributes}
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                made = Span(span.start_time_unix_nano, attributes["service.name"], span.name, span.parent_span_id.hex())
                self.spans.setdefault(span.trace_id.hex(), []).append(made)


class _Exported(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector on a port of its own."""
    with Collector() as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
async def deployment(
    kafka: Any, elasticmq: Any, postgres: Any, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Deployment]:
    """One process of each, which send their spans to the collector."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    made = Deployment(Servers(kafka, elasticmq, postgres), f"trace{os.getpid()}", tmp_path)
    made.extra = {
        "TRUNKLINE_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    await made.create()
    await made.start(bridges=1, workers=1, projections=1)
    try:
        await made.settled()
        yield made
    finally:
        await made.stop()
        connection = await asyncpg.connect(postgres.dsn)
        await connection.execute(f'DROP DATABASE "{made.name}" WITH (FORCE)')
        await connection.close()


async def test_one_trace_runs_from_the_attribute_to_the_row(deployment: Deployment, collector: Collector) -> None:
    trace = traceparent_of("a caller of ours")
    _, id_, span, _ = trace.split("-")
    fields = {"from_number": "+14155550100", "to_number": "+14155550199", "body": "Hi"}
    body = providers("sms")[0].build["message_received"](fields, secrets.token_hex(16))
    queue = RawQueue(deployment.urls["sms"], Sqs(endpoint_url=deployment.servers.sqs.endpoint_url))
    assert not await queue.send_batch([Outgoing(body=body, attributes={"traceparent": trace})])
    await queue.close()

    def names() -> list[str]:
        return [each.name for each in sorted(collector.spans.get(id_, []))]

    due = {"bridge delete", "decide", "project communication_events"}
    for _ in range(300):
        if due <= set(names()):
            break
        await asyncio.sleep(0.1)
    assert due <= set(names())
    steps = ["bridge receive", "bridge validate", "bridge append", "bridge receipt", "bridge delete"]
    assert [name for name in names() if name.startswith("bridge")] == steps
    assert [name for name in names() if name in ("bridge append", "decide", "project communication_events")] == [
        "bridge append",
        "decide",
        "project communication_events",
    ]
    assert {each.room for each in collector.spans[id_]} == {
        "trunkline-bridge",
        "trunkline-streams",
        "trunkline-projections",
    }
    assert {each.parent for each in collector.spans[id_]} == {span}
    connection = await asyncpg.connect(deployment.dsn)
    rows = await connection.fetch("SELECT type, traceparent FROM tenant_acme.communication_events WHERE text = 'Hi'")
    await connection.close()
    assert [tuple(row) for row in rows] == [("message_received", trace)]
