"""comms.commands.v1: wishes. Written by the command line and the API, decided by the agents in the order of the log.

A command's `id` is derived by its sender (law 1): sending it again changes nothing.
"""

from typing import Any

from msgspec import Struct


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every command says: its id, the aggregate it is for (the record's key), who asked and which incident it belongs to."""

    id: str
    aggregate: str
    by: str = ""
    correlation: str = ""
    trace: str = ""


class CreateTenant(Command, frozen=True, kw_only=True, omit_defaults=True, tag="create_tenant"):
    """Aggregate `<tenant>:tenant:<tenant>`. `namespace` is the tenant's random UUID, wrapped by TRUNKLINE_SECRET_KEY."""

    namespace: str
    name: str = ""


class SetTenantPolicy(Command, frozen=True, kw_only=True, omit_defaults=True, tag="set_tenant_policy"):
    """Replaces the named policies of a tenant; the others stay."""

    policy: dict[str, Any]


class ConfigureChannel(Command, frozen=True, kw_only=True, omit_defaults=True, tag="configure_channel"):
    """Aggregate `<tenant>:channel:<channel_type>`. None leaves a value as it is; creates the channel when there is none."""

    channel_type: str
    queue_url: str | None = None
    is_active: bool | None = None
    config: dict[str, Any] | None = None


class DeleteChannel(Command, frozen=True, kw_only=True, omit_defaults=True, tag="delete_channel"):
    """Takes the configuration away; its history stays in the log (F-026)."""


class ChangeConsent(Command, frozen=True, kw_only=True, omit_defaults=True, tag="change_consent"):
    """A person or an import opts a contact out or in. `scope`: `all` or `channel:<name>`."""

    state: str
    scope: str = "all"
    reason: str = ""


class ReleaseAggregate(Command, frozen=True, kw_only=True, omit_defaults=True, tag="release_aggregate"):
    """Decide what waits behind a parked aggregate, in order (DESIGN.md 8, Failure)."""


AnyCommand = CreateTenant | SetTenantPolicy | ConfigureChannel | DeleteChannel | ChangeConsent | ReleaseAggregate
