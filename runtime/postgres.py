"""Connections to PostgreSQL from the settings: SQLAlchemy's pool over asyncpg, TLS as libpq understands `sslmode`.

Law of this file (delivery.md B.3): a connection that saw any exception, cancellation included, is cut off and never goes back to the pool.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runtime.errors import ConfigurationError, TrunklineError, Unavailable
from runtime.settings import Postgres

STATEMENT_CACHE = 2048
"""Prepared statements kept per connection: a few per view and tenant schema."""


def engine(
    postgres: Postgres, *, pool_size: int | None = None, long_statements: bool = False, pre_ping: bool = False
) -> AsyncEngine:
    """An engine. pool_size: at most so many connections (default: the setting). long_statements: no time limit per statement, for
    migrations and rebuilds. pre_ping: ask a pooled connection whether it lives before using it. Connects lazily; connecting
    raises ConfigurationError for a URL that cannot be meant, OSError or asyncpg.PostgresError when the server refuses."""
    dsn = postgres.url.get_secret_value().replace("postgresql+asyncpg://", "postgresql://", 1)
    timeout = None if long_statements else postgres.command_timeout

    async def connect(*_: Any, **__: Any) -> asyncpg.Connection:
        try:
            return await asyncpg.connect(
                dsn,
                timeout=postgres.connect_timeout,
                command_timeout=timeout,
                statement_cache_size=STATEMENT_CACHE,
                server_settings={"application_name": "trunkline", "jit": "off", "TimeZone": "UTC"},
            )
        except (ValueError, asyncpg.ClientConfigurationError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"DATABASE_URL: no connection can be made from it: {error}; expected "
                "postgresql://user:password@host:port/database?sslmode=..."
            ) from error

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=pool_size or postgres.pool_size,
        max_overflow=0,
        pool_timeout=postgres.connect_timeout,
        pool_pre_ping=pre_ping,
        echo=postgres.echo,
    )


class Transaction(NamedTuple):
    """An open transaction. The first statement must go through `sql` (it begins the transaction); after that `driver`, asyncpg's own
    connection, may be used for bulk work in the same transaction (performance.md 3, "SQLAlchemy use")."""

    sql: AsyncConnection
    driver: asyncpg.Connection


@asynccontextmanager
async def transaction(engine_: AsyncEngine) -> AsyncIterator[Transaction]:
    """Commits at the end of the block; on any exception the connection is terminated, so the server rolls back."""
    sql = await engine_.connect()
    driver: asyncpg.Connection | None = None
    try:
        driver = (await sql.get_raw_connection()).driver_connection
        if driver is None:
            raise RuntimeError("SQLAlchemy's pool handed out a connection without a driver")
        yield Transaction(sql, driver)
        await asyncio.shield(sql.commit())
    except BaseException:
        if driver is not None:
            driver.terminate()
        await sql.invalidate()
        await sql.close()
        raise
    await sql.close()


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.orig if isinstance(seen, DBAPIError) and seen.orig is not None else seen.__cause__


def sqlstate(error: BaseException) -> str | None:
    """The five characters that PostgreSQL gave, through SQLAlchemy's wrapping, or None."""
    for cause in _causes(error):
        state = getattr(cause, "sqlstate", None)
        if state:
            return str(state)
    return None


def refuses_values(error: BaseException) -> bool:
    """Whether PostgreSQL, or asyncpg before it, refuses the values themselves: trying again cannot help.

    SQLSTATE class 22 (data exception) and 54000 (an index entry too long); PostgreSQL documentation, appendix A.
    """
    if any(isinstance(cause, asyncpg.DataError) for cause in _causes(error)):
        return True
    state = sqlstate(error)
    return state is not None and (state.startswith("22") or state == "54000")


def is_unavailable(error: BaseException) -> bool:
    """Whether the error comes from the database or the way to it: back off and try again on a new connection.

    InternalClientError is what asyncpg raises for 5 of 18 killed servers (delivery.md, measurements).
    """
    return any(
        isinstance(
            cause,
            asyncpg.PostgresError
            | asyncpg.InterfaceError
            | asyncpg.InternalClientError
            | SQLAlchemyError
            | OSError
            | TimeoutError,
        )
        for cause in _causes(error)
    )


_REFUSALS = ("28", "3D000", "42501")
"""SQLSTATEs of who may not come in: invalid authorisation, no such database, insufficient privilege."""
_OUTAGES = ("08", "53", "57P", "58")
"""SQLSTATE classes of a server in trouble: connection, resources, shutting down, its system."""


def _host(postgres: Postgres) -> str:
    try:
        return make_url(postgres.url.get_secret_value()).host or "its socket"
    except SQLAlchemyError:
        return "an unreadable address"


@contextmanager
def explained(postgres: Postgres) -> Iterator[None]:
    """For commands: turns what the database or the way to it raises into words. Raises ConfigurationError when the server lets us
    not in, Unavailable when it does not serve; an error of a statement of ours is left as it is."""
    host = _host(postgres)
    try:
        yield
    except Exception as error:
        state = sqlstate(error) or ""
        text = str(next(reversed(list(_causes(error))))) or type(error).__name__
        if state.startswith(_REFUSALS):
            raise ConfigurationError(f"DATABASE_URL: PostgreSQL at {host} refuses: {text}") from error
        lost = not state and is_unavailable(error) and not isinstance(error, TrunklineError)
        if lost or state.startswith(_OUTAGES):
            raise Unavailable(
                f"PostgreSQL at {host} does not answer: {text}. Is it up, and is DATABASE_URL right?"
            ) from error
        raise
