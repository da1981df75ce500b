"""The one place of metrics. docs/reference/metrics.md is generated from here; alert rules and dashboards name nothing else.

Names: `trunkline_<room>_<what>_{total,seconds,bytes}`. Labels are few and bounded: channel, outcome, view, topic; never an id, an address
or a tenant.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Buckets of work that should take milliseconds, in seconds."""
SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Buckets of ways through several rooms, in seconds."""
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def counter(name: str, help_: str, *labels: str) -> Counter:
    return Counter(name, help_, labels, registry=REGISTRY)


def gauge(name: str, help_: str, *labels: str) -> Gauge:
    return Gauge(name, help_, labels, registry=REGISTRY)


def histogram(name: str, help_: str, *labels: str, buckets: tuple[float, ...] = FAST) -> Histogram:
    return Histogram(name, help_, labels, registry=REGISTRY, buckets=buckets)


def observe_each(observed: Histogram, value: float, count: int) -> None:
    """The same value `count` times; what a batch's messages have in common costs one observation."""
    observed._sum.inc(value * count)
    for bound, bucket in zip(observed._upper_bounds, observed._buckets, strict=True):
        if value <= bound:
            bucket.inc(count)
            break


# bridge (F-122 to F-125, F-179 to F-182)
BRIDGE_RECEIVED = counter("trunkline_bridge_received_total", "SQS messages received", "queue")
BRIDGE_DELETED = counter("trunkline_bridge_deleted_total", "SQS messages deleted", "queue")
BRIDGE_MESSAGES = counter(
    "trunkline_bridge_messages_total",
    "SQS messages by what became of them: processed, ignored, failed, dead_lettered",
    "channel",
    "outcome",
)
BRIDGE_EVENTS = counter("trunkline_bridge_events_total", "inbound events appended", "channel")
BRIDGE_BATCH = histogram("trunkline_bridge_batch_messages", "messages per received batch", "channel", buckets=SIZES)
BRIDGE_MESSAGE_SECONDS = histogram(
    "trunkline_bridge_message_seconds", "from receive to broker ack, per message", "channel"
)
BRIDGE_SQS_ERRORS = counter("trunkline_bridge_sqs_errors_total", "failed SQS calls", "queue", "call")
BRIDGE_APPEND_ERRORS = counter(
    "trunkline_bridge_append_errors_total", "appends whose outcome is unknown; producer thrown away"
)
BRIDGE_EXTENSIONS = counter("trunkline_bridge_visibility_extensions_total", "visibility timeouts extended", "queue")
BRIDGE_IN_FLIGHT = gauge("trunkline_bridge_inflight", "messages received and not yet deleted or given back", "queue")
QUEUE_DEPTH = gauge("trunkline_bridge_queue_depth", "messages waiting in the queue, as SQS estimates", "queue")
QUEUE_IN_FLIGHT = gauge("trunkline_bridge_queue_inflight", "messages in flight at the queue, as SQS estimates", "queue")
QUEUE_OLDEST = gauge(
    "trunkline_bridge_oldest_message_age_seconds", "age of the oldest message of the last received batch", "queue"
)

# webhooks
WEBHOOKS_REQUESTS = counter(
    "trunkline_webhooks_requests_total",
    "requests by what became of them: queued, unproved_queued, handshake, confirmed, visit, or why they were refused",
    "channel",
    "provider",
    "outcome",
)
WEBHOOKS_SECONDS = histogram("trunkline_webhooks_seconds", "from a request to its answer", "channel")

# dead letters, from any room
DEAD_LETTERS = counter("trunkline_dead_letters_total", "messages given up", "stage", "reason")

# streams: the hot path adds to plain numbers, which streams/metrics.py turns into these at scrape time
STREAMS_COUNTERS = {
    "trunkline_streams_inputs_total": "records of the source topics decided, by topic",
    "trunkline_streams_decisions_total": "decisions appended and accepted",
    "trunkline_streams_duplicates_total": "inputs whose cause had taken effect before",
    "trunkline_streams_parked_total": "aggregates parked by an exception in a decider",
    "trunkline_streams_held_total": "inputs held behind a parked one",
    "trunkline_streams_released_total": "held inputs decided after a release",
    "trunkline_streams_dead_letters_total": "records that can never be decided, put on the dead-letter topic",
    "trunkline_streams_appends_total": "batches appended to the decisions log",
    "trunkline_streams_append_errors_total": "appends whose outcome was unknown; the log was read",
    "trunkline_streams_foreign_total": "appends that met records of another writer",
    "trunkline_streams_rejected_total": "records of the log that lost to an earlier one of the same version",
    "trunkline_streams_rounds_total": "rounds of deciding",
    "trunkline_streams_stale_total": "records dropped because their partition was given back before they were decided",
    "trunkline_streams_settings_copies_total": "copies written to the settings topic",
    "trunkline_streams_catch_ups_total": "times that partitions were caught up after an assignment",
    "trunkline_streams_catch_up_records_total": "records folded while catching up",
    "trunkline_streams_catch_up_seconds_total": "seconds spent catching up",
    "trunkline_streams_fetches_total": "fetches that brought records",
    "trunkline_streams_rewinds_total": "times that missing records were fetched again",
}
STREAMS_GAUGES = {
    "trunkline_streams_ready": "1 when every assigned partition is caught up and flowing",
    "trunkline_streams_partitions": "partitions owned and caught up",
    "trunkline_streams_aggregates": "aggregates in the local store",
    "trunkline_streams_parked_aggregates": "aggregates parked now",
    "trunkline_streams_lag_records": "records of the source topics not yet decided, by topic",
}

# projections
PROJECTIONS_ROWS = counter("trunkline_projections_rows_total", "rows written", "view")
PROJECTIONS_RECORDS = counter("trunkline_projections_records_total", "records applied", "view")
PROJECTIONS_BATCH_SECONDS = histogram(
    "trunkline_projections_batch_seconds", "one batch transaction", "view", buckets=SLOW
)
PROJECTIONS_LAG = gauge("trunkline_projections_lag_records", "records not yet applied", "view", "topic")
PROJECTIONS_LOST_RACES = counter(
    "trunkline_projections_lost_races_total",
    "batches refused by the position, by class (delivery.md B.3)",
    "view",
    "outcome",
)
PROJECTIONS_REJECTED = counter(
    "trunkline_projections_rejected_total", "records of the log that lost to an earlier one of the same version", "view"
)
PROJECTIONS_HALTED = gauge("trunkline_projections_halted", "1 when a view stopped for good; /readyz says why", "view")
PROJECTIONS_ERRORS = counter("trunkline_projections_errors_total", "batches that failed and are tried again", "view")
END_TO_END_SECONDS = histogram(
    "trunkline_end_to_end_seconds", "from the record's ingest to its committed row", "view", buckets=SLOW
)
