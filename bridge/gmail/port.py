"""The port: what a round needs of Gmail. Four calls; api.py is the real one.

Facts: developers.google.com/workspace/gmail/api/guides/sync and the reference of users.history.list, users.messages.list,
users.messages.get and users.getProfile, read 2026-11. History ids grow, with gaps, and come as text or as numbers.
"""

from collections.abc import AsyncIterator
from typing import Any, Protocol

from msgspec import Struct


class Expired(Exception):
    """The history does not reach back to this id: it is kept for a week as a rule, sometimes for hours. Only a full sync helps."""


class GmailError(Exception):
    """Gmail cannot be reached or refuses. transient: it has been asked as often as it may be; later it may answer."""

    def __init__(self, text: str, *, transient: bool = False) -> None:
        super().__init__(text)
        self.transient = transient


class Page(Struct, frozen=True):
    """added: ids of messages, oldest first. newest: where the history stood when it was asked for."""

    added: tuple[str, ...]
    newest: int


class Gmail(Protocol):
    """One account's right to read mailboxes. Every call raises GmailError."""

    def history(self, mailbox: str, start: int) -> AsyncIterator[Page]:
        """What was added after this history id, in order; at least one page. Raises Expired."""

    async def newest(self, mailbox: str) -> int:
        """Where the history stands."""

    async def messages(self, mailbox: str, since: int) -> tuple[str, ...]:
        """Ids of all messages since this Unix time, oldest first, without spam and trash."""

    async def message(self, mailbox: str, id_: str) -> dict[str, Any] | None:
        """The whole message; None when it is not there any more."""
