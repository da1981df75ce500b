"""Health and metrics of one process over HTTP: /metrics, /healthz, /readyz, and the seeds' aliases /health and /ready (F-152)."""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtime.errors import ConfigurationError
from runtime.metrics import REGISTRY
from runtime.settings import settings

Ready = Callable[[], Sequence[str] | Awaitable[Sequence[str]]]
"""Says what is not ready and why, with table, partition and offset where there are any; nothing when all is well."""


def routes(ready: Ready) -> list[Route]:
    """The five routes, for a server of one's own."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(_: Request) -> Response:
        found = ready()
        reasons = list(await found if inspect.isawaitable(found) else found)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/metrics", metrics),
        Route("/healthz", healthz),
        Route("/health", healthz),
        Route("/readyz", readyz),
        Route("/ready", readyz),
    ]


class _Server(uvicorn.Server):
    """Leaves SIGTERM and SIGINT to the process: a shell drains first (law 4)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def probes(port: int, ready: Ready, host: str | None = None) -> AsyncIterator[None]:
    """Serves while the block runs, on the host of the settings; port 0 serves nothing. Raises ConfigurationError when the port is taken."""
    if not port:
        yield
        return
    config = uvicorn.Config(
        Starlette(routes=routes(ready)),
        host=host or settings().observability.http_host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    server = _Server(config)
    # uvicorn ends the process when it cannot listen; listening here gives the user a sentence instead.
    try:
        listening = config.bind_socket()
        listening.listen()
    except SystemExit:
        raise ConfigurationError(
            f"the port {port} for health and metrics is taken; choose another by the http_port setting (0: none)"
        ) from None
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listening.close()
