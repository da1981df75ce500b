"""What has to exist before messages can flow: topics, queues, tables, a tenant and its channels. Doing it again changes nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from bridge.options import Options
from bridge.queues import wanted
from runtime.errors import ConfigurationError, Unavailable, UsageError
from runtime.secrets import new_namespace, unwrap, wrap
from runtime.settings import Settings, Sqs
from schemas.commands import AnyCommand, ConfigureChannel, CreateTenant, DeleteChannel
from schemas.decisions import Decision
from schemas.identity import TENANT, aggregate_key
from schemas.settings import ChannelSettings
from trunkline.wishes import carry_out, directory, wish_id

DEMO = "demo"
"""The tenant of the local profile."""
CHANNELS = ("sms", "email")
"""The channels that the local profile sets up."""


def queue_name(channel: str) -> str:
    """The local queue of a channel."""
    return f"trunkline-{channel}"


async def create_queues(sqs: Sqs, names: tuple[str, ...]) -> dict[str, str]:
    """Creates the queues that are missing; gives the URL of each name. Raises Unavailable or ConfigurationError."""
    return await asyncio.to_thread(_create_queues, sqs, names)


def _create_queues(sqs: Sqs, names: tuple[str, ...]) -> dict[str, str]:
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    from botocore.session import Session

    try:
        client = Session(profile=sqs.profile).create_client(
            "sqs", region_name=sqs.region, endpoint_url=sqs.endpoint_url
        )
        return {name: str(client.create_queue(QueueName=name)["QueueUrl"]) for name in names}
    except NoCredentialsError as error:
        raise ConfigurationError("no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") from error
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"SQS at {sqs.endpoint_url or 'AWS'}: {error}") from error


async def has_queue(settings: Settings) -> bool:
    """Whether there is a queue that a bridge would read. Raises Unavailable."""
    async with directory(settings.kafka) as known:
        return bool(wanted(known.channels(), settings.bridge, Options()))


async def has_tenant(settings: Settings, tenant: str) -> bool:
    """Whether a tenant is there. Raises UsageError for what can be no tenant, Unavailable."""
    if not TENANT.fullmatch(tenant):
        raise UsageError(f"{tenant!r} cannot be a tenant: a lower-case letter, then up to 31 of a-z, 0-9 and -")
    async with directory(settings.kafka) as known:
        return known.tenant(tenant) is not None


async def create_tenant(settings: Settings, tenant: str, name: str = "") -> bool:
    """Creates a tenant with a namespace of its own; False when it is there.

    Raises Refused, Unavailable, ConfigurationError without a secret key, UsageError for what can be no tenant.
    """
    if await has_tenant(settings, tenant):
        return False
    namespace = new_namespace()
    command = CreateTenant(
        id="",
        aggregate=aggregate_key(tenant, "tenant", tenant),
        namespace=wrap(namespace, settings.secret_key),
        name=name,
    )
    await carry_out(settings.kafka, msgspec.structs.replace(command, id=wish_id(namespace, command, 0)))
    return True


async def configure_channel(
    settings: Settings,
    tenant: str,
    channel: str,
    *,
    queue_url: str | None = None,
    is_active: bool | None = None,
    config: dict[str, Any] | None = None,
) -> Decision | None:
    """Sets what is not None of a channel; None when it is so already. A channel that is not there is created, active unless told
    otherwise.

    Raises Refused, Unavailable, UsageError for a tenant that is not there, ConfigurationError for another secret key.
    """
    namespace, there = await _known(settings, tenant, channel)
    wanted: Mapping[str, Any] = {"queue_url": queue_url, "is_active": is_active, "config": config}
    if there and not there.deleted:
        if all(value is None or value == getattr(there, name) for name, value in wanted.items()):
            return None
    elif queue_url and is_active is None:
        wanted = {**wanted, "is_active": True}
    command = ConfigureChannel(
        id="", aggregate=aggregate_key(tenant, "channel", channel), channel_type=channel, **wanted
    )
    return await _wish(settings, namespace, command, there)


async def delete_channel(settings: Settings, tenant: str, channel: str) -> Decision:
    """Takes a channel's configuration away; its history stays. Raises Refused, Unavailable, ConfigurationError."""
    namespace, there = await _known(settings, tenant, channel)
    return await _wish(
        settings, namespace, DeleteChannel(id="", aggregate=aggregate_key(tenant, "channel", channel)), there
    )


async def _wish(settings: Settings, namespace: UUID, command: AnyCommand, there: ChannelSettings | None) -> Decision:
    id_ = wish_id(namespace, command, there.version if there else 0)
    return await carry_out(settings.kafka, msgspec.structs.replace(command, id=id_))


async def _known(settings: Settings, tenant: str, channel: str) -> tuple[UUID, ChannelSettings | None]:
    """The tenant's namespace and what is known of its channel."""
    async with directory(settings.kafka) as known:
        owner, there = known.tenant(tenant), known.channel(tenant, channel)
    if owner is None:
        raise UsageError(f"there is no tenant {tenant!r}; create it with `trunkline tenants create {tenant}`")
    return unwrap(owner.namespace, settings.secret_key), there
