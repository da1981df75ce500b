"""Tenants and channels as the bridge knows them: follows comms.settings.v1, unwraps the namespaces, says who owns what."""

import asyncio
from uuid import UUID

import msgspec

from bridge.queues import WantedQueue
from domain.directory import Directory
from domain.intake import Routes
from runtime.secrets import unseal, unwrap
from schemas.settings import AnySettings, TenantSettings

_decode = msgspec.json.Decoder(AnySettings).decode


class Tenants:
    """The directory and what follows from it. `changed` is set whenever a record changed something."""

    def __init__(self, secret_key: str | None) -> None:
        self.secret_key = secret_key
        self.directory = Directory()
        self.changed = asyncio.Event()
        self._namespaces: dict[str, UUID] = {}
        self._routes: dict[WantedQueue, Routes] = {}

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
        self.changed.set()

    def routes(self, wanted: WantedQueue) -> Routes:
        """Who owns what that comes through this queue (law 10)."""
        routes = self._routes.get(wanted)
        if routes is None:
            routes = self._routes[wanted] = Routes(
                namespaces=dict(self._namespaces),
                queue=wanted.tenant,
                accounts=self.directory.claims(wanted.channel),
                doors=self.directory.doors(wanted.channel, lambda sealed: unseal(sealed, self.secret_key)),
                countries=self.directory.countries(wanted.channel),
            )
        return routes
