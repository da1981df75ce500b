"""Databases of a test's own on a server that tests share."""

import asyncio
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

_numbers = itertools.count()


@contextmanager
def database(dsn: str, name: str) -> Iterator[str]:
    """The address of a new, empty database; it is dropped at the end."""
    unique = f"test_{name}_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_execute(dsn, f"CREATE DATABASE {unique}"))
    try:
        yield f"{dsn.rpartition('/')[0]}/{unique}"
    finally:
        asyncio.run(_execute(dsn, f"DROP DATABASE {unique} WITH (FORCE)"))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
