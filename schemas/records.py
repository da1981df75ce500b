"""Which type the records of each topic have. Exported schemas, examples and the event catalogue follow from this table."""

from typing import Any

from schemas.commands import AnyCommand
from schemas.dead_letters import DeadLetter
from schemas.decisions import Decision
from schemas.inbound import InboundEvent
from schemas.receipts import ReceiptBatch
from schemas.settings import AnySettings
from schemas.topics import COMMANDS, DEAD_LETTERS, DECISIONS, INBOUND, RECEIPTS, SETTINGS

RECORDS: dict[str, Any] = {
    INBOUND.name: InboundEvent,
    COMMANDS.name: AnyCommand,
    DECISIONS.name: Decision,
    SETTINGS.name: AnySettings,
    RECEIPTS.name: ReceiptBatch,
    DEAD_LETTERS.name: DeadLetter,
}
"""By the name of the topic without deployment prefix: what msgspec decodes a record's value to."""
