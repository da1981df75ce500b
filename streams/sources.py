"""The topics whose records are decided: inbound events and commands, co-partitioned, one round for both."""

import msgspec

from schemas.commands import AnyCommand, Command
from schemas.inbound import InboundEvent
from schemas.topics import COMMANDS, INBOUND
from streams.engine.rules import SourceTopic


def _is_about(event: InboundEvent, key: str) -> bool:
    """A contact, or the account that told of nobody in particular."""
    return key in (f"{event.tenant}:contact:{event.contact}", f"{event.tenant}:account:{event.contact}")


def _is_for(command: Command, key: str) -> bool:
    return command.aggregate == key


SOURCES: dict[str, SourceTopic] = {
    source.name: source
    for source in (
        SourceTopic(INBOUND.name, msgspec.json.Decoder(InboundEvent).decode, _is_about),
        SourceTopic(COMMANDS.name, msgspec.json.Decoder(AnyCommand).decode, _is_for),
    )
}
"""By name without prefix."""
