"""A door before PostgreSQL through which a COMMIT, or the answer to it, gets lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from enum import Enum
from urllib.parse import urlsplit


class Lose(Enum):
    """What becomes of the next COMMIT."""

    QUESTION = "it never arrives"
    ANSWER = "it is carried out, and nobody hears of it"


class Door:
    """Hands bytes through. `next`: what to lose; `lost` counts."""

    def __init__(self, dsn: str) -> None:
        self.dsn, self.lost, self.port = dsn, 0, 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._listening: asyncio.Server
        self.next: Lose | None = None

    @property
    def through(self) -> str:
        """The address of the same database through this door."""
        parts = urlsplit(self.dsn)
        return self.dsn.replace(f":{parts.port}/", f":{self.port}/")

    async def open(self) -> None:
        """Lets connections in, on the port that it had before."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    def shut(self) -> None:
        """Cuts all connections and lets none in."""
        self._listening.close()
        for each in self._writers:
            each.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(self.dsn)
        inner_reader, inner_writer = await asyncio.open_connection(parts.hostname, parts.port)
        both = {writer, inner_writer}
        self._writers |= both
        answers = asyncio.create_task(_pump(inner_reader, writer))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.next is not None and b"COMMIT" in data:
                    lose, self.next = self.next, None
                    self.lost += 1
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                    if lose is Lose.ANSWER:
                        inner_writer.write(data)
                        await inner_reader.read(65536)
                    break
                inner_writer.write(data)
                await inner_writer.drain()
        for each in both:
            each.close()
        self._writers -= both
        await asyncio.gather(answers, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@contextlib.asynccontextmanager
async def door(dsn: str) -> AsyncIterator[Door]:
    """An open door before the database of that address."""
    made = Door(dsn)
    await made.open()
    try:
        yield made
    finally:
        made.shut()
