"""One deployment per test, on the shared broker."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.servers.streams.deployment import Deployment


@pytest_asyncio.fixture
async def deployment(kafka: Any, tmp_path: Path) -> AsyncIterator[Deployment]:
    """Topics, a group and a folder of its own; every worker that is left is killed at the end."""
    made = await Deployment(kafka.brokers, tmp_path).create()
    try:
        yield made
    finally:
        made.kill()
