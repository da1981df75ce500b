"""Every server and every client that the suite runs against. Another server joins by one entry in ENDPOINTS."""

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from moto.server import ThreadedMotoServer

from benchmarks.sqs_server.process import SqsServer
from bridge.sqs import Queue, open_queue
from bridge.sqs.raw import RawQueue
from runtime.settings import Sqs
from tests.servers.conftest import elasticmq, server_folder

__all__ = ["elasticmq", "server_folder"]

ENDPOINTS = ("moto", "elasticmq_endpoint", "fast_endpoint")
"""Names of fixtures that yield an endpoint URL."""
CLIENTS = ("raw", "aioboto3")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def elasticmq_endpoint(elasticmq: object) -> str:
    return elasticmq.endpoint_url  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def fast_endpoint(server_folder: Path) -> Iterator[str]:
    server = SqsServer(server_folder / "sqs-server")
    server.start()
    yield server.endpoint_url
    server.stop()


@pytest.fixture(params=ENDPOINTS)
def endpoint(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=CLIENTS)
def sqs(request: pytest.FixtureRequest, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Sqs:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return Sqs(client=request.param, endpoint_url=endpoint, region="us-east-1")


async def create_queue(sqs: Sqs, **attributes: str) -> str:
    """A new queue; returns its URL. Attributes by SQS' names."""
    name = f"contract-{os.getpid()}-{next(_numbers)}" + (".fifo" if "FifoQueue" in attributes else "")
    admin = RawQueue(f"{sqs.endpoint_url}/000000000000/{name}", sqs)
    answer = await admin._call(
        "AmazonSQS.CreateQueue", msgspec.json.encode({"QueueName": name, "Attributes": attributes})
    )
    await admin.close()
    return str(msgspec.json.decode(answer)["QueueUrl"])


Opener = Callable[..., Queue]


@pytest.fixture
async def opened(sqs: Sqs) -> AsyncIterator[Callable[..., object]]:
    """`await opened(VisibilityTimeout="2")` gives a client of a new queue."""
    queues: list[Queue] = []

    async def new(**attributes: str) -> Queue:
        queue = open_queue(await create_queue(sqs, **attributes), sqs)
        queues.append(queue)
        return queue

    yield new
    for queue in queues:
        await queue.close()
