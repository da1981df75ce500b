"""Errors as RFC 9457 problem details. A body says what was wrong with the request, never what is inside."""

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from runtime.errors import UsageError

MEDIA_TYPE = "application/problem+json"


def problem(status: int, title: str, detail: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """One answer that tells of a problem."""
    body = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def handle(app: FastAPI) -> None:
    """Makes `app` answer its errors this way."""

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, error.detail, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors())
        return problem(422, "the request cannot be understood", wrong)

    @app.exception_handler(UsageError)
    async def usage(request: Request, error: UsageError) -> JSONResponse:
        return problem(422, "the request cannot be understood", str(error))

    async def unavailable(request: Request, error: Exception) -> JSONResponse:
        return problem(503, "the views cannot be read now; try again", headers={"Retry-After": "5"})

    for kind in (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        app.add_exception_handler(kind, unavailable)
