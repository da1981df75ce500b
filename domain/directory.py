"""What is set up, as everybody reads it: the fold of comms.settings.v1. Bridge and agents each keep one.

The same records in any order, any number of times, give the same directory.
"""

from collections.abc import Callable, Mapping

from domain.addresses import email, phone
from domain.door import Door
from schemas.settings import AnySettings, ChannelSettings, Policy, TenantSettings

_NOBODY = (0, Policy())


class Directory:
    """Tenants and channels at their highest version."""

    def __init__(self) -> None:
        self._tenants: dict[str, TenantSettings] = {}
        self._channels: dict[tuple[str, str], ChannelSettings] = {}

    def apply(self, record: AnySettings) -> bool:
        """Takes one record; whether it changed anything."""
        if isinstance(record, TenantSettings):
            known = self._tenants.get(record.tenant)
            if known is not None and known.version >= record.version:
                return False
            self._tenants[record.tenant] = record
            return True
        key = record.tenant, record.channel_type
        channel = self._channels.get(key)
        if channel is not None and channel.version >= record.version:
            return False
        self._channels[key] = record
        return True

    def policy(self, tenant: str) -> tuple[int, Policy]:
        """(version of the tenant's settings, its policy); version 0 and the default policy for a tenant that is not known."""
        known = self._tenants.get(tenant)
        return (known.version, known.policy) if known is not None else _NOBODY

    def tenants(self) -> tuple[TenantSettings, ...]:
        """Every tenant, by slug."""
        return tuple(self._tenants[tenant] for tenant in sorted(self._tenants))

    def tenant(self, tenant: str) -> TenantSettings | None:
        """One tenant."""
        return self._tenants.get(tenant)

    def namespaces(self) -> dict[str, str]:
        """Each tenant's namespace, still wrapped by the secret key."""
        return {tenant.tenant: tenant.namespace for tenant in self.tenants()}

    def channels(self, *, active: bool = False) -> tuple[ChannelSettings, ...]:
        """Every channel that is not deleted, by tenant and channel; with `active` only those that are to be polled."""
        found = (self._channels[key] for key in sorted(self._channels))
        return tuple(each for each in found if not each.deleted and (each.is_active or not active))

    def channel(self, tenant: str, channel_type: str) -> ChannelSettings | None:
        """One channel, also a deleted one: its version goes on."""
        return self._channels.get((tenant, channel_type))

    def owner_of_queue(self, queue_url: str) -> str | None:
        """The tenant whose queue this is; None when nobody or more than one tenant reads from it: then each item decides (law 10)."""
        owners = {each.tenant for each in self.channels() if each.queue_url == queue_url}
        return owners.pop() if len(owners) == 1 else None

    def claims(self, channel_type: str) -> Mapping[str, tuple[str, ...]]:
        """Who claims what on a channel: accounts as the provider names them and our own addresses as URNs -> tenants, sorted."""
        found: dict[str, set[str]] = {}
        for each in self.channels():
            if each.channel_type == channel_type:
                for claim in (*each.config.get("accounts", ()), *_addresses(each)):
                    found.setdefault(claim, set()).add(each.tenant)
        return {claim: tuple(sorted(tenants)) for claim, tenants in sorted(found.items())}

    def doors(self, channel_type: str, unseal: Callable[[str], str]) -> Mapping[str, Door]:
        """What each tenant's channel says about secrets; `unseal` reads one of them. Raises what it raises."""
        found = {}
        for each in self.channels():
            if each.channel_type == channel_type:
                secrets = each.config.get("secrets", {})
                opened = {name: tuple(map(unseal, sealed)) for name, sealed in secrets.items()}
                unsigned = tuple(each.config.get("unsigned", ()))
                found[each.tenant] = Door(opened, each.config.get("unverified", "accept"), unsigned)
        return found

    def declared(self, channel_type: str) -> Mapping[str, tuple[str, ...]]:
        """The descriptions of providers that each tenant has set for a channel."""
        found = {}
        for each in self.channels():
            if each.channel_type == channel_type and (texts := each.config.get("declared")):
                found[each.tenant] = (texts,) if isinstance(texts, str) else tuple(texts)
        return found

    def countries(self, channel_type: str) -> Mapping[str, str]:
        """Where each tenant's numbers without a country code are dialled, where it has said so."""
        return {
            each.tenant: each.config["country"]
            for each in self.channels()
            if each.channel_type == channel_type and "country" in each.config
        }


def _addresses(channel: ChannelSettings) -> list[str]:
    """The channel's own addresses, canonical; those that are none are left out, as the channel was configured without them."""
    read = email if channel.channel_type == "email" else phone
    found = (read(text) for text in channel.config.get("addresses", ()))
    return [address.urn for address in found if address is not None]
