"""The FastAPI application: probes, metrics, and one list and one row per kind of view, under the tenant's path."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from api import problems
from api.encoding import jsonable
from api.reads import RESOURCES, Resource
from api.reads import Query as Asked
from api.reads.reader import LARGEST_PAGE, Reader
from api.tokens import Tokens, bearer, tokens
from runtime import postgres, probes
from runtime.settings import Settings

PREFIX = "/api/v1/tenants/{tenant}"
NOT_FOUND = "not found"
Tenant = Annotated[str, Path(description="the tenant's slug")]


def create(settings: Settings) -> FastAPI:
    """The application. Raises ConfigurationError when others could reach it without tokens."""
    engine = postgres.engine(settings.postgres, pre_ping=True)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    async def ready() -> list[str]:
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception as error:
            if not postgres.is_unavailable(error):
                raise
            return [f"PostgreSQL does not answer: {error}"]
        return []

    app = FastAPI(
        title="Trunkline",
        version=version("trunkline"),
        description="Reads the views of one tenant. Lists give pages: pass `cursor` to go on behind the last row.",
        lifespan=lifespan,
        redoc_url=None,
    )
    app.router.routes.extend(probes.routes(ready))
    problems.handle(app)
    app.include_router(views(Reader(engine), tokens(settings.api)))
    return app


def views(reader: Reader, allowed: Tokens) -> APIRouter:
    """The routes of all kinds of rows."""

    def authorised(request: Request, tenant: Tenant) -> None:
        """401 for a token that nobody has; another tenant's token finds as little as a random tenant would (law 10)."""
        if not allowed:
            return
        token = bearer(request.headers.getlist("authorization"))
        owner = allowed.tenant(token) if token is not None else None
        if owner is None:
            raise HTTPException(401, "a Bearer token is needed", {"WWW-Authenticate": "Bearer"})
        if owner != tenant:
            raise HTTPException(404, NOT_FOUND)

    router = APIRouter(prefix=PREFIX, dependencies=[Depends(authorised)])
    for resource in RESOURCES:
        noun = resource.path.replace("-", " ")
        router.get(f"/{resource.path}", summary=f"List {noun}", name=f"list {noun}")(_list(reader, resource))
        router.get(f"/{resource.path}/{{id}}", summary=f"One of the {noun}", name=f"read {noun}")(
            _one(reader, resource)
        )
    return router


def _list(reader: Reader, resource: Resource) -> Callable[..., Coroutine[Any, Any, JSONResponse]]:
    async def list_(
        tenant: Tenant,
        query: Annotated[Asked, Depends(resource.query)],
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
        cursor: str | None = None,
    ) -> JSONResponse:
        page = await reader.page(tenant, query, limit, cursor)
        return JSONResponse({"items": jsonable(page.rows), "cursor": page.cursor})

    return list_


def _one(reader: Reader, resource: Resource) -> Callable[..., Coroutine[Any, Any, JSONResponse]]:
    async def one(tenant: Tenant, id: Annotated[str, Path()]) -> JSONResponse:  # noqa: A002  # the path says id
        row = await reader.one(tenant, resource.query(), resource.key, id)
        if row is None:
            raise HTTPException(404, NOT_FOUND)
        return JSONResponse(jsonable(row))

    return one
