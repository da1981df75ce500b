"""The topics whose records are decided: inbound events and commands, co-partitioned, one round for both."""

import msgspec

from schemas.commands import AnyCommand, Command
from schemas.inbound import InboundEvent
from schemas.topics import COMMANDS, INBOUND
from streams.engine.rules import SourceTopic


def _is_contact_of(event: InboundEvent, key: str) -> bool:
    return key == f"{event.tenant}:contact:{event.contact}"


def _is_for(command: Command, key: str) -> bool:
    return command.aggregate == key


SOURCES: dict[str, SourceTopic] = {
    source.name: source
    for source in (
        SourceTopic(INBOUND.name, msgspec.json.Decoder(InboundEvent).decode, _is_contact_of),
        SourceTopic(COMMANDS.name, msgspec.json.Decoder(AnyCommand).decode, _is_for),
    )
}
"""By name without prefix."""
