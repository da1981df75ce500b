"""Real servers, started once per test session on free ports, in a folder of the session's own.

With KAFKA_BROKERS, AWS_ENDPOINT_URL or DATABASE_URL set, the running server that the variable names is used instead. Tests share a
server: name topics, queues and databases so that they meet nobody else's.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from trunkline.platform.elasticmq import ElasticMQ
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres


@dataclass(frozen=True)
class RunningKafka:
    """A broker that somebody else runs."""

    brokers: str


@dataclass(frozen=True)
class RunningElasticMQ:
    """An SQS-compatible server that somebody else runs."""

    endpoint_url: str


@dataclass(frozen=True)
class RunningPostgres:
    """A database server that somebody else runs."""

    dsn: str


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    # Not below pytest's own temp folder: each new pytest session closes that one to the account PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="trunkline-servers-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def kafka(server_folder: Path) -> Iterator[Kafka | RunningKafka]:
    """A Kafka broker; `.brokers` is its bootstrap address. Topics are not created by use."""
    if brokers := os.environ.get("KAFKA_BROKERS"):
        yield RunningKafka(brokers)
        return
    server = Kafka(server_folder / "kafka")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def elasticmq(server_folder: Path) -> Iterator[ElasticMQ | RunningElasticMQ]:
    """An SQS server; `.endpoint_url` is its address. Any credentials will do."""
    if endpoint_url := os.environ.get("AWS_ENDPOINT_URL"):
        yield RunningElasticMQ(endpoint_url)
        return
    server = ElasticMQ(server_folder / "elasticmq")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Postgres | RunningPostgres]:
    """A PostgreSQL server; `.dsn` names a database whose user may create others."""
    if dsn := os.environ.get("DATABASE_URL"):
        yield RunningPostgres(dsn)
        return
    server = Postgres(server_folder / "postgres")
    try:
        server.start()
        yield server
    finally:
        server.stop()
