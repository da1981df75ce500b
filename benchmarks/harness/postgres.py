"""Databases for the time of one round, made from one that has the tables."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from benchmarks.harness.deployment import settings_of
from projections import migrations


def beside(dsn: str, name: str) -> str:
    """The DSN of another database of the same server."""
    return urlsplit(dsn)._replace(path=f"/{name}").geturl()


@asynccontextmanager
async def database(dsn: str, name: str, template: str = "template1") -> AsyncIterator[str]:
    """Makes a database and drops it at the end; gives its DSN."""
    admin = await asyncpg.connect(dsn)
    try:
        await _drop(admin, name)
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        await _settle(admin)
        yield beside(dsn, name)
        await _drop(admin, name)
    finally:
        await admin.close()


async def migrated(dsn: str, name: str, tenants: Sequence[str]) -> str:
    """A database with the tables of these tenants, made once per run; its name is a template for others."""
    name = f"{name}-{os.getpid()}"
    admin = await asyncpg.connect(dsn)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await admin.execute(f'CREATE DATABASE "{name}"')
            settings = settings_of({"DATABASE_URL": beside(dsn, name)})
            for tenant in tenants:
                await migrations.migrate(settings, tenant)
    finally:
        await admin.close()
    return name


async def forget_templates(dsn: str) -> None:
    """Drops what `migrated` made in this run."""
    admin = await asyncpg.connect(dsn)
    try:
        for row in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", f"bench-%-{os.getpid()}"):
            await _drop(admin, row["datname"])
    finally:
        await admin.close()


async def _drop(admin: asyncpg.Connection, name: str) -> None:
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _settle(admin: asyncpg.Connection) -> None:
    """What an earlier round left to be written is not this one's burden."""
    if await admin.fetchval("SELECT current_setting('is_superuser')") == "on":
        await admin.execute("CHECKPOINT")
