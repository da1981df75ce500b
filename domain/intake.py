"""From the bytes of one queue message to inbound events: peel, recognise, normalise, resolve the tenant, identify.

The whole way is pure, so a message can be taken again from its dead letter or receipt and gives the same events.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.channels.provider import Invalid, Item, Provider
from domain.channels.registry import provider_of
from domain.peeling import Control, Unreadable, peel
from schemas.dead_letters import Stage
from schemas.identity import REMEMBERED, aggregate_key, contact_id, event_id, message_id, thread_id
from schemas.inbound import InboundEvent
from schemas.values import Content, Person, Raw


class QueueMessage(Struct, frozen=True, kw_only=True, gc=False):
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
    """Who owns what (law 10). queue: the tenant of the queue itself; accounts: provider account, messaging service or URN of our
    address -> tenants that claim it; namespaces: each tenant's namespace."""

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


class Taken(Struct, frozen=True, kw_only=True, gc=False):
    """What a message came to. events: (aggregate key, event) in the order of the body. ignored: why nothing follows from it
    (a control message). rejected: what must be dead-lettered. tenant: of its events, where they have one."""

    events: tuple[tuple[str, InboundEvent], ...] = ()
    ignored: str | None = None
    rejected: tuple[Rejected, ...] = ()
    layers: tuple[str, ...] = ()
    provider: str = ""
    provider_ids: tuple[str, ...] = ()
    tenant: str = ""


LONGEST_ID = 255
"""Characters of an identifier of a provider. They are searched for: what cannot stand in an index is none."""


def take(message: QueueMessage, routes: Routes) -> Taken:
    """Everything in one message. Never raises on what a message says; raises KeyError for a channel that does not exist."""
    try:
        payloads = peel(message.body)
    except Unreadable as error:
        rejected = Rejected(stage="peel", reason=error.reason, error=str(error))
        return Taken(rejected=(rejected,), layers=error.layers, tenant=routes.queue or "")
    raw = raw_of(message)
    events: dict[str, tuple[str, InboundEvent]] = {}
    rejections: list[Rejected] = []
    provider_ids: dict[str, None] = {}
    tenants: set[str] = set()
    ignored, provider = None, ""
    for payload in payloads:
        if isinstance(payload, Control):
            ignored = payload.why
            continue
        reader = provider_of(message.channel, payload.data)
        provider = reader.name
        for item in _items(reader, payload.data):
            owner = _owner(item, routes) if isinstance(item, Item) else _rejected(item)
            if isinstance(owner, Rejected):
                rejections.append(owner)
                provider_ids.update(dict.fromkeys(owner.provider_ids))
                continue
            assert isinstance(item, Item)
            provider_ids[item.provider_id] = None
            tenants.add(owner)
            key, event = _identified(message, provider, item, owner, routes.namespaces[owner], payload.layers, raw)
            events.setdefault(event.id, (key, event))  # the same thing twice in one body is one event (T-08)
    return Taken(
        events=tuple(events.values()),
        ignored=ignored if not events and not rejections else None,
        rejected=tuple(rejections),
        layers=payloads[0].layers,
        provider=provider,
        provider_ids=tuple(provider_ids),
        tenant=tenants.pop() if len(tenants) == 1 else routes.queue or "",
    )


def raw_of(message: QueueMessage) -> Raw:
    """The body as it is kept with every event. A lone surrogate in it can stand in no UTF-8, so such a body is kept as bytes (T-23)."""
    body = message.body
    try:
        size = len(body) if body.isascii() else len(body.encode())
    except UnicodeEncodeError:
        data = body.encode("utf-8", "surrogatepass")
        raw = Raw(b64encode(data).decode(), "base64", len(data))
    else:
        raw = Raw(body, "utf-8", size)
    if message.raw_claim is not None:
        reference, sha256 = message.raw_claim
        return Raw(reference, "claim", raw.size, sha256)
    return raw


def _items(provider: Provider, data: Any) -> Sequence[Item | Invalid]:
    """What the provider's file makes of a payload, and only what can be kept."""
    try:
        return [_short(provider, item) if isinstance(item, Item) else item for item in provider.items(data)]
    except Invalid as error:
        return (error,)


def _short(provider: Provider, item: Item) -> Item | Invalid:
    ids = (item.provider_id, item.account, item.event, item.kind, item.ours, item.campaign or "", item.lead or "")
    if len("".join(ids)) <= LONGEST_ID or max(map(len, ids)) <= LONGEST_ID:
        return item
    text = f"{provider.label} event has an identifier of more than {LONGEST_ID} characters"
    return Invalid("identifier_too_long", text, (item.provider_id,), item.index)


def _rejected(invalid: Invalid) -> Rejected:
    ids = tuple(id_ for id_ in invalid.provider_ids if len(id_) <= LONGEST_ID)
    return Rejected(stage="parse", reason=invalid.reason, error=str(invalid), index=invalid.index, provider_ids=ids)


def _owner(item: Item, routes: Routes) -> str | Rejected:
    """The tenant of one item: all that have a claim must agree on one, the queue's own tenant among them (T-16, T-17)."""
    owners = {routes.queue} if routes.queue else None
    for claim in item.claims:
        claimed_by = routes.accounts.get(claim)
        if claimed_by:
            owners = set(claimed_by) if owners is None else owners.intersection(claimed_by)
    if owners is not None and len(owners) == 1:
        tenant = owners.pop()
        if tenant in routes.namespaces:
            return tenant
        return _quarantined(item, "unknown_tenant", f"the tenant {tenant} does not exist")
    account = item.account or "unknown"
    if owners:
        who = ", ".join(sorted(owners))
        return _quarantined(item, "two_tenants", f"{len(owners)} tenants claim the account {account}: {who}")
    if owners is None:
        return _quarantined(item, "no_tenant", f"no tenant claims the account {account}")
    return _quarantined(item, "two_tenants", f"queue, account {account} and address belong to different tenants")


def _quarantined(item: Item, reason: str, error: str) -> Rejected:
    return Rejected(stage="tenant", reason=reason, error=error, index=item.index, provider_ids=(item.provider_id,))


def _identified(
    message: QueueMessage,
    provider: str,
    item: Item,
    tenant: str,
    namespace: UUID,
    layers: tuple[str, ...],
    raw: Raw,
) -> tuple[str, InboundEvent]:
    """The item with its derived ids, keyed by its contact (laws 1 and 7)."""
    channel, account, provider_id = message.channel, item.account, item.provider_id
    urn, validity, name = item.contact
    kind = f"{item.kind}@{item.moment}" if item.moment else item.kind
    key, contact, thread = _addressed(tenant, namespace, urn, item.ours)
    content = item.content
    event = InboundEvent(
        id=event_id(namespace, channel, provider, account, item.event or provider_id, kind, item.index),
        type=item.type,
        tenant=tenant,
        channel=channel,
        provider=provider,
        account=account,
        contact=contact,
        thread=thread,
        message=message_id(namespace, channel, provider, account, item.message or provider_id),
        provider_id=provider_id,
        ours=item.ours,
        direction=item.direction,
        kind=item.kind,
        index=item.index,
        provider_time=item.provider_time,
        queue_time=message.sent_at,
        layers=layers,
        correlation=message.correlation,
        trace=message.trace,
        campaign=item.campaign,
        lead=item.lead,
        status=item.status,
        machine=item.machine,
        keyword=item.keyword,
        consent=item.consent,
        person=Person(urn, validity, name, item.about),
        content=Content(
            content.kind, content.text, content.subject, content.html, content.attachments, content.fields, raw
        ),
    )
    return key, event


@lru_cache(REMEMBERED)
def _addressed(tenant: str, namespace: UUID, urn: str, ours: str) -> tuple[str, str, str]:
    """Key, contact and thread of whoever writes to, or hears from, one address of ours."""
    contact = contact_id(namespace, urn)
    return aggregate_key(tenant, "contact", contact), contact, thread_id(namespace, urn, ours)
