"""One deployment per test, on the shared broker."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.servers.streams.deployment import Deployment


@pytest_asyncio.fixture
async def deployment(kafka: Any, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Deployment]:
    """Topics with 4 partitions (or the test's own number), a group and a folder of its own; every worker that is left is killed."""
    made = await Deployment(kafka.brokers, tmp_path, partitions=getattr(request, "param", 4)).create()
    try:
        yield made
    finally:
        made.kill()
