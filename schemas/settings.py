"""comms.settings.v1: the latest copy of tenants and channels, keyed by their aggregate (compacted).

Written by the agents after each decision of a settings aggregate, read by bridge and agents at start and from then on.
`version` is the aggregate's version: a reader keeps the highest, whatever order copies arrive in.
"""

from typing import Any, Literal

from msgspec import Struct

SEALED = "sealed:"
"""How a provider's secret in a channel's `config` begins: only who has the deployment's key can read on."""


class Policy(Struct, frozen=True, omit_defaults=True):
    """What a tenant may decide for itself. `keywords`: extra words per verdict; `refuse_invalid`: refuse outbound to invalid
    addresses (DESIGN.md 8, Identity); `opt_out_scope`: what a STOP closes."""

    keywords: dict[str, tuple[str, ...]] = {}
    refuse_invalid: bool = False
    opt_out_scope: Literal["all", "channel"] = "channel"
    languages: tuple[str, ...] = ("en", "es", "fr", "pt", "de")


class TenantSettings(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="tenant", tag_field="type"):
    tenant: str
    version: int
    namespace: str
    name: str = ""
    policy: Policy = Policy()


class ChannelSettings(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="channel", tag_field="type"):
    """One configured channel (the seeds' ChannelProcessor)."""

    tenant: str
    version: int
    channel_type: str
    queue_url: str = ""
    is_active: bool = False
    deleted: bool = False
    config: dict[str, Any] = {}


AnySettings = TenantSettings | ChannelSettings
