"""The API as a process: uvicorn around the application."""

import contextlib
import signal
from collections.abc import Iterator

import uvicorn

from api.app import create
from runtime import logs
from runtime.errors import ConfigurationError
from runtime.settings import Settings


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
    """Serves until SIGTERM or SIGINT, then lets the requests in flight finish; gives the exit code 0.

    Raises ConfigurationError when the port is taken, or when others could reach it without tokens.
    """
    logs.configure(settings.observability)
    where = settings.api
    config = uvicorn.Config(
        create(settings),
        host=where.host,
        port=where.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    # uvicorn ends the process when it cannot listen; listening here gives the user a sentence instead.
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise ConfigurationError(
            f"the API cannot listen on {where.host}:{where.port}; choose by SERVICE_PORT"
        ) from None
    _Server(config).run([listening])
    return 0
