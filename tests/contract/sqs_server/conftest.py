"""The two servers that the suite compares: ours for benchmarks and crash tests, and ElasticMQ."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from benchmarks.sqs_server.process import SqsServer
from tests.servers.conftest import elasticmq, server_folder

__all__ = ["elasticmq", "server_folder"]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def fast(server_folder: Path) -> Iterator[SqsServer]:
    server = SqsServer(server_folder / "sqs-server-contract")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["fast", "elasticmq"])
def sqs(request: pytest.FixtureRequest) -> Any:
    """A boto3 client of each server in turn."""
    return client(request.getfixturevalue(request.param).endpoint_url)


def client(endpoint_url: str) -> Any:
    """A boto3 client that does not try again."""
    return boto3.client(
        "sqs",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=25),
    )


def queue_name() -> str:
    """A name that no other test uses."""
    return f"server-contract-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def new_queue(sqs: Any) -> Callable[..., str]:
    """`new_queue(VisibilityTimeout="2")` makes a queue and gives its URL."""

    def new(**attributes: str) -> str:
        name = queue_name() + (".fifo" if "FifoQueue" in attributes else "")
        return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    return new
