"""Which queue a webhook's requests go to and whose secrets count there, going by the settings topic and the environment as the bridge
does (bridge/queues.py)."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from api.webhooks.address import Address
from bridge.options import Options
from bridge.queues import WantedQueue, from_environment, wanted
from bridge.tenants import Tenants
from domain.addresses import email, phone
from domain.channels.provider import Provider
from domain.intake import Routes
from runtime.settings import Bridge


class Destination(NamedTuple):
    """A queue, and who owns what that comes through it."""

    url: str
    routes: Routes


class Destinations:
    """tenants: follows the settings topic."""

    def __init__(self, tenants: Tenants, bridge: Bridge) -> None:
        self._tenants, self._bridge = tenants, bridge
        self._queues: list[WantedQueue] | None = None

    def find(self, address: Address) -> list[Destination]:
        """All queues that it could be: one where the key or the channel's configuration tells, none where nothing is configured. Raises
        LookupError for a key that is nobody's."""
        if address.key:
            return self._of_tenant(address.channel, self._tenant(address))
        return [self._destination(queue) for queue in self._wanted() if queue.channel == address.channel]

    def described(self) -> tuple[Provider, ...]:
        """Every provider that some tenant has described."""
        return self._tenants.described()

    def everybody(self, channel: str) -> Routes:
        """Who owns what on a channel, whichever the queue."""
        return self._tenants.routes(WantedQueue(channel, "", None, "settings"))

    def _tenant(self, address: Address) -> str:
        """Whose key it is: a tenant's name, an account of its, or an address of its as people write it."""
        key = address.key
        if self._tenants.directory.tenant(key) is not None:
            return key
        read = email(key) if "@" in key else phone(key)
        claims = self.everybody(address.channel).accounts
        owners = {owner for claim in (key, read.urn if read else key) for owner in claims.get(claim, ())}
        if len(owners) != 1:
            raise LookupError(key)
        return owners.pop()

    def _of_tenant(self, channel: str, tenant: str) -> list[Destination]:
        settings = self._tenants.directory.channel(tenant, channel)
        if settings is None or settings.deleted:
            raise LookupError(channel)
        url = settings.queue_url or from_environment(self._bridge).get(channel)
        return [self._destination(WantedQueue(channel, url, tenant, "settings"))] if url else []

    def _wanted(self) -> Iterable[WantedQueue]:
        """A channel that is switched off takes in all the same: its messages wait in their queue."""
        if self._queues is None or self._tenants.changed.is_set():
            self._tenants.changed.clear()
            channels = [replace(each, is_active=True) for each in self._tenants.directory.channels()]
            self._queues = list(wanted(channels, self._bridge, Options()).values())
        return self._queues

    def _destination(self, queue: WantedQueue) -> Destination:
        return Destination(queue.url, self._tenants.routes(queue))
