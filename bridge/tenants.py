"""Tenants and channels as the bridge knows them: follows comms.settings.v1, unwraps the namespaces, says who owns what."""

import asyncio
from collections.abc import Iterable, Iterator
from uuid import UUID

import msgspec
import structlog

from bridge.queues import WantedQueue
from domain.channels.provider import Provider
from domain.declared import described
from domain.directory import Directory
from domain.intake import Routes
from runtime.secrets import unseal, unwrap
from schemas.settings import AnySettings, TenantSettings

log = structlog.get_logger(__name__)
_decode = msgspec.json.Decoder(AnySettings).decode


class Tenants:
    """The directory and what follows from it. `changed` is set whenever a record changed something."""

    def __init__(self, secret_key: str | None) -> None:
        self.secret_key = secret_key
        self.directory = Directory()
        self.changed = asyncio.Event()
        self._namespaces: dict[str, UUID] = {}
        self._routes: dict[WantedQueue, Routes] = {}
        self._every_description: tuple[Provider, ...] | None = None

    def apply(self, key: bytes, value: bytes | None) -> None:
        """Takes one record of the settings topic. Raises ConfigurationError when our secret key did not wrap its namespace."""
        if value is None:
            return
        record = _decode(value)
        if not self.directory.apply(record):
            return
        if isinstance(record, TenantSettings):
            self._namespaces[record.tenant] = unwrap(record.namespace, self.secret_key)
        self._routes.clear()
        self._every_description = None
        self.changed.set()

    def routes(self, wanted: WantedQueue) -> Routes:
        """Who owns what that comes through this queue (law 10)."""
        routes = self._routes.get(wanted)
        if routes is None:
            texts = self.directory.declared(wanted.channel).get(wanted.tenant or "", ())
            routes = self._routes[wanted] = Routes(
                namespaces=dict(self._namespaces),
                queue=wanted.tenant,
                accounts=self.directory.claims(wanted.channel),
                doors=self.directory.doors(wanted.channel, lambda sealed: unseal(sealed, self.secret_key)),
                countries=self.directory.countries(wanted.channel),
                declared=tuple(_described(wanted.channel, texts)),
            )
        return routes

    def described(self) -> tuple[Provider, ...]:
        """Every provider that any tenant has described, for whichever channel."""
        if self._every_description is None:
            types = sorted({each.channel_type for each in self.directory.channels()})
            found = ((type_, texts) for type_ in types for texts in self.directory.declared(type_).values())
            self._every_description = tuple(each for type_, texts in found for each in _described(type_, texts))
        return self._every_description


def _described(channel: str, texts: Iterable[str]) -> Iterator[Provider]:
    """A description was checked when it was set; one that a later release reads otherwise is left out and told, so that it holds up
    nobody else."""
    for text in texts:
        try:
            yield described(text)
        except ValueError as error:
            log.warning("a described provider cannot be used", channel=channel, why=str(error))
