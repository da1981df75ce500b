"""Commands that read the views, by the same queries as the API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from api.reads.reader import Reader
from runtime import postgres
from runtime.errors import UsageError
from runtime.settings import settings

T = TypeVar("T")


@asynccontextmanager
async def reader() -> AsyncIterator[Reader]:
    """A reader for this command. What the database refuses is told in words (ConfigurationError, Unavailable)."""
    group = settings().postgres
    engine = postgres.engine(group, pool_size=1)
    try:
        with postgres.explained(group):
            yield Reader(engine)
    finally:
        await engine.dispose()


def ask(question: Callable[[Reader], Awaitable[T]]) -> T:
    """The answer to one question."""

    async def run() -> T:
        async with reader() as each:
            return await question(each)

    return asyncio.run(run())


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time, UTC when it names no zone. Raises UsageError."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time; say it like 2026-11-24T10:00:00Z") from error
