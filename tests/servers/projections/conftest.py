"""A database and topics per test."""

from collections.abc import Iterator

import pytest

from runtime import aiokafka_repair
from tests.databases import database
from tests.servers.projections.deployment import Deployment


@pytest.fixture
def dsn(postgres: object) -> Iterator[str]:
    """An empty database."""
    with database(postgres.dsn, "projections") as address:  # type: ignore[attr-defined]
        yield address


@pytest.fixture
async def deployment(kafka: object, dsn: str) -> Deployment:
    aiokafka_repair.apply()
    return await Deployment(kafka.brokers, dsn).create()  # type: ignore[attr-defined]
