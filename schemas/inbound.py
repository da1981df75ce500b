"""comms.inbound.v1: one normalised provider event per record, append-only, original bytes kept (law 8).

Written by the bridge, read by the agents. `now` of a decision is the record's Kafka timestamp, so no ingest time is in here.
"""

from typing import Literal

from msgspec import Struct

from schemas.values import Content, Person, StatusReport

InboundType = Literal[
    "message_received",
    "message_status",
    "message_opened",
    "message_clicked",
    "message_complained",
    "subscription_changed",
    "provider_event",
]
"""What happened, in our words. `provider_event` is anything that we have no word for: kept, never refused (law 8)."""

Verification = Literal["verified", "not_verifiable"]
"""`verified`: the provider's signature was checked; `not_verifiable`: URL and headers did not travel along, policy decides."""


class InboundEvent(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One thing a provider told us about one contact.

    id: event id (law 1). contact, thread, message: derived ids. ours: URN of our address. account: the provider's account id.
    kind: the provider's own name of the event. layers: wrappings peeled off the queue message, outermost first.
    machine: an open or click that no person did (T-44). keyword: the provider's verdict on a reserved word that it has answered
    already (T-34). consent: what this says about consent: [opted_out or opted_in, the way: bounce, provider, subscription].
    """

    id: str
    type: InboundType
    tenant: str
    channel: str
    provider: str
    account: str = ""
    contact: str
    thread: str
    message: str
    provider_id: str
    ours: str
    direction: Literal["inbound", "outbound"]
    kind: str = ""
    index: int = 0
    provider_time: str | None = None
    queue_time: str | None = None
    layers: tuple[str, ...] = ()
    verification: Verification = "not_verifiable"
    correlation: str = ""
    trace: str = ""
    campaign: str | None = None
    lead: str | None = None
    status: StatusReport | None = None
    machine: bool = False
    keyword: Literal["stop", "start", "help"] | None = None
    consent: tuple[Literal["opted_out", "opted_in"], str] | None = None
    person: Person
    content: Content
