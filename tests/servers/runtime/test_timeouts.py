"""No server can hold us up for longer than the settings say: one that takes connections and says nothing, one that takes none."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Literal

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from pydantic import SecretStr
from sqlalchemy import text

from bridge.claims import ClaimError, S3Claims
from bridge.sqs import open_queue
from bridge.sqs.port import SqsError
from runtime.kafka import client_options
from runtime.postgres import engine
from runtime.settings import Kafka, Postgres, Settings, Sqs
from streams.worker import build
from trunkline.platform.postgres import Postgres as Server

pytestmark = pytest.mark.feature("F-134")

SHORT = 0.5
"""Seconds that each of them is given here."""
LONG = 60.0
Call = Callable[[str, float, float], Awaitable[object]]
"""(host:port, seconds to connect, seconds for an answer)"""


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    """A server that takes connections and never answers."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1")
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@contextmanager
def full() -> Iterator[str]:
    """A server whose queue of connections is full: the kernel leaves who knocks waiting."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        for each in waiting:
            each.close()


def queue(client: Literal["raw", "aioboto3"]) -> Call:
    async def call(at: str, connect: float, answer: float) -> None:
        sqs = Sqs(
            client=client, region="us-east-1", endpoint_url=f"http://{at}", connect_timeout=connect, read_timeout=answer
        )
        opened = open_queue(f"http://{at}/000000000000/q", sqs)
        try:
            await opened.receive(1, 0)
        finally:
            await opened.close()

    return call


async def bucket(at: str, connect: float, answer: float) -> None:
    sqs = Sqs(region="us-east-1", connect_timeout=connect, read_timeout=answer)
    await S3Claims("claims", "", sqs, f"http://{at}").get("s3://claims/x")


async def database(at: str, connect: float, answer: float) -> None:
    url = SecretStr(f"postgresql://u:p@{at}/d")
    made = engine(Postgres(url=url, connect_timeout=min(connect, answer), command_timeout=answer))
    async with made.connect():
        pass


async def broker(at: str, connect: float, answer: float) -> None:
    milliseconds = int(min(connect, answer) * 1000)
    producer = AIOKafkaProducer(**client_options(Kafka(brokers=at, request_timeout_ms=milliseconds)))
    try:
        await producer.start()
    finally:
        await producer.stop()


CALLS: dict[str, Call] = {
    "SQS": queue("raw"),
    "SQS by aioboto3": queue("aioboto3"),
    "S3": bucket,
    "PostgreSQL": database,
    "Kafka": broker,
}


@pytest.mark.parametrize("name", CALLS)
async def test_who_says_nothing_is_given_up(name: str) -> None:
    async with deaf() as at:
        await given_up(CALLS[name](at, LONG, SHORT))


@pytest.mark.parametrize("name", CALLS)
async def test_who_cannot_be_connected_to_is_given_up(name: str) -> None:
    with full() as at:
        await given_up(CALLS[name](at, SHORT, LONG))


async def given_up(call: Awaitable[object]) -> None:
    """Some of them try again, a few times."""
    start = time.monotonic()
    with pytest.raises((SqsError, ClaimError, OSError, KafkaError)):
        await call
    assert SHORT <= time.monotonic() - start + 0.1 < LONG / 3


async def test_a_statement_that_takes_too_long_is_given_up(postgres: Server) -> None:
    made = engine(Postgres(url=SecretStr(postgres.dsn), command_timeout=SHORT))
    with pytest.raises(TimeoutError):
        async with made.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(60)"))
    await made.dispose()


def test_the_stream_workers_clients_have_the_brokers_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUNKLINE_KAFKA__REQUEST_TIMEOUT_MS", "25000")
    conf = build(Settings()).conf
    assert (conf.producer_request_timeout, conf.broker_request_timeout) == (25, 50)
