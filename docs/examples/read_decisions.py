"""Counts what happened, per tenant and event, from comms.decisions.v1. Needs aiokafka and nothing of Trunkline.

KAFKA_BROKERS=127.0.0.1:9092 python read_decisions.py [topic]
"""

import asyncio
import json
import os
import sys
from collections import Counter

from aiokafka import AIOKafkaConsumer

TOPIC = sys.argv[1] if len(sys.argv) > 1 else "comms.decisions.v1"


async def main() -> None:
    brokers = os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092")
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=brokers, auto_offset_reset="earliest"
    )  # no group: nothing is committed
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        counts: Counter[tuple[str, str]] = Counter()
        versions: dict[str, int] = {}  # of each aggregate, as far as it counts
        rejected = 0
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    decision = json.loads(record.value)
                    # The rule of every reader: the first record for (aggregate, version) counts, all others do not.
                    if decision["version"] != versions.get(decision["aggregate"], 0) + 1:
                        rejected += 1
                        continue
                    versions[decision["aggregate"]] = decision["version"]
                    tenant = dict(record.headers)["ce_tenant"].decode()
                    for event in decision.get("events", []):
                        counts[tenant, event["type"]] += 1
    finally:
        await consumer.stop()
    for (tenant, event), number in sorted(counts.items()):
        print(f"{tenant:20} {event:30} {number:8}")
    print(f"{len(versions)} aggregates, {rejected} records that do not count", file=sys.stderr)


asyncio.run(main())
