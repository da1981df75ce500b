"""A database with all tables, for the suite of every view."""

import asyncio
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from projections import migrations
from runtime.settings import Postgres, Settings
from tests.contract.views.bench import Bench
from tests.databases import database
from tests.servers.conftest import postgres, server_folder

__all__ = ["postgres", "server_folder"]


@pytest.fixture(scope="session")
def database_settings(postgres: object) -> Iterator[Postgres]:
    with database(postgres.dsn, "views") as dsn:  # type: ignore[attr-defined]
        settings = Settings()
        settings.postgres = Postgres(url=SecretStr(dsn))
        asyncio.run(migrations.migrate(settings))
        yield settings.postgres


@pytest.fixture
def bench(database_settings: Postgres) -> Bench:
    return Bench(database_settings)
