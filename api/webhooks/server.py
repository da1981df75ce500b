"""The door as a process: follows the settings topic, serves until SIGTERM."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from api.server import serve
from api.webhooks.app import Webhooks, create
from bridge.tenants import Tenants
from runtime import interpreter, logs, topics
from runtime.kafka import client_options, topic_name
from runtime.latest import Latest
from runtime.settings import Settings
from runtime.stopping import finished
from schemas.topics import SETTINGS


def main(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT, then lets the requests in flight finish; gives the exit code 0.

    Raises ConfigurationError when the port is taken or a setting is malformed, Unavailable when the settings topic cannot be read.
    """
    logs.configure(settings.observability)
    interpreter.run(_main(settings))
    return 0


async def _main(settings: Settings) -> None:
    tenants = Tenants(settings.secret_key)
    webhooks = Webhooks(settings, tenants)
    latest = Latest(client_options(settings.kafka), topic_name(settings.kafka, SETTINGS))

    async def read_settings() -> None:
        await topics.require(settings.kafka, (SETTINGS,))
        await latest.start(tenants.apply)

    def problems() -> Sequence[str]:
        found = webhooks.outbox.problems()
        if latest.failed is not None:
            found.append(f"the settings are those of before, a record could not be read: {latest.failed!r}")
        return found

    try:
        if await _unless_stopped(read_settings()):
            where = settings.webhooks
            app = create(webhooks, problems)
            await serve(app, where.host, where.port, "the webhooks", "TRUNKLINE_WEBHOOKS__PORT")
    finally:
        await latest.close()


async def _unless_stopped(starting: Coroutine[Any, Any, None]) -> bool:
    """Whether it came to its end before SIGTERM or SIGINT, which uvicorn hears from then on."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        return await finished(starting, stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
