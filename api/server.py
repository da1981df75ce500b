"""An application as a process: uvicorn around it."""

import contextlib
import signal
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from api.app import create
from runtime import interpreter, logs
from runtime.errors import ConfigurationError
from runtime.settings import Settings

GRACE = 10
"""Seconds for what is in flight after SIGTERM."""


class _Server(uvicorn.Server):
    """Ends by itself after SIGTERM or SIGINT. uvicorn's own would raise the signal again, and the exit code would not be 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def main(settings: Settings) -> int:
    """Serves the API until SIGTERM or SIGINT, then lets the requests in flight finish; gives the exit code 0.

    Raises ConfigurationError when the port is taken, or when others could reach it without tokens.
    """
    logs.configure(settings.observability)
    where = settings.api
    interpreter.run(serve(create(settings), where.host, where.port, "the API", "SERVICE_PORT"))
    return 0


async def serve(app: FastAPI, host: str, port: int, what: str, variable: str) -> None:
    """Serves until SIGTERM or SIGINT, then lets the requests in flight finish.

    Raises ConfigurationError when the port is taken: it says of `what`, and which variable chooses another.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        # Who may say what on a caller's behalf is a setting of ours (api/webhooks/origin.py); uvicorn would believe this machine.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    # uvicorn ends the process when it cannot listen; listening here gives the user a sentence instead.
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise ConfigurationError(f"{what} cannot listen on {host}:{port}; choose by {variable}") from None
    await _Server(config).serve([listening])
