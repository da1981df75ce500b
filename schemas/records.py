"""What the records of each topic are. Exported schemas, examples and the event catalogue follow from this table."""

from typing import Any, NamedTuple

from schemas.commands import AnyCommand
from schemas.dead_letters import DeadLetter
from schemas.decisions import Decision
from schemas.inbound import InboundEvent
from schemas.receipts import ReceiptBatch
from schemas.settings import AnySettings
from schemas.topics import COMMANDS, DEAD_LETTERS, DECISIONS, INBOUND, RECEIPTS, SETTINGS


class Record(NamedTuple):
    """type: what msgspec decodes a value to. ce_type: the CloudEvents type in its headers; `urn:trunkline:schema:<ce_type>` is both
    its `ce_dataschema` and the `$id` of the exported JSON Schema."""

    type: Any
    ce_type: str


RECORDS: dict[str, Record] = {
    INBOUND.name: Record(InboundEvent, "trunkline.inbound.v1"),
    COMMANDS.name: Record(AnyCommand, "trunkline.command.v1"),
    DECISIONS.name: Record(Decision, "trunkline.decision.v1"),
    SETTINGS.name: Record(AnySettings, "trunkline.settings.v1"),
    RECEIPTS.name: Record(ReceiptBatch, "trunkline.receipts.v1"),
    DEAD_LETTERS.name: Record(DeadLetter, "trunkline.dead-letter.v1"),
}
"""By the name of the topic without deployment prefix."""
