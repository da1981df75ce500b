"""`faust -A streams worker` as a user runs it: sharing, leaving, dying, coming back, refusing (issue 8e, section 4)."""

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from runtime import topics
from schemas.topics import TOPICS
from tests.counting import command_id, key_of
from tests.servers.streams.deployment import Deployment
from tests.waiting import until_now

CONTACTS = 40


async def test_two_workers_share_and_a_graceful_leave_hands_over(deployment: Deployment) -> None:
    """SIGTERM: exit 0 within 10 s, everything decided is committed, the partner has all partitions within 15 s."""
    first = deployment.start()
    deployment.until_ready(first)
    second = deployment.start()
    deployment.until_ready(second)
    deployment.until_ready(first, times=2)
    await deployment.send(deployment.messages(CONTACTS, 10))
    await deployment.until_decided(CONTACTS, 10)
    owned = [_owned(deployment.log(worker)) for worker in (first, second)]
    assert sorted(owned[0] + owned[1]) == [0, 1, 2, 3] and owned[0] and owned[1]

    began = time.monotonic()
    assert deployment.stop(first) == 0
    deployment.until_ready(second, times=2, seconds=15 - (time.monotonic() - began))
    assert _owned(deployment.log(second)) == [0, 1, 2, 3]
    await deployment.send(deployment.messages(CONTACTS, 10, first=11))
    await deployment.until_decided(CONTACTS, 20)
    assert deployment.stop(second) == 0
    committed = await deployment.committed()
    assert sum(offset for (topic, _), offset in committed.items() if topic == deployment.inbound) == CONTACTS * 20


async def test_a_killed_worker_is_replaced_within_20_seconds(deployment: Deployment) -> None:
    first, second = deployment.start(), deployment.start()
    deployment.until_ready(first)
    deployment.until_ready(second)
    sending = asyncio.create_task(deployment.send(deployment.messages(CONTACTS, 30)))
    first.send_signal(signal.SIGKILL)
    began = time.monotonic()
    await sending
    await deployment.until_decided(CONTACTS, 30, seconds=20)
    assert time.monotonic() - began < 20
    assert deployment.stop(second) == 0


@pytest.mark.parametrize("deployment", [8], indirect=True)
async def test_three_workers_take_both_source_topics_of_a_partition_together(deployment: Deployment) -> None:
    """N3: without standbys Faust chooses an assignor that does not co-partition. Fails with table_standby_replicas=0 in
    streams/engine/app.py: a partition's inbound and commands then go to different workers, which end themselves."""
    workers = [deployment.start(TRUNKLINE_STREAMS__HTTP_PORT=str(await _free_port())) for _ in range(3)]
    for worker in workers:
        deployment.until_ready(worker)
    until_now(
        lambda: sorted(len(_owned(deployment.log(w))) for w in workers) == [2, 3, 3],
        20,
        "every partition has one owner",
    )
    ports = [_port(deployment.log(worker)) for worker in workers]
    await deployment.send(deployment.messages(CONTACTS, 5))
    release = [
        (deployment.partition(n), key_of(n).encode(), json.dumps(_release(n, i)).encode())
        for i in range(5)
        for n in range(CONTACTS)
    ]
    await deployment.send(release, deployment.commands)
    await deployment.until_decided(CONTACTS, 5)
    for port in ports:
        metrics = _get(f"http://127.0.0.1:{port}/metrics")
        per_topic = [line for line in metrics.splitlines() if line.startswith("trunkline_streams_lag_records{")]
        assert len(per_topic) == 2 and all(line.endswith(" 0.0") for line in per_topic), per_topic
        assert "trunkline_streams_foreign_total 0.0" in metrics
    assert [deployment.stop(worker) for worker in workers] == [0, 0, 0]


async def test_a_worker_stopped_beyond_its_session_is_harmless_when_it_comes_back(deployment: Deployment) -> None:
    """A zombie: its appends carry stale versions; every reader ignores them (law 2)."""
    zombie, other = deployment.start(), deployment.start()
    deployment.until_ready(zombie)
    deployment.until_ready(other)
    until_now(lambda: len(_owned(deployment.log(other))) < 4, 20)
    sending = asyncio.create_task(deployment.send(deployment.messages(CONTACTS, 40)))
    zombie.send_signal(signal.SIGSTOP)
    await sending
    until_now(lambda: _owned(deployment.log(other)) == [0, 1, 2, 3], 20, "the partner has everything")
    await deployment.send(deployment.messages(CONTACTS, 10, first=41))
    zombie.send_signal(signal.SIGCONT)
    await deployment.until_decided(CONTACTS, 50)
    deployment.stop(other)
    if zombie.poll() is None:
        deployment.stop(zombie)
    await deployment.until_decided(CONTACTS, 50)


@pytest.mark.parametrize(("kind", "end"), [("rocksdict", signal.SIGKILL), ("rocksdict-read-through", signal.SIGTERM)])
async def test_a_store_on_disk_starts_where_it_stopped(deployment: Deployment, kind: str, end: int) -> None:
    """Two workers on one machine with the same settings do not meet, and a restart reads only what is new."""
    store = {"TRUNKLINE_STREAMS__STORE": kind}
    workers = [deployment.start(**store) for _ in range(2)]
    for worker in workers:
        deployment.until_ready(worker)
    await deployment.send(deployment.messages(CONTACTS, 10))
    await deployment.until_decided(CONTACTS, 10)
    for worker in workers:
        worker.send_signal(end)
    assert {worker.wait(10) for worker in workers} <= {0, -signal.SIGKILL}
    third = deployment.start(**store)
    deployment.until_ready(third)
    await deployment.send([*deployment.messages(CONTACTS, 10), *deployment.messages(CONTACTS, 10, first=11)])
    await deployment.until_decided(CONTACTS, 20)
    assert deployment.stop(third) == 0
    fourth = deployment.start(**store)
    deployment.until_ready(fourth)
    assert "[0, 1, 2, 3], 0 records in" in deployment.log(fourth)
    assert deployment.stop(fourth) == 0


async def test_health_metrics_and_no_web_server(deployment: Deployment) -> None:
    """Faust's own server listens on 0.0.0.0:6066; ours answers on loopback, and a second worker finds a port of its own."""
    port = await _free_port()
    workers = [deployment.start(TRUNKLINE_STREAMS__HTTP_PORT=str(port)) for _ in range(2)]
    for worker in workers:
        deployment.until_ready(worker)
    ports = sorted(_port(deployment.log(worker)) for worker in workers)
    assert ports[0] == port and ports[1] > port
    until_now(
        lambda: all(_get(f"http://127.0.0.1:{p}/readyz", fail=False).startswith('{"ready":true') for p in ports), 20
    )
    await deployment.send(deployment.messages(CONTACTS, 3))
    await deployment.until_decided(CONTACTS, 3)
    values = [_get(f"http://127.0.0.1:{p}/metrics") for p in ports]
    decided = sum(_value(text, "trunkline_streams_decisions_total") for text in values)
    assert decided == CONTACTS * 3
    assert sum(_value(text, "trunkline_streams_partitions") for text in values) == 4
    for worker in workers:
        listening = _listening(worker.pid)
        assert len(listening) == 1 and listening[0][0] == "127.0.0.1", listening
        assert deployment.stop(worker) == 0


async def test_start_up_refuses_a_missing_topic_in_words(kafka: Any, tmp_path: Any) -> None:
    deployment = Deployment(kafka.brokers, tmp_path)
    worker = deployment.start()
    assert worker.wait(30) == 78
    text = deployment.log(worker)
    assert f"the topic {deployment.inbound} is missing; create it with `trunkline topics create`" in text
    assert "Traceback" not in text


async def test_start_up_refuses_another_partition_count_in_words(deployment: Deployment) -> None:
    worker = deployment.start(TRUNKLINE_KAFKA__PARTITIONS="5")
    assert worker.wait(30) == 78
    assert f"the topic {deployment.inbound} has 4 partitions, not 5" in deployment.log(worker)
    assert "Traceback" not in deployment.log(worker)


async def test_a_bad_setting_and_a_missing_broker_are_told_in_words(deployment: Deployment) -> None:
    bad = deployment.start("streams", TRUNKLINE_STREAMS__STORE="disk")
    gone = deployment.start(KAFKA_BROKERS=f"127.0.0.1:{await _free_port()}")
    assert bad.wait(30) == 78 and gone.wait(60) == 1
    assert "TRUNKLINE_STREAMS__STORE=disk" in deployment.log(bad) and "does not answer" in deployment.log(gone)
    assert "Traceback" not in deployment.log(bad) + deployment.log(gone)


async def test_the_stock_command_line_finds_the_product_app(deployment: Deployment) -> None:
    """`streams` exports an app although no module is called app; only environment variables are set."""
    worker = deployment.start("streams")
    deployment.until_ready(worker)
    assert deployment.stop(worker) == 0
    listed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "faust", "-A", "streams", "tables"],
        env=deployment.environment,
        cwd=deployment.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "aggregates" in listed.stdout


async def test_a_log_shorter_than_the_store_is_refused_in_words(deployment: Deployment) -> None:
    """Somebody recreated the decisions topic: the state on disk has nothing to do with it."""
    store = {"TRUNKLINE_STREAMS__STORE": "rocksdict"}
    worker = deployment.start(**store)
    deployment.until_ready(worker)
    await deployment.send(deployment.messages(CONTACTS, 2))
    await deployment.until_decided(CONTACTS, 2)
    assert deployment.stop(worker) == 0
    await _recreate(deployment, deployment.decisions)
    again = deployment.start(**store)
    assert again.wait(40) == 72
    assert "the decisions log is shorter than the position of the local store" in deployment.log(again)


async def test_a_source_shorter_than_its_committed_offset_is_refused_in_words(deployment: Deployment) -> None:
    """aiokafka would start again at the log's beginning, and what is new below the old offset would be skipped."""
    await deployment.commit({(deployment.inbound, 2): 1000})
    worker = deployment.start()
    assert worker.wait(40) == 78
    assert f"{deployment.inbound} partition 2 ends at offset 0, but group" in deployment.log(worker)
    assert "the topic was recreated or truncated" in deployment.log(worker)


async def test_records_deleted_before_they_were_decided_are_told_in_words(deployment: Deployment) -> None:
    """aiokafka would go on at the log's new beginning, as if nothing were missing."""
    await deployment.send(deployment.messages(CONTACTS, 2))
    await deployment.commit({(deployment.inbound, 2): 3})
    await deployment.delete_before({(deployment.inbound, 2): 8})
    worker = deployment.start()
    assert worker.wait(40) == 78
    assert "5 records were deleted before they were decided" in deployment.log(worker)


async def _recreate(deployment: Deployment, name: str) -> None:
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=deployment.brokers)
    await admin.start()
    await admin.delete_topics([name])
    while name in await admin.list_topics():
        await asyncio.sleep(0.1)
    await admin.close()
    topic = next(topic for topic in TOPICS if name.endswith(topic.name))
    while name not in await topics.create(deployment.kafka, [topic]):
        await asyncio.sleep(0.1)


def _release(n: int, i: int) -> dict[str, str]:
    return {"type": "release_aggregate", "id": command_id(f"{n} {i}"), "aggregate": key_of(n)}


def _owned(log: str) -> list[int]:
    """The partitions a worker had when it last became ready."""
    lines = [line for line in log.splitlines() if "partitions are caught up" in line]
    return json.loads(lines[-1].split("caught up: ")[1].split("]")[0] + "]") if lines else []


def _port(log: str) -> int:
    (line,) = (line for line in log.splitlines() if "health and metrics on port" in line)
    return int(line.split("on port ")[1].split('"')[0])


def _get(url: str, *, fail: bool = True) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        if fail:
            raise
        return str(error.read().decode())


def _value(metrics: str, name: str) -> float:
    return sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith((name + " ", name + "{")))


def _listening(pid: int) -> list[tuple[str, int]]:
    import psutil

    connections = psutil.Process(pid).net_connections("tcp")
    return [(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN]


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return int(port)
