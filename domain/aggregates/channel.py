"""One configured channel of a tenant: its queue, whether it is polled, and its settings (the seeds' ChannelProcessor)."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from domain.aggregates.aggregate import Aggregate, Context, Input
from domain.channels.config import problems
from schemas.commands import ConfigureChannel, DeleteChannel
from schemas.events import AnyEvent, ChannelConfigured, ChannelDeleted, CommandRefused
from schemas.identity import split_key
from schemas.settings import ChannelSettings


class Channel(Struct, frozen=True, array_like=True):
    """exists: it was configured and not deleted since. A deleted one keeps its type, so that its deletion can be told."""

    channel_type: str = ""
    queue_url: str = ""
    is_active: bool = False
    config: dict[str, Any] = {}
    exists: bool = False


def decide(state: Channel, command: Input, context: Context) -> Sequence[AnyEvent]:
    match command:
        case ConfigureChannel():
            return [_configured(state, command)]
        case DeleteChannel() if state.exists:
            return [ChannelDeleted(id=command.id, channel_type=state.channel_type)]
        case DeleteChannel():
            _, _, name = split_key(command.aggregate)
            return [CommandRefused(id=command.id, command="delete_channel", reason=f"there is no channel {name}")]
        case _:
            kind = str(command.__struct_config__.tag)
            return [CommandRefused(id=command.id, command=kind, reason=f"{kind} is nothing that a channel can do")]


def _configured(state: Channel, command: ConfigureChannel) -> AnyEvent:
    """What stands and what is asked for, together; a new channel is polled unless it is said otherwise."""
    _, _, name = split_key(command.aggregate)
    known = state if state.exists else Channel(is_active=True)
    queue_url = known.queue_url if command.queue_url is None else command.queue_url
    is_active = known.is_active if command.is_active is None else command.is_active
    config = known.config if command.config is None else command.config
    wrong = problems(command.channel_type, queue_url, config)
    if command.channel_type != name:
        wrong.insert(0, f"channel_type is {command.channel_type!r}, but the command is for {name!r}")
    if wrong:
        return CommandRefused(id=command.id, command="configure_channel", reason="; ".join(wrong))
    return ChannelConfigured(id=command.id, channel_type=name, queue_url=queue_url, is_active=is_active, config=config)


def evolve(state: Channel, event: AnyEvent) -> Channel:
    match event:
        case ChannelConfigured():
            return Channel(event.channel_type, event.queue_url, event.is_active, event.config, exists=True)
        case ChannelDeleted():
            return Channel(event.channel_type)
        case _:
            return state


def settings_copy(key: str, version: int, state: Channel) -> ChannelSettings | None:
    """The channel as comms.settings.v1 has it; None while it was never configured."""
    if not state.channel_type:
        return None
    tenant, _, _ = split_key(key)
    return ChannelSettings(
        tenant=tenant,
        version=version,
        channel_type=state.channel_type,
        queue_url=state.queue_url,
        is_active=state.is_active,
        deleted=not state.exists,
        config=state.config,
    )


AGGREGATE = Aggregate("channel", Channel, Channel, decide, evolve, settings_copy)
