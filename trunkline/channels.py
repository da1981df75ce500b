"""What `trunkline channels` and the seeds' `setup_channel_processors` share."""

import asyncio
from collections.abc import Sequence
from getpass import getpass
from typing import Any

import msgspec

from bridge.sqs.urls import QueueUrl
from runtime.errors import ConfigurationError, ProblemsFound, UsageError
from runtime.secrets import seal
from runtime.settings import Settings, settings
from trunkline import provision
from trunkline.output import print_json, show
from trunkline.wishes import directory


def listed(*, json: bool) -> None:
    """Prints every channel with where its queue URL comes from."""
    rows = asyncio.run(_rows(settings()))
    columns = ("tenant", "channel", "queue_url", "active", "from", "config")
    show(rows, columns, as_json=json, empty="no channel is configured; `trunkline channels set` configures one")


def set_(
    channel: str,
    *,
    tenant: str | None,
    queue_url: str | None = None,
    is_active: bool | None = None,
    config: str | None = None,
    secrets: Sequence[str] | None = None,
    dry_run: bool = False,
    json: bool = False,
) -> None:
    """Configures a channel and prints what came of it. Raises Refused with the reason, UsageError for a URL, config or secret that is
    none."""
    found = settings()
    owner = asyncio.run(owner_of(found, tenant))
    wanted = _config(config)
    if secrets:
        wanted = asyncio.run(_with_secrets(found, owner, channel, wanted, secrets))
    values: dict[str, Any] = {"queue_url": _url(found, queue_url), "is_active": is_active, "config": wanted}
    asked = ", ".join(f"{name}={_shown(value)}" for name, value in values.items() if value is not None)
    if dry_run:
        raise ProblemsFound(f"would set {asked} for channel {channel} of tenant {owner}")
    decision = asyncio.run(provision.configure_channel(found, owner, channel, **values))
    _told(
        f"channel {channel} of tenant {owner}: {asked if decision else 'is so already'}",
        channel,
        owner,
        decision,
        json=json,
    )


def delete(channel: str, *, tenant: str | None, dry_run: bool = False, json: bool = False) -> None:
    """Takes a channel's configuration away and prints what came of it. Raises Refused with the reason."""
    found = settings()
    owner = asyncio.run(owner_of(found, tenant))
    if dry_run:
        raise ProblemsFound(f"would delete the configuration of channel {channel} of tenant {owner}; its history stays")
    decision = asyncio.run(provision.delete_channel(found, owner, channel))
    _told(f"channel {channel} of tenant {owner}: deleted, its history stays", channel, owner, decision, json=json)


async def owner_of(found: Settings, tenant: str | None) -> str:
    """The tenant that is meant: the one named, TRUNKLINE_TENANT, or the only one there is. Raises UsageError when none is clear."""
    if named := tenant or found.bridge.tenant:
        return named
    async with directory(found.kafka) as known:
        slugs = [each.tenant for each in known.tenants()]
    if len(slugs) != 1:
        there = f"there are {', '.join(slugs)}" if slugs else "none was created yet (`trunkline tenants create`)"
        raise UsageError(f"which tenant is meant? Say --tenant or set TRUNKLINE_TENANT; {there}")
    return slugs[0]


async def _rows(found: Settings) -> list[dict[str, Any]]:
    async with directory(found.kafka) as known:
        rows = [
            {
                "tenant": each.tenant,
                "channel": each.channel_type,
                "queue_url": each.queue_url,
                "active": each.is_active,
                "from": "settings topic",
                "config": _shown(each.config),
            }
            for each in known.channels()
        ]
    configured = {row["channel"] for row in rows if row["queue_url"]}
    given = {"sms": found.bridge.sms_queue_url, "email": found.bridge.email_queue_url}
    rows += [
        {
            "tenant": found.bridge.tenant,
            "channel": channel,
            "queue_url": url,
            "active": True,
            "from": f"{channel.upper()}_QUEUE_URL",
        }
        for channel, url in given.items()
        if url and channel not in configured
    ]
    return rows


def _url(found: Settings, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        return QueueUrl.parse(url, found.sqs).url
    except ConfigurationError as error:
        raise UsageError(str(error)) from error


def _config(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        value = msgspec.json.decode(text)
    except msgspec.MsgspecError as error:
        raise UsageError(f"--config is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UsageError("--config must be a JSON object")
    return value


async def _with_secrets(
    found: Settings, owner: str, channel: str, config: dict[str, Any] | None, secrets: Sequence[str]
) -> dict[str, Any]:
    """The configuration with these secrets, sealed: as given, or as it stands where none was given."""
    async with directory(found.kafka) as known:
        standing = known.channel(owner, channel)
    base = dict(standing.config) if standing is not None and not standing.deleted else {}
    base = base if config is None else {**config, "secrets": config.get("secrets", base.get("secrets", {}))}
    sealed = {name: list(values) for name, values in base.get("secrets", {}).items()}
    for name, value in map(_named_secret, secrets):
        if not value:
            sealed.pop(name, None)
        else:
            sealed.setdefault(name, []).append(seal(value, found.secret_key))
    return {**base, "secrets": sealed}


def _named_secret(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(
            "--secret must be NAME=VALUE, such as auth_token=...; NAME= takes the secrets of that name away"
        )
    return name, getpass(f"{name}: ") if value == "-" else value


def _shown(value: Any) -> Any:
    """A configuration without its secrets, which are unreadable and long."""
    if isinstance(value, dict) and "secrets" in value:
        return {**value, "secrets": {name: len(sealed) for name, sealed in value["secrets"].items()}}
    return value


def _told(sentence: str, channel: str, owner: str, decision: Any, *, json: bool) -> None:
    if json:
        version = decision.version if decision else None
        print_json({"tenant": owner, "channel": channel, "changed": decision is not None, "version": version})
    else:
        print(sentence)
