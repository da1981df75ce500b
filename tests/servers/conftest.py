"""Real servers, started once per test run on free ports, in a folder of the run's own: its parallel workers share them.

With KAFKA_BROKERS, AWS_ENDPOINT_URL or DATABASE_URL set, the running server that the variable names is used instead. Tests share a
server: name topics, queues and databases so that they meet nobody else's.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import SERVERS
from trunkline.platform.elasticmq import ElasticMQ
from trunkline.platform.files import locked
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres
from trunkline.platform.server import Server

S = TypeVar("S", bound=Server)


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


@contextmanager
def shared(make: Callable[[Path], S]) -> Iterator[S]:
    """A server that the first worker who needs it starts, and the last of them stops."""
    folder = Path(os.environ[SERVERS])
    server = make(folder)
    users = folder / f"{server.name}.users"
    users.mkdir(exist_ok=True)
    me = users / f"{os.getpid()}-{id(server)}"  # a fixture of several conftests is one server too
    with locked(folder / f"{server.name}.lock"):
        me.touch()
        server.start()
    try:
        yield server
    finally:
        with locked(folder / f"{server.name}.lock"):
            me.unlink()
            if not any(users.iterdir()):
                server.stop()
                shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka | RunningKafka]:
    """A Kafka broker; `.brokers` is its bootstrap address. Topics are not created by use."""
    if brokers := os.environ.get("KAFKA_BROKERS"):
        yield RunningKafka(brokers)
        return
    with shared(lambda folder: Kafka(folder / "kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def elasticmq() -> Iterator[ElasticMQ | RunningElasticMQ]:
    """An SQS server; `.endpoint_url` is its address. Any credentials will do."""
    if endpoint_url := os.environ.get("AWS_ENDPOINT_URL"):
        yield RunningElasticMQ(endpoint_url)
        return
    with shared(lambda folder: ElasticMQ(folder / "elasticmq", durable=False)) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | RunningPostgres]:
    """A PostgreSQL server; `.dsn` names a database whose user may create others."""
    if dsn := os.environ.get("DATABASE_URL"):
        yield RunningPostgres(dsn)
        return
    with shared(lambda folder: Postgres(folder / "postgres")) as server:
        yield server
