"""The three servers: started, found again, killed, restarted with their data."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.crash.queues import Queues, Refused
from tests.waiting import until_now
from trunkline.platform.elasticmq import ElasticMQ
from trunkline.platform.errors import PlatformError, PortTaken
from trunkline.platform.kafka import Kafka
from trunkline.platform.local import LocalPlatform
from trunkline.platform.ports import free_port
from trunkline.platform.postgres import Postgres
from trunkline.platform.processes import Identity
from trunkline.platform.server import Server


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="trunkline-platform-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def platform(folder: Path) -> Iterator[LocalPlatform]:
    local = LocalPlatform(folder, "auto", environ={})
    try:
        local.start()
        yield local
    finally:
        local.stop()


@pytest.fixture(params=["kafka", "elasticmq", "postgres"])
def server(platform: LocalPlatform, request: pytest.FixtureRequest) -> Server:
    found: Server = getattr(platform, request.param)
    found.start()
    return found


def sqs(server: ElasticMQ, action: str, body: str) -> str:
    headers = {"X-Amz-Target": f"AmazonSQS.{action}", "Content-Type": "application/x-amz-json-1.0"}
    request = urllib.request.Request(server.endpoint_url, body.encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def remember(server: Server) -> None:
    """Leaves a mark in the server that must be there after a kill."""
    if isinstance(server, Kafka):
        asyncio.run(_produce(server.brokers))
    elif isinstance(server, ElasticMQ):
        sqs(server, "CreateQueue", '{"QueueName": "kept"}')
        sqs(server, "SendMessage", f'{{"QueueUrl": "{server.endpoint_url}/000000000000/kept", "MessageBody": "kept"}}')
        # It writes a moment after it has answered.
        written = server.folder / "data" / "messages.mv.db"
        until_now(lambda: written.read_bytes().count(b"kept") >= 2, what="queue and message are written")
    elif isinstance(server, Postgres):
        asyncio.run(_insert(server.dsn))


def remembers(server: Server) -> bool:
    if isinstance(server, Kafka):
        return asyncio.run(_consume(server.brokers)) == b"kept"
    if isinstance(server, ElasticMQ):
        body = f'{{"QueueUrl": "{server.endpoint_url}/000000000000/kept", "VisibilityTimeout": 0}}'
        return '"Body":"kept"' in sqs(server, "ReceiveMessage", body)
    assert isinstance(server, Postgres)
    return asyncio.run(_select(server.dsn)) == "kept"


async def _produce(brokers: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=brokers, acks="all") as producer:
        await producer.send_and_wait("kept", b"kept")


async def _consume(brokers: str) -> bytes | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers)
    await consumer.start()
    try:
        consumer.assign([TopicPartition("kept", 0)])
        await consumer.seek_to_beginning()
        record = await asyncio.wait_for(consumer.getone(), 30)
        return bytes(record.value) if record.value is not None else None
    finally:
        await consumer.stop()


async def _insert(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE kept (word text)")
    await connection.execute("INSERT INTO kept VALUES ('kept')")
    await connection.close()


async def _select(dsn: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("SELECT word FROM kept")
    finally:
        await connection.close()


async def _setting(dsn: str, name: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("SELECT current_setting($1)", name)
    finally:
        await connection.close()


def test_started_twice_it_is_the_same_process(server: Server) -> None:
    pid, port = server.pid, server.port
    server.start()
    assert (server.pid, server.port) == (pid, port)


def test_killed_and_started_it_has_its_data_and_its_port(server: Server) -> None:
    remember(server)
    pid, port = server.pid, server.port
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    server.start()
    assert server.pid not in (None, pid)
    assert server.port == port
    assert remembers(server)


def test_a_stale_pid_of_another_process_is_no_server(server: Server, folder: Path) -> None:
    server.stop()
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        Identity(bystander.pid, 1.0).write(server.folder / f"{server.name}.pid")
        assert not server.alive()
        server.stop()
        server.start()
        assert server.pid != bystander.pid
        assert bystander.poll() is None, "somebody else's process was ended"
    finally:
        bystander.kill()
        bystander.communicate()


def test_a_server_whose_pid_was_never_written_is_found(server: Server) -> None:
    pid = server.pid
    (server.folder / f"{server.name}.pid").unlink()
    assert not server.alive()
    server.start()
    assert server.pid == pid


def test_a_later_program_finds_and_stops_it(platform: LocalPlatform) -> None:
    server = platform.elasticmq
    server.start()
    pid = server.pid
    assert pid is not None
    program = (
        "import sys; from pathlib import Path; from trunkline.platform.elasticmq import ElasticMQ;"
        "server = ElasticMQ(Path(sys.argv[1])); print(server.pid, server.endpoint_url); server.stop()"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(server.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [str(pid), f"http://127.0.0.1:{server.port}"]
    assert not server.alive()


def test_it_outlives_the_program_that_started_it(folder: Path) -> None:
    server = Postgres(folder / "outlives")
    program = (
        "import sys; from pathlib import Path; from trunkline.platform.postgres import Postgres;"
        "server = Postgres(Path(sys.argv[1])); server.start(); print(server.pid)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(server.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    try:
        assert server.pid == int(told.stdout)
        assert server.healthy()
        assert asyncio.run(_setting(server.dsn, "fsync")) == "on"
    finally:
        server.stop()
    assert not _runs(int(told.stdout))


@pytest.mark.parametrize("kind", [Kafka, ElasticMQ, Postgres])
def test_a_taken_port_says_by_which_process(folder: Path, kind: type[Server]) -> None:
    listen = "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); print(flush=True); input()"
    port = free_port()
    argv = [sys.executable, "-c", listen, str(port)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as bystander:
        assert bystander.stdout is not None
        bystander.stdout.readline()
        try:
            with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}: .* process {bystander.pid} \(.*import socket"):
                kind(folder / f"{kind.name}-taken", port).start()
        finally:
            bystander.kill()


def test_everything_listens_on_the_loopback_alone(platform: LocalPlatform) -> None:
    platform.start()
    for server in platform.servers:
        assert server.pid is not None
        connections = psutil.Process(server.pid).net_connections(kind="inet")
        addresses = {each.laddr[0] for each in connections if each.status == psutil.CONN_LISTEN}
        assert addresses
        assert addresses <= {"127.0.0.1", "::ffff:127.0.0.1"}, server.name


def test_the_database_wants_its_password(platform: LocalPlatform) -> None:
    platform.start()
    dsn = platform.postgres.dsn
    password = dsn.split(":")[2].split("@")[0]

    async def connect() -> None:
        await asyncpg.connect(dsn.replace(password, "guess"))

    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(connect())


def test_a_server_that_cannot_start_shows_the_end_of_its_log(folder: Path) -> None:
    server = ElasticMQ(folder / "small", memory=2)
    with pytest.raises(PlatformError, match=r"elasticmq does not run; the end of .*elasticmq\.log:\n.*\n"):
        server.start()
    assert not server.alive()


def test_a_frozen_server_is_replaced(platform: LocalPlatform) -> None:
    server = platform.elasticmq
    server.start()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(PlatformError, match=r"does not answer"):
        server.ready(0.5)
    server.start(timeout=10)
    assert server.pid != pid
    assert server.healthy()


def test_the_environment_leads_to_the_servers(platform: LocalPlatform) -> None:
    platform.start()
    environment = platform.environment()
    host, port = environment["KAFKA_BROKERS"].split(":")
    socket.create_connection((host, int(port)), 5).close()
    assert asyncio.run(_setting(environment["DATABASE_URL"], "synchronous_commit")) == "on"
    with urllib.request.urlopen(f"{environment['AWS_ENDPOINT_URL']}/?Action=ListQueues", timeout=5) as answer:
        assert answer.status == 200
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"} <= environment.keys()


def test_the_environment_says_what_the_queues_take(platform: LocalPlatform) -> None:
    platform.start()
    largest = int(platform.environment()["TRUNKLINE_WEBHOOKS__MESSAGE_BYTES"])
    queues = Queues(platform.elasticmq.endpoint_url)
    url = queues.create("largest", 30)
    assert None not in queues.send(url, ["x" * largest])
    with pytest.raises(Refused, match="MessageTooLong"):
        queues.send(url, ["x" * (largest // 2), "x" * (largest // 2 + 1)])
    queues.close()


def _runs(pid: int) -> bool:
    """A process whose parent is gone may stay a zombie until the machine's first process looks."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
