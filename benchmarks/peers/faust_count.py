"""Stock Faust as its documentation shows it: a Record, a Table, one send per event.

`python -m benchmarks.peers.faust_count worker`; INPUT, OUTPUT, APP and PARTITIONS in the environment, EVENT where the events are those
of the usual bridge.
"""

import os
from typing import Any

import faust

PARTITIONS = int(os.environ["PARTITIONS"])


class InboundEvent(faust.Record, serializer="json", include_metadata=False):
    """A record of comms.inbound.v1."""

    id: str
    type: str
    tenant: str
    channel: str
    provider: str
    contact: str
    thread: str
    message: str
    provider_id: str
    ours: str
    direction: str
    person: dict[str, Any]
    content: dict[str, Any]
    account: str = ""
    kind: str = ""
    index: int = 0
    queue_time: str | None = None
    correlation: str = ""


class ReceivedEvent(faust.Record, serializer="json", include_metadata=False):
    """What the usual bridge writes (benchmarks.peers.twilio.MessageReceived)."""

    type: str
    event_id: str
    conversation_id: str
    contact_id: str
    channel: str
    direction: str
    provider: str
    provider_id: str
    sender: str
    recipient: str
    body: str
    status: str
    occurred_at: str
    fields: dict[str, str]
    raw: str
    sequence: int = 0


usual = os.environ.get("EVENT") == "received"
Event: Any = ReceivedEvent if usual else InboundEvent
CONTACT, NUMBER = ("contact_id", "sequence") if usual else ("contact", "index")
integer: Any = int  # Faust's annotations know models alone
app = faust.App(
    os.environ["APP"],
    broker=f"kafka://{os.environ['TRUNKLINE_KAFKA__BROKERS']}",
    store="memory://",
    topic_partitions=PARTITIONS,
    topic_replication_factor=1,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
)
events = app.topic(os.environ["INPUT"], key_type=bytes, key_serializer="raw", value_type=Event, partitions=PARTITIONS)
counted = app.topic(os.environ["OUTPUT"], key_type=bytes, key_serializer="raw", value_type=Event, partitions=PARTITIONS)
counts = app.Table(
    "counts",
    default=int,
    partitions=PARTITIONS,
    schema=faust.Schema(key_type=str, value_type=integer, key_serializer="json", value_serializer="json"),
)


@app.agent(events)
async def count(stream: Any) -> None:
    """Counts per contact and passes the event on with its number."""
    async for key, event in stream.items():
        contact = getattr(event, CONTACT)
        counts[contact] += 1
        await counted.send(key=key, value=event.derive(**{NUMBER: counts[contact]}))


if __name__ == "__main__":
    app.main()
