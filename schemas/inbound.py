"""comms.inbound.v1: one normalised provider event per record, append-only, original bytes kept (law 8).

Written by the bridge, read by the agents. `now` of a decision is the record's Kafka timestamp, so no ingest time is in here.
"""

from typing import Literal

from msgspec import Struct

from schemas.meanings import InboundType, Meaning
from schemas.values import Call, Content, Person, StatusReport

Verification = Literal["verified", "not_verifiable", "not_required"]
"""`verified`: the provider's signature was checked. `not_verifiable`: URL and headers did not travel along. `not_required`: nobody
has configured a secret. What becomes of the last two is the channel's policy."""


class InboundEvent(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One thing a provider told us about one contact, or about an account of ours (`meaning` account.event, or nobody named).

    id: event id (law 1). type: how it is decided; meaning: what happened, in our words; kind: the provider's own name of it. contact,
    thread, message: derived ids; the message is the one that it is about (of a reaction or an edit: the message reacted to, edited).
    ours: URN of our address. account: the provider's account id. layers: wrappings peeled off the queue message, outermost first.
    in_reply_to: what the provider calls the message that this one answers, reply_to: its derived id. until: everything of this
    thread up to that time is meant, no single message (a watermark). machine: what no person did: an open or click of a scanner
    (T-44), a mail that answers by itself (T-41). keyword: the provider's verdict on a reserved word that it has answered already
    (T-34). mail_thread: the id of the mail thread (References, In-Reply-To), the same for everybody who writes in it. consent: what this
    says about consent: [opted_out or opted_in, the way: bounce, complaint, provider, subscription].
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
    meaning: Meaning = "unknown"
    in_reply_to: str | None = None
    reply_to: str | None = None
    until: str | None = None
    call: Call | None = None
    mail_thread: str | None = None
