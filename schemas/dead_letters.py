"""comms.dead-letters.v1: what could not be processed: reason, original bytes, origin, attempts (law 8). Nothing is ever dropped."""

from typing import Literal

from msgspec import Struct

from schemas.values import Raw

Stage = Literal["receive", "peel", "parse", "verify", "tenant", "produce", "decode", "project"]
"""Where it failed. `tenant` is the quarantine: nobody or two tenants own the item, and it is never guessed (law 10). `decode` are
records that no agent can decide, `project` those that a view cannot show."""


class Origin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where it came from: an SQS message or a record of a topic."""

    queue: str = ""
    queue_url: str = ""
    message: str = ""
    sent_at: str | None = None
    topic: str = ""
    partition: int | None = None
    offset: int | None = None


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message that was given up. `id` is derived from origin and stage, so that parking twice is parking once."""

    id: str
    stage: Stage
    reason: str
    error: str
    at: str
    channel: str = ""
    tenant: str = ""
    attempts: int = 1
    layers: tuple[str, ...] = ()
    provider_ids: tuple[str, ...] = ()
    attributes: dict[str, str] = {}
    correlation: str = ""
    trace: str = ""
    origin: Origin
    content: Raw
