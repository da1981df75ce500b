"""Connections to PostgreSQL: TLS as libpq understands `sslmode`, and what becomes of a connection that saw an exception."""

import asyncio
import contextlib
import re
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import certifi
import pytest
from sqlalchemy import text

from runtime.errors import ConfigurationError
from runtime.postgres import engine, is_unavailable, refuses_values, sqlstate, transaction
from runtime.settings import Postgres
from trunkline.platform.postgres import Postgres as Server

SSL_REQUEST = struct.pack("!II", 8, 80877103)


class TlsDoor:
    """Takes TLS off before a server that was built without it, as PostgreSQL's protocol asks (documentation 54.2.11)."""

    def __init__(self, server: Server, certificate: tuple[Path, Path]) -> None:
        self.port, self.encrypted = urlsplit(server.dsn).port, list[bool]()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(8)
        self.encrypted.append(first == SSL_REQUEST)
        if first == SSL_REQUEST:
            writer.write(b"S")
            try:
                await writer.start_tls(self.context)
            except (ssl.SSLError, ConnectionError):
                return writer.close()
            first = b""
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)
        inner_writer.write(first)
        await asyncio.gather(pumped(reader, inner_writer), pumped(inner_reader, writer))


async def pumped(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@pytest.fixture
async def door(postgres: Server, certificate: tuple[Path, Path]) -> AsyncIterator[tuple[TlsDoor, str]]:
    """The door and the URL through it."""
    made = TlsDoor(postgres, certificate)
    listening = await asyncio.start_server(made, "127.0.0.1")
    port = listening.sockets[0].getsockname()[1]
    yield made, re.sub(r":\d+/", f":{port}/", postgres.dsn)
    listening.close()


async def asked(url: str) -> None:
    made = engine(Postgres(url=url))
    try:
        async with made.connect() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    finally:
        await made.dispose()


@pytest.mark.parametrize(("mode", "expected"), [("disable", False), ("prefer", True), ("require", True)])
async def test_sslmode_is_obeyed(door: tuple[TlsDoor, str], mode: str, expected: bool) -> None:
    await asked(f"{door[1]}?sslmode={mode}")
    assert door[0].encrypted == [expected]


async def test_the_server_is_verified_when_asked(door: tuple[TlsDoor, str], certificate: tuple[Path, Path]) -> None:
    await asked(f"{door[1]}?sslmode=verify-full&sslrootcert={certificate[0]}")
    with pytest.raises(ConfigurationError, match="certificate verify failed"):
        await asked(f"{door[1]}?sslmode=verify-full&sslrootcert={certifi.where()}")


async def test_a_url_that_cannot_be_meant_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL: no connection can be made from it"):
        await asked("mysql://somewhere/else")


async def test_a_connection_that_saw_an_exception_is_never_used_again(postgres: Server) -> None:
    made = engine(Postgres(url=postgres.dsn), pool_size=1)
    backends = []

    async def used(fails: bool) -> None:
        async with transaction(made) as open_:
            backends.append((await open_.sql.execute(text("SELECT pg_backend_pid()"))).scalar_one())
            if fails:
                raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await used(fails=True)
    await used(fails=False)
    await used(fails=False)
    await made.dispose()
    assert backends[0] != backends[1] == backends[2]


@pytest.mark.feature("F-145")
async def test_there_are_no_more_connections_than_the_setting_says(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_POSTGRES__POOL_SIZE", "3")
    made, backends = engine(Postgres(url=postgres.dsn)), set[int]()

    async def used() -> None:
        async with made.connect() as connection:
            backends.add((await connection.execute(text("SELECT pg_backend_pid() FROM pg_sleep(0.05)"))).scalar_one())

    await asyncio.gather(*(used() for _ in range(12)))
    await made.dispose()
    assert len(backends) == 3


async def test_errors_are_told_apart(postgres: Server) -> None:
    made = engine(Postgres(url=postgres.dsn))
    async with made.connect() as connection:
        with pytest.raises(Exception, match="invalid input syntax") as bad_value:
            await connection.execute(text("SELECT 'no number'::text::int"))
    await made.dispose()
    assert refuses_values(bad_value.value)
    assert sqlstate(bad_value.value) == "22P02"
    gone = asyncpg.InternalClientError("a killed server looks like this")
    assert is_unavailable(gone) and not refuses_values(gone)
    assert not is_unavailable(KeyError("ours"))
