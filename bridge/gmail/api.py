"""Gmail over its REST API, behind port.py. Nothing but GET requests, with the standard library: a round is short and seldom.

Sources, read 2026-11: developers.google.com/workspace/gmail/api/reference/rest and .../guides/handle-errors. Too many requests are 429, or
403 with a reason; they and 5xx are asked again after Retry-After, or after a while that doubles.
"""

import asyncio
import http.client
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import msgspec
from msgspec import Struct

from bridge.gmail.port import Expired, GmailError, Page
from bridge.gmail.token import Token
from runtime.settings import Gmail as Settings

SLOW_DOWN = (b'"rateLimitExceeded"', b'"userRateLimitExceeded"')
"""Reasons of a 403 that passes."""
LONGEST_PAUSE = 60.0
"""Seconds; who is told to wait longer gives up for this round."""
MOST = 500
"""Entries of one page."""
T = TypeVar("T")


class _Id(Struct):
    id: str


class _Added(Struct):
    message: _Id


class _Change(Struct, rename="camel"):
    messages_added: list[_Added] = []


class _History(Struct, rename="camel"):
    history_id: int | str
    history: list[_Change] = []
    next_page_token: str | None = None


class _Messages(Struct, rename="camel"):
    messages: list[_Id] = []
    next_page_token: str | None = None


class _Profile(Struct, rename="camel"):
    history_id: int | str


class _Message(Struct):
    message: str = ""


class _Error(Struct):
    error: _Message


class Answer(NamedTuple):
    """status 0: nobody answered; body says why."""

    status: int
    body: bytes
    retry_after: str = ""


class NotFound(Exception):
    """404."""


class RestGmail:
    """See Gmail of port.py."""

    def __init__(self, settings: Settings, token: Token) -> None:
        self._settings, self._token = settings, token

    async def history(self, mailbox: str, start: int) -> AsyncIterator[Page]:
        asked = {"startHistoryId": str(start), "historyTypes": "messageAdded", "maxResults": str(MOST)}
        while True:
            try:
                found = _read(await self._get(mailbox, "history", asked), _History)
            except NotFound as error:
                raise Expired(f"history id {start}") from error
            added = (each.message.id for change in found.history for each in change.messages_added)
            yield Page(tuple(dict.fromkeys(added)), _number(found.history_id))
            if not found.next_page_token:
                return
            asked["pageToken"] = found.next_page_token

    async def newest(self, mailbox: str) -> int:
        return _number(_read(await self._found(mailbox, "profile", {}), _Profile).history_id)

    async def messages(self, mailbox: str, since: int) -> tuple[str, ...]:
        asked = {"q": f"after:{since}", "maxResults": str(MOST)}
        ids: list[str] = []
        while True:
            page = _read(await self._found(mailbox, "messages", asked), _Messages)
            ids += [each.id for each in page.messages]
            if not page.next_page_token:
                return tuple(reversed(ids))  # they come newest first
            asked["pageToken"] = page.next_page_token

    async def message(self, mailbox: str, id_: str) -> dict[str, Any] | None:
        try:
            body = await self._get(mailbox, f"messages/{quote(id_, safe='')}", {"format": "full"})
        except NotFound:
            return None
        return _read(body, dict[str, Any])

    async def _found(self, mailbox: str, path: str, query: Mapping[str, str]) -> bytes:
        try:
            return await self._get(mailbox, path, query)
        except NotFound as error:
            raise GmailError(f"there is no mailbox {mailbox}, or the token is not for it") from error

    async def _get(self, mailbox: str, path: str, query: Mapping[str, str]) -> bytes:
        """The answer's body. Raises NotFound, and GmailError when it has been asked as often as it may be."""
        url = (
            f"{self._settings.base_url.rstrip('/')}/gmail/v1/users/{quote(mailbox, safe='@')}/{path}?{urlencode(query)}"
        )
        answer, refused = Answer(0, b""), False
        for attempt in range(self._settings.attempts):
            answer = await asyncio.to_thread(_ask, url, await self._token(refused), self._settings.timeout)
            if answer.status == 200:
                return answer.body
            if answer.status == 404:
                raise NotFound
            if answer.status == 401 and not refused:
                refused = True
                continue
            pause = _pause(answer, attempt)
            if pause is None or pause > LONGEST_PAUSE:
                break
            if attempt + 1 < self._settings.attempts:
                await asyncio.sleep(pause)
        raise GmailError(f"{path.partition('/')[0]} of {mailbox}: {_told(answer)}", transient=_is_transient(answer))


def _ask(url: str, token: str, timeout: float) -> Answer:
    """One request, in a thread."""
    request = Request(url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})  # noqa: S310
    try:
        with urlopen(request, timeout=timeout) as answer:  # noqa: S310  # the address is a setting, http or https
            return Answer(answer.status, answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(), error.headers.get("Retry-After", ""))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, str(error).encode())


def _pause(answer: Answer, attempt: int) -> float | None:
    """Seconds until it may be asked again; None when that is pointless. Retry-After may be a date: then we choose."""
    if not _is_transient(answer):
        return None
    return float(answer.retry_after) if answer.retry_after.isdecimal() else 2.0**attempt


def _is_transient(answer: Answer) -> bool:
    if answer.status == 403:
        return any(reason in answer.body for reason in SLOW_DOWN)
    return answer.status in (0, 408, 429) or answer.status >= 500


def _told(answer: Answer) -> str:
    said = answer.body.decode(errors="replace")
    if answer.status == 0:
        return said
    try:
        said = msgspec.json.decode(answer.body, type=_Error).error.message
    except msgspec.MsgspecError:
        said = said[:200]
    return f"{answer.status} {said}"


def _read(body: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise GmailError(f"Gmail answered what it should not: {error}") from error


def _number(id_: int | str) -> int:
    try:
        return int(id_)
    except ValueError as error:
        raise GmailError(f"Gmail named a history id that is none: {id_!r}") from error
