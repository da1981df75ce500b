"""comms.receipts.v1: what the bridge did with each SQS message; one record per received batch. Source of the sqs_messages view.

Every attempt leaves a receipt, also when the message was ignored or dead-lettered (F-017, F-047, F-111 to F-117).
"""

from typing import Literal

from msgspec import Struct

from schemas.values import Raw

Outcome = Literal["processed", "ignored", "failed", "dead_lettered"]
"""processed: events were produced. ignored: a control message. failed: this attempt failed, the queue will bring it again.
dead_lettered: given up, the bytes are on comms.dead-letters.v1."""


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One attempt at one SQS message. `attempt` is SQS' ApproximateReceiveCount; `error` the text of the log line; `events` the
    ids produced; `provider_ids` make it searchable (F-005)."""

    message: str
    attempt: int
    status: Outcome
    sent_at: str | None = None
    tenant: str = ""
    events: tuple[str, ...] = ()
    provider_ids: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    error: str | None = None
    reason: str | None = None
    receipt_handle: str = ""
    attributes: dict[str, str] = {}
    correlation: str = ""
    trace: str = ""
    body: Raw | None = None


class ReceiptBatch(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What happened to the messages of one receive call. `at` is when the bridge wrote it."""

    queue: str
    queue_url: str
    channel: str
    bridge: str
    at: str
    receipts: tuple[Receipt, ...]
