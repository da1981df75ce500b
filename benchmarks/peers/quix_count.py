"""Quix Streams, at least once: decode an event with msgspec, count it per key in its state with changelog, pass it on.

`python -m benchmarks.peers.quix_count`; INPUT, OUTPUT, APP, STATE and PARTITIONS in the environment. In an environment of its own.
"""

import os
from typing import Any

import msgspec
from quixstreams import Application
from quixstreams.models import TopicConfig

from schemas.inbound import InboundEvent

decode = msgspec.json.Decoder(InboundEvent).decode
encode = msgspec.json.Encoder().encode


def count(value: bytes, state: Any) -> bytes:
    """The event with its number."""
    event = decode(value)
    number = state.get("number", 0) + 1
    state.set("number", number)
    return encode(msgspec.structs.replace(event, index=number))


app = Application(
    broker_address=os.environ["TRUNKLINE_KAFKA__BROKERS"],
    consumer_group=os.environ["APP"],
    auto_offset_reset="earliest",
    state_dir=os.environ["STATE"],
    use_changelog_topics=True,
    commit_every=1000,
    loglevel="ERROR",
    producer_extra_config={"linger.ms": 5},
)
config = TopicConfig(num_partitions=int(os.environ["PARTITIONS"]), replication_factor=1)
events = app.topic(os.environ["INPUT"], key_deserializer="bytes", value_deserializer="bytes", config=config)
counted = app.topic(os.environ["OUTPUT"], key_serializer="bytes", value_serializer="bytes", config=config)
app.dataframe(events).apply(count, stateful=True).to_topic(counted)
app.run()
