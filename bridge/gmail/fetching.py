"""One round: what came into a mailbox since the last one, each mail as a queue message, in order; then the new position.

A round may be repeated, overtaken or cut short: a mail that is queued twice is one event, because its ids are derived (law 1), and the
position moves only when everything before it is queued. So notifications may come twice, late, or not at all: the next one makes up for it.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct

from bridge.gmail.port import Expired, Gmail
from bridge.gmail.position import Positions

UNWANTED = frozenset({"DRAFT", "SPAM", "TRASH"})
"""Labels of messages that are not queued: not said yet, or not wanted. A full sync leaves out the last two as well."""
LARGEST = 900_000
"""Bytes of a queue message. SQS takes 1 MiB."""
DAY = 86_400


class Round(Struct, kw_only=True):
    """What was done. start: the history id from which on; None when there was none, or it was too old: then all of the last days were
    fetched. newest: up to which everything is queued now. queued, unwanted, gone: how many mails. cut: those among the queued whose
    largest parts had to be left at Gmail."""

    mailbox: str
    start: int | None = None
    newest: int = 0
    queued: int = 0
    unwanted: int = 0
    gone: int = 0
    cut: int = 0


Send = Callable[[str], Awaitable[None]]
"""Puts one body on the queue, durably."""


class Fetching:
    """days: how far back a full sync goes."""

    def __init__(
        self, gmail: Gmail, positions: Positions, send: Send, *, days: int, now: Callable[[], float] = time.time
    ) -> None:
        self._gmail, self._positions, self._send = gmail, positions, send
        self._days, self._now = days, now

    async def round(self, mailbox: str, *, since: int | None = None, notified: int | None = None) -> Round:
        """since: a history id to start from, instead of the known one. notified: the one that a notification names; what is known
        already is not asked for again. Raises GmailError, or what sending raises: then the position stays."""
        start = since if since is not None else self._positions.get(mailbox)
        done = Round(mailbox=mailbox, start=start)
        if start is not None and notified is not None and notified <= start:
            done.newest = start
            return done
        seen: set[str] = set()
        async for id_ in self._ids(done):
            if id_ not in seen:
                seen.add(id_)
                await self._one(id_, done)
        self._positions.put(mailbox, done.newest)
        return done

    async def _ids(self, done: Round) -> AsyncIterator[str]:
        if done.start is not None:
            try:
                async for page in self._gmail.history(done.mailbox, done.start):
                    # Later pages may say more than what the first was asked for; the next round makes sure.
                    done.newest = done.newest or page.newest
                    for id_ in page.added:
                        yield id_
                return
            except Expired:
                done.start = None
        # Asked for first: what comes in meanwhile is the next round's.
        done.newest = await self._gmail.newest(done.mailbox)
        for id_ in await self._gmail.messages(done.mailbox, int(self._now()) - self._days * DAY):
            yield id_

    async def _one(self, id_: str, done: Round) -> None:
        message = await self._gmail.message(done.mailbox, id_)
        if message is None:
            done.gone += 1
        elif UNWANTED.intersection(message.get("labelIds") or ()):
            done.unwanted += 1
        else:
            body = _body(done.mailbox, message)
            if len(body) > LARGEST:
                body, done.cut = _body(done.mailbox, smaller(message, len(body) - LARGEST)), done.cut + 1
            await self._send(body.decode())
            done.queued += 1


def _body(mailbox: str, message: dict[str, Any]) -> bytes:
    """As domain/channels/gmail/gmail.py reads it."""
    return msgspec.json.encode({"gmail": {"mailbox": mailbox, "message": message}})


def smaller(message: dict[str, Any], excess: int) -> dict[str, Any]:
    """The message without the bytes of its largest parts, so that it is smaller by this much at least, if it can be. They stay at Gmail."""
    parts = [message.get("payload")]
    bodies = []
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts += part.get("parts") or ()
            body = part.get("body")
            if isinstance(body, dict) and isinstance(body.get("data"), str):
                bodies.append(body)
    for body in sorted(bodies, key=lambda body: len(body["data"]), reverse=True):
        if excess <= 0:
            break
        excess -= len(body.pop("data"))
    return message
