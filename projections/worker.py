"""The process: every wanted view as a task of its own, so that one that is stuck leaves the others alone (F-048)."""

import asyncio
import signal
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from projections import migrations
from projections.dead_letters import DeadLetters
from projections.ownership import Ownership
from projections.projector import Projector
from projections.tenancy import Tenancy
from projections.view import View
from projections.views import named, views
from projections.writer import Writer
from runtime import aiokafka_repair, interpreter, logs, postgres, topics, tracing
from runtime.kafka import client_options, topic_name
from runtime.probes import probes
from runtime.settings import Settings
from runtime.stopping import finished
from schemas.topics import DEAD_LETTERS

logger = structlog.get_logger(__name__)

FETCH_BYTES = 4 * 1024 * 1024
METADATA_SECONDS = 30
"""After which a topic that was deleted under a view is noticed; aiokafka's own is five minutes."""
DRAIN_SECONDS = 15.0
GARBAGE_THRESHOLD = 50_000
"""Rows are tuples that live for one batch: Python's default looks for cycles among them every 700."""


def wanted(text: str) -> list[View]:
    """The views that a setting names: `all`, or names separated by commas. Raises UsageError for an unknown one."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    found = views().values() if names in ([], ["all"]) else map(named, names)
    return list({view.name: view for view in found}.values())


def main(settings: Settings, views: Sequence[View]) -> int:
    """Projects these views until SIGTERM or SIGINT. Gives the exit code: 0, or 1 when a view had to stop for good.

    Raises ConfigurationError or Unavailable when topics or tables are not as they must be.
    """
    logs.configure(settings.observability)
    tracing.configure(settings.observability, "projections")
    interpreter.collect_rarely(GARBAGE_THRESHOLD)
    return interpreter.run(run(settings, views))


async def run(settings: Settings, views: Sequence[View], stop: asyncio.Event | None = None) -> int:
    """As `main`, in the running loop; ends when `stop` is set."""
    aiokafka_repair.apply()
    stop = stop or stop_at_signals()
    shared = postgres.engine(settings.postgres, pool_size=1, long_statements=True)
    try:
        if not await finished(_servers_are_prepared(settings, views, shared), stop):
            return 0
        tenancy = Tenancy(shared)
        projectors = [projector(settings, view, tenancy) for view in views]
        async with probes(settings.projections.http_port, lambda: [r for each in projectors for r in each.reasons()]):
            await _work(projectors, stop)
        return 1 if any(each.halted for each in projectors) else 0
    finally:
        await shared.dispose()


async def _servers_are_prepared(settings: Settings, views: Sequence[View], shared: AsyncEngine) -> None:
    await topics.require(settings.kafka, {source.topic for view in views for source in view.sources} | {DEAD_LETTERS})
    with postgres.explained(settings.postgres):
        await migrations.require(shared)


async def _work(projectors: Sequence[Projector], stop: asyncio.Event) -> None:
    tasks = [asyncio.create_task(each.run(stop), name=each.view.name) for each in projectors]
    stopping = asyncio.create_task(stop.wait())
    try:
        left = set(tasks)
        while left and not stopping.done():
            done, _ = await asyncio.wait({*left, stopping}, return_when=asyncio.FIRST_COMPLETED)
            left -= done
            for task in done - {stopping}:
                task.result()
        if left:
            _, late = await asyncio.wait(left, timeout=DRAIN_SECONDS)
            for task in late:
                logger.warning("view did not end in time and is cut off", view=task.get_name())
                task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    finally:
        stopping.cancel()
        for task in tasks:
            task.cancel()


def projector(settings: Settings, view: View, tenancy: Tenancy) -> Projector:
    """A view, wired."""
    kafka, session = settings.kafka, int(settings.projections.session_timeout * 1000)
    client: dict[str, Any] = client_options(kafka)
    engine = postgres.engine(settings.postgres, pool_size=1)
    sources = {topic_name(kafka, source.topic): source for source in view.sources}
    consumer = {
        "group_id": group(settings, view),
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "session_timeout_ms": session,
        "heartbeat_interval_ms": session // 3,
        "fetch_max_bytes": FETCH_BYTES,
        "metadata_max_age_ms": METADATA_SECONDS * 1000,
        **client,
    }
    return Projector(
        view,
        Ownership(view, engine, client, sources),
        Writer(view, engine, tenancy, DeadLetters(client, topic_name(kafka, DEAD_LETTERS), view.name)),
        consumer,
        settings.projections,
    )


def group(settings: Settings, view: View) -> str:
    """The consumer group of a view."""
    return f"{settings.kafka.topic_prefix}trunkline-view-{view.name}-v{view.version}"


def stop_at_signals() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    return stop
