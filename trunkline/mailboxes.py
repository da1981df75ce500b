"""What `trunkline gmail` does: one round of bridge/gmail between Google and the channel's queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import msgspec

from bridge.gmail.api import RestGmail
from bridge.gmail.fetching import Fetching, Round
from bridge.gmail.port import GmailError
from bridge.gmail.position import FilePositions, Positions
from bridge.gmail.token import token_of
from bridge.sqs import open_queue
from bridge.sqs.port import Outgoing, SqsError
from domain.addresses import email
from runtime.errors import ProblemsFound, Unavailable, UsageError
from runtime.settings import Settings, settings
from trunkline.bridging import queue_url as find_queue
from trunkline.output import print_json

CHANNEL = "gmail"


def fetch(
    mailbox: str, *, since: str | None, notified: str | None, queue_url: str | None, dry_run: bool, json: bool
) -> None:
    """Raises UsageError, ConfigurationError, Unavailable; ProblemsFound for a dry run that found something."""
    address = email(mailbox)
    if address is None or address.validity != "valid":
        raise UsageError(f"--mailbox {mailbox}: is no e-mail address")
    name = address.urn.removeprefix("mailto:")
    start, named = _id("--since", since), _id("--notified", notified)
    found = settings()
    work = _looked_at(found) if dry_run else _queued(found, name, queue_url)

    async def round_() -> Round:
        async with work as fetching:
            return await fetching.round(name, since=start, notified=named)

    try:
        done = asyncio.run(round_())
    except GmailError as error:
        raise Unavailable(f"{found.gmail.base_url}: {error}") from error
    if json:
        print_json(msgspec.to_builtins(done))
    else:
        print(_sentence(done, dry_run))
    if dry_run and done.queued:
        raise ProblemsFound(f"{done.queued} mails would be queued")


def _id(flag: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 20):
        raise UsageError(f"{flag} {text}: must be a history id, a number")
    return int(text)


@asynccontextmanager
async def _queued(found: Settings, mailbox: str, queue_url: str | None) -> AsyncIterator[Fetching]:
    """Onto the queue. On a FIFO queue the mails of one mailbox stay in order."""
    gmail = RestGmail(found.gmail, token_of(found.gmail))
    url = await find_queue(found, CHANNEL, queue_url)
    group = _digest(mailbox)[:16] if url.endswith(".fifo") else None
    queue = open_queue(url, found.sqs)

    async def send(body: str) -> None:
        message = Outgoing(body=body, group=group, deduplication=_digest(body) if group else None)
        if failures := await queue.send_batch([message]):
            raise Unavailable(f"{url} refused the message: {failures[0].code} {failures[0].message}")

    try:
        yield Fetching(gmail, _positions(found), send, days=found.gmail.days)
    except SqsError as error:
        raise Unavailable(f"{url}: {error}") from error
    finally:
        await queue.close()


@asynccontextmanager
async def _looked_at(found: Settings) -> AsyncIterator[Fetching]:
    """Nowhere, and nothing is remembered."""

    async def nowhere(_body: str) -> None:
        """Only counted."""

    gmail = RestGmail(found.gmail, token_of(found.gmail))
    yield Fetching(gmail, _Forgetful(_positions(found)), nowhere, days=found.gmail.days)


def _positions(found: Settings) -> FilePositions:
    return FilePositions(found.data_folder / CHANNEL)


class _Forgetful:
    """Positions that are read and never written."""

    def __init__(self, positions: Positions) -> None:
        self.get = positions.get

    def put(self, mailbox: str, history: int) -> None:
        """Nothing: it was only a look."""


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _sentence(done: Round, dry_run: bool) -> str:
    since = "of the last days" if done.start is None else f"since history id {done.start}"
    did = "would queue" if dry_run else "queued"
    left = (
        f"; left out {done.unwanted} drafts, spam and trash, {done.gone} deleted" if done.unwanted or done.gone else ""
    )
    cut = f"; {done.cut} without their largest parts" if done.cut else ""
    return f"{done.mailbox}: {did} {done.queued} mails {since}, now at {done.newest}{left}{cut}"
