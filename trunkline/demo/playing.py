"""Plays one run: sends the traffic, watches it go through, and ends when every message is accounted for."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.live import Live
from sqlalchemy.exc import SQLAlchemyError

from api import reads
from api.reads.reader import Reader
from runtime import postgres
from runtime.errors import Unavailable
from runtime.settings import Settings
from trunkline.demo.account import Line, account, read, total
from trunkline.demo.hops import Hops
from trunkline.demo.sending import Sending
from trunkline.demo.traffic import plan
from trunkline.demo.view import View
from trunkline.tail import follow

LOOK = 0.5
"""Seconds between two looks."""


class Outcome(NamedTuple):
    """What came of a run, and how long it took from the first message sent to the last one accounted for."""

    run: str
    lines: Sequence[Line]
    seconds: float

    @property
    def settled(self) -> bool:
        return all(line.settled for line in self.lines)


async def play(
    settings: Settings,
    tenant: str,
    queues: Mapping[str, str],
    variables: Mapping[str, str],
    console: Console,
    *,
    run: str,
    messages: int,
    rate: float,
    patience: float,
) -> Outcome:
    """Plays the run named `run`. variables: the installation's. patience: seconds without any progress after which what is missing
    counts as missing. Raises Unavailable when a queue or the log cannot be reached."""
    planned = plan(run, messages)
    sending = Sending(settings.sqs, queues, planned, rate)
    view, hops = View(), Hops(variables)
    view.planned = len(planned)
    kinds = list(dict.fromkeys(message.kind for message in planned))
    engine = postgres.engine(settings.postgres, pool_size=1)
    following = asyncio.create_task(_follow(settings, view))
    started = time.monotonic()
    sender = asyncio.create_task(sending.run())
    try:
        with (
            Live(view, console=console, refresh_per_second=4, transient=True)
            if console.is_terminal
            else contextlib.nullcontext()
        ):
            progressed, seen = time.monotonic(), (-1, -1)
            while True:
                view.sent, view.hops = len(sending.sent), await hops.now()
                found = account(sending.sent, await read(engine, tenant, run))
                view.lines = sorted(found, key=lambda line: kinds.index(line.kind))
                await _letters(Reader(engine), tenant, view)
                now = (view.sent, total(view.lines).waiting)
                if now != seen:
                    progressed, seen = time.monotonic(), now
                    if not console.is_terminal:
                        console.print(f"sent {view.sent} of {view.planned}, {now[1]} not accounted for yet")
                if sender.done():
                    await sender
                    if not now[1] or time.monotonic() - progressed > patience:
                        return Outcome(run, view.lines, time.monotonic() - started)
                await asyncio.sleep(LOOK)
    except SQLAlchemyError as error:
        raise Unavailable(f"the views cannot be read: {error}") from error
    finally:
        for task in (following, sender):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Unavailable):
                await task
        await engine.dispose()


async def _follow(settings: Settings, view: View) -> None:
    async for decision, event in follow(settings.kafka):
        view.happened(decision, event)


async def _letters(reader: Reader, tenant: str, view: View) -> None:
    page = await reader.page(tenant, reads.dead_letters(), limit=4)
    for row in reversed(page.rows):
        view.given_up(row["id"], row["channel"] or "", row["stage"], row["error"])
