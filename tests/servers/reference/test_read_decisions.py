"""The script of docs/topics.md reads a real topic without our code."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from schemas.envelope import fixed_headers, headers

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "docs" / "examples" / "read_decisions.py"
EXAMPLES = ROOT / "schemas" / "examples" / "comms.decisions.v1"
TOPIC = f"docs-read-decisions-{uuid4().hex[:8]}"
FIXED = fixed_headers("trunkline.decision.v1", "trunkline/streams")


def example(name: str, **changes: Any) -> dict[str, Any]:
    return json.loads((EXAMPLES / f"{name}.json").read_text()) | changes


async def test_script_counts_what_counts(kafka: Any) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.brokers)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.brokers)
    await admin.start()
    await producer.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, num_partitions=2, replication_factor=1)])
        first, stop = example("sms_first_message"), example("sms_stop")
        tenant = example("tenant_created")
        for decision in (
            first,
            tenant,
            stop,
            first,
            example("sms_stop", events=[]),
            example("aggregate_parked", version=9),
        ):
            await _append(producer, decision)
        env = os.environ | {"KAFKA_BROKERS": kafka.brokers}
        script = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), TOPIC, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await asyncio.wait_for(script.communicate(), 30)
    finally:
        await admin.delete_topics([TOPIC])
        await producer.stop()
        await admin.close()
    assert script.returncode == 0, err.decode()
    assert [line.split() for line in out.decode().splitlines()] == [
        ["acme", "consent_changed", "1"],
        ["acme", "keyword_recognised", "1"],
        ["acme", "message_received", "2"],
        ["acme", "tenant_created", "1"],
        ["acme", "thread_opened", "1"],
    ]
    assert err.decode().strip() == "2 aggregates, 3 records that do not count"


async def _append(producer: AIOKafkaProducer, decision: dict[str, Any]) -> None:
    key = decision["aggregate"].encode()
    head = headers(FIXED, id_=f"{key.decode()}@{decision['version']}", subject=key, time=decision["at"], tenant="acme")
    await producer.send_and_wait(TOPIC, json.dumps(decision).encode(), key=key, headers=head)


def test_page_shows_the_script_as_it_is() -> None:
    page = (ROOT / "docs" / "topics.md").read_text()
    assert f"```python\n{SCRIPT.read_text()}```" in page
