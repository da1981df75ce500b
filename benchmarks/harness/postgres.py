"""A database for the time of one round."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg


def beside(dsn: str, database: str) -> str:
    """The DSN of another database of the same server."""
    return urlsplit(dsn)._replace(path=f"/{database}").geturl()


@asynccontextmanager
async def database(dsn: str, name: str) -> AsyncIterator[str]:
    """Makes an empty database and drops it at the end; gives its DSN."""
    admin = await asyncpg.connect(dsn)
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.execute(f'CREATE DATABASE "{name}"')
        yield beside(dsn, name)
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if await admin.fetchval("SELECT current_setting('is_superuser')") == "on":
            await admin.execute("CHECKPOINT")  # what this round left to be written is not the next one's burden
    finally:
        await admin.close()
