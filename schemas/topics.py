"""The one table of topics (DESIGN.md 4). `trunkline topics` creates them from it, start-up compares the broker with it.

Partition counts of co-partitioned topics are equal and a one-way door: they are chosen when a deployment is created.
"""

from typing import Literal

from msgspec import Struct

DAY = 24 * 60 * 60 * 1000


class Topic(Struct, frozen=True, kw_only=True):
    """One topic. `copartitioned`: has the deployment's partition count; the others have `partitions`. retention in ms, -1 is
    for ever. `stamped` by the broker (LogAppendTime) where the record's time is read as a fact."""

    name: str
    key: str
    holds: str
    record: str
    cleanup: Literal["delete", "compact"]
    retention: int
    copartitioned: bool = True
    partitions: int = 1
    stamped: bool = False
    producers: tuple[str, ...]
    consumers: tuple[str, ...]


INBOUND = Topic(
    name="comms.inbound.v1",
    key="aggregate key",
    holds="normalised channel events, append-only, raw bytes kept",
    record="InboundEvent",
    cleanup="delete",
    retention=400 * DAY,
    stamped=True,
    producers=("bridge",),
    consumers=("streams",),
)
COMMANDS = Topic(
    name="comms.commands.v1",
    key="aggregate key",
    holds="wishes: command line, API, outcomes of effects",
    record="Command",
    cleanup="delete",
    retention=400 * DAY,
    stamped=True,
    producers=("trunkline", "api"),
    consumers=("streams",),
)
DECISIONS = Topic(
    name="comms.decisions.v1",
    key="aggregate key",
    holds="the record: one record per decision, with all its events",
    record="Decision",
    cleanup="delete",
    retention=-1,
    producers=("streams",),
    consumers=("streams", "projections"),
)
SETTINGS = Topic(
    name="comms.settings.v1",
    key="aggregate key",
    holds="latest copy of tenants, channels and policies",
    record="Settings",
    cleanup="compact",
    retention=-1,
    copartitioned=False,
    producers=("streams",),
    consumers=("bridge", "streams"),
)
RECEIPTS = Topic(
    name="comms.receipts.v1",
    key="bridge:queue",
    holds="what the bridge did with each SQS message, one record per received batch",
    record="ReceiptBatch",
    cleanup="delete",
    retention=30 * DAY,
    producers=("bridge",),
    consumers=("projections",),
)
DEAD_LETTERS = Topic(
    name="comms.dead-letters.v1",
    key="as the source",
    holds="what could not be processed: stage, reason, original bytes, origin, attempts",
    record="DeadLetter",
    cleanup="delete",
    retention=400 * DAY,
    producers=("bridge", "streams", "projections"),
    consumers=("projections",),
)

TOPICS: tuple[Topic, ...] = (INBOUND, COMMANDS, DECISIONS, SETTINGS, RECEIPTS, DEAD_LETTERS)
