"""From the bytes of one queue message to inbound events: peel, recognise, normalise, resolve the tenant, identify.

The whole way is pure, so a message can be taken again from its dead letter or receipt and gives the same events.
"""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from schemas.dead_letters import Stage
from schemas.inbound import InboundEvent


class QueueMessage(Struct, frozen=True, kw_only=True):
    """What the bridge hands over. body: text as SQS gave it. attributes: SQS system and message attributes, flattened to text.
    sent_at: SentTimestamp as RFC 3339. raw_claim: (reference, sha256 hex) when the body went to the claim store."""

    channel: str
    body: str
    attributes: Mapping[str, str] = {}
    sent_at: str | None = None
    correlation: str = ""
    trace: str = ""
    raw_claim: tuple[str, str] | None = None


class Routes(Struct, frozen=True):
    """Who owns what (law 10). queue: the tenant of the queue itself; accounts: provider account id -> tenants that claim it;
    namespaces: each tenant's namespace."""

    namespaces: Mapping[str, UUID]
    queue: str | None = None
    accounts: Mapping[str, tuple[str, ...]] = {}


class Rejected(Struct, frozen=True, kw_only=True):
    """An item, or the whole message, that becomes a dead letter. `index`: which item of the body; None is the whole message.
    `error` is the text of the log line; `reason` a short name without personal data, fit for a metric's label."""

    stage: Stage
    reason: str
    error: str
    index: int | None = None
    provider_ids: tuple[str, ...] = ()


class Taken(Struct, frozen=True, kw_only=True):
    """What a message came to. events: (aggregate key, event) in the order of the body. ignored: why nothing follows from it
    (a control message). rejected: what must be dead-lettered."""

    events: tuple[tuple[str, InboundEvent], ...] = ()
    ignored: str | None = None
    rejected: tuple[Rejected, ...] = ()
    layers: tuple[str, ...] = ()
    provider: str = ""
    provider_ids: tuple[str, ...] = ()
    tenant: str = ""
