"""From the bytes of one queue message to inbound events: peel, recognise, verify, normalise, resolve the tenant, identify.

The whole way is pure, so a message can be taken again from its dead letter or receipt and gives the same events.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.addresses import Address
from domain.channels.provider import Given, Invalid, Item, Provider
from domain.channels.registry import provider_of, recognise
from domain.door import NOT_VERIFIABLE, VOUCHED, Door, Judged, judge
from domain.peeling import Control, Payload, Unreadable, peel
from domain.provider_ids import LONGEST_ID, ids_in
from domain.reading import given_with, read
from schemas.dead_letters import Stage
from schemas.identity import REMEMBERED, aggregate_key, contact_id, event_id, mail_thread_id, message_id, thread_id
from schemas.inbound import InboundEvent, Verification
from schemas.meanings import MEANINGS
from schemas.times import milliseconds_of, text_of
from schemas.values import Content, Person, Raw, StatusReport


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
    address -> tenants that claim it; namespaces: each tenant's namespace; doors: what each tenant's channel says about secrets;
    countries: where a tenant's numbers without a country code are dialled; declared: the providers that the queue's tenant has described
    (on a queue of several tenants nobody's description reads the others' messages)."""

    namespaces: Mapping[str, UUID]
    queue: str | None = None
    accounts: Mapping[str, tuple[str, ...]] = {}
    doors: Mapping[str, Door] = {}
    countries: Mapping[str, str] = {}
    declared: tuple[Provider, ...] = ()


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


CLOCKS = 15 * 60 * 1000
"""Milliseconds by which a provider's clock may be ahead of the queue's; what is further in the future is no time (T-25)."""
_EVERYBODY = Door()
_TYPES = {meaning: type_ for meaning, (type_, _) in MEANINGS.items()}


def take(message: QueueMessage, routes: Routes) -> Taken:
    """Everything in one message. Never raises on what a message says; raises KeyError for a channel that does not exist."""
    try:
        payloads = peel(message.body)
    except Unreadable as error:
        rejected = Rejected(stage="peel", reason=error.reason, error=str(error))
        return Taken(rejected=(rejected,), layers=error.layers, tenant=routes.queue or "")
    taking = _Taking(message, routes)
    for payload in payloads:
        if isinstance(payload, Control):
            taking.ignored = payload.why
            taking.provider_ids.update(dict.fromkeys(ids_in(payload.fields)))
        else:
            taking.payload(payload)
    return taking.taken(payloads[0].layers)


def names_in(body: str) -> tuple[str, ...]:
    """What a message is called by its provider, as far as a search tells. Raises Unreadable."""
    return tuple(id_ for each in peel(body) if isinstance(each, Payload) for id_ in ids_in(each.data))


class _Taking:
    """What has been found in one message so far."""

    __slots__ = ("events", "ignored", "message", "provider", "provider_ids", "raw", "rejected", "routes", "tenants")

    def __init__(self, message: QueueMessage, routes: Routes) -> None:
        self.message, self.routes = message, routes
        self.raw = raw_of(message)
        self.events: dict[str, tuple[str, InboundEvent]] = {}
        self.rejected: list[Rejected] = []
        self.provider_ids: dict[str, None] = {}
        self.tenants: set[str] = set()
        self.ignored: str | None = None
        self.provider = ""

    def payload(self, payload: Payload) -> None:
        """One payload: its sender, then its items."""
        routes, request = self.routes, payload.request
        given = given_with(request, routes.countries.get(routes.queue or "") if routes.countries else None)
        judged: Judged | None = None
        if request is None:
            provider, judged = provider_of(self.message.channel, payload.data, routes.declared), NOT_VERIFIABLE
        else:
            provider = _provider(self.message.channel, payload, given, routes.declared)
            if routes.queue is not None:
                judged = self._judged(provider, payload, routes.queue)
                if judged.verification == "failed":
                    ids = ids_in(payload.data)
                    return self._reject(
                        Rejected(stage="verify", reason=judged.reason, error=judged.text, provider_ids=ids)
                    )
        self.provider, known = provider.name, len(self.provider_ids)
        reading = read(provider, payload, given)
        if reading.nothing is not None:
            self.ignored = reading.nothing
        for item in reading.items:
            if isinstance(item, Item):
                self._item(provider, payload, item, judged)
            else:
                self._reject(_rejected(item))
        if len(self.provider_ids) == known:
            self.provider_ids.update(dict.fromkeys(ids_in(payload.data)))
        return None

    def _item(self, provider: Provider, payload: Payload, item: Item, judged: Judged | None) -> None:
        routes = self.routes
        owner = _owner(item, routes)
        if isinstance(owner, Rejected):
            return self._reject(owner)
        if judged is None:
            # On a shared queue it is known only now whose secrets count: nobody may speak for another tenant.
            judged = self._judged(provider, payload, owner)
        verification = judged.verification
        if verification == "failed" or (verification != "verified" and routes.doors):
            refused = self._refused(provider, item, judged, owner)
            if refused is not None:
                return self._reject(refused)
        assert verification != "failed"
        self.provider_ids[item.provider_id] = None
        self.tenants.add(owner)
        key, event = _identified(
            self.message, provider.name, item, owner, routes.namespaces[owner], payload.layers, self.raw, verification
        )
        self.events.setdefault(event.id, (key, event))  # the same thing twice in one body is one event (T-08)
        return None

    def _judged(self, provider: Provider, payload: Payload, owner: str) -> Judged:
        door = self.routes.doors.get(owner, _EVERYBODY)
        judged = judge(provider, payload.request, door.secrets, _seconds(self.message.sent_at))
        return VOUCHED if payload.vouched and judged.verification == "not_required" else judged

    def _refused(self, provider: Provider, item: Item, judged: Judged, owner: str) -> Rejected | None:
        verification = judged.verification
        if verification == "failed":
            return Rejected(stage="verify", reason=judged.reason, error=judged.text, provider_ids=(item.provider_id,))
        door = self.routes.doors.get(owner, _EVERYBODY)
        if verification == "not_required":
            if door.lets_in_unasked(provider.name):
                return None
            text = (
                f"the channel has secrets and none of them is {provider.name}'s: set one, or name it in config.unsigned"
            )
            ids = (item.provider_id,)
            return Rejected(stage="verify", reason="no_secret", error=text, index=item.index, provider_ids=ids)
        policy = door.unverified
        if policy == "accept":
            return None
        reason = "not_verifiable" if policy == "quarantine" else "unverified_refused"
        text = f"{judged.text}, and the channel's policy is to {policy} what cannot be verified"
        return Rejected(stage="verify", reason=reason, error=text, index=item.index, provider_ids=(item.provider_id,))

    def _reject(self, rejected: Rejected) -> None:
        self.rejected.append(rejected)
        self.provider_ids.update(dict.fromkeys(rejected.provider_ids))

    def taken(self, layers: tuple[str, ...]) -> Taken:
        """What the whole message came to."""
        events, tenants = self.events, self.tenants
        return Taken(
            events=tuple(events.values()),
            ignored=self.ignored if not events and not self.rejected else None,
            rejected=tuple(self.rejected),
            layers=layers,
            provider=self.provider,
            provider_ids=tuple(self.provider_ids),
            tenant=next(iter(tenants)) if len(tenants) == 1 else self.routes.queue or "",
        )


def _provider(channel: str, payload: Payload, given: Given, declared: tuple[Provider, ...]) -> Provider:
    """Whose file reads what came over HTTP: headers and path have a say."""
    found = recognise(payload.data, given, channel, extra=declared)
    assert found is not None
    return found.provider


def _seconds(sent_at: str | None) -> int:
    """The queue's time is the now of signatures that expire: an attempt that comes later judges the same."""
    return milliseconds_of(sent_at) // 1000 if sent_at else 0


def raw_of(message: QueueMessage) -> Raw:
    """The body as it is kept with every event. A lone surrogate in it can stand in no UTF-8, so such a body is kept as bytes (T-23)."""
    body = message.body
    try:
        size = len(body) if body.isascii() else len(body.encode())
    except UnicodeEncodeError:
        data = body.encode("utf-8", "surrogatepass")
        raw = Raw(b64encode(data).decode(), "base64", len(data))
    else:
        raw = Raw(body, size=size)
    if message.raw_claim is not None:
        reference, sha256 = message.raw_claim
        return Raw(reference, "claim", raw.size, sha256)
    return raw


def _rejected(invalid: Invalid) -> Rejected:
    ids = tuple(id_ for id_ in invalid.provider_ids if len(id_) <= LONGEST_ID)
    return Rejected(stage="parse", reason=invalid.reason, error=str(invalid), index=invalid.index, provider_ids=ids)


def _owner(item: Item, routes: Routes) -> str | Rejected:
    """The tenant of one item: all that have a claim must agree on one, the queue's own tenant among them (T-16, T-17)."""
    if routes.queue and not routes.accounts and routes.queue in routes.namespaces:
        return routes.queue
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
    verification: Verification,
) -> tuple[str, InboundEvent]:
    """The item with its derived ids, keyed by its contact, or by the account where it names nobody (laws 1 and 7)."""
    channel, account, provider_id = message.channel, item.account, item.provider_id
    aggregate, about = "contact", item.contact
    if about is None or item.meaning == "account.event":
        aggregate, about = "account", _account(item, channel, provider)
    urn, validity, name = about
    kind = f"{item.kind}@{item.moment}" if item.moment else item.kind
    key, contact, thread = _addressed(tenant, namespace, aggregate, urn, item.ours)
    content, answered = item.content, item.in_reply_to
    provider_time, status, sent_at = item.provider_time, item.status, message.sent_at
    if sent_at is not None and provider_time is not None and provider_time > sent_at:
        provider_time, status = _clamped(provider_time, status, sent_at)
    # An event with an id of its own is the same event in whichever batch it comes again.
    index = 0 if item.event else item.index
    event = InboundEvent(
        id=event_id(namespace, channel, provider, account, item.event or provider_id, kind, index),
        type=_TYPES[item.meaning] if item.until is None else "thread_status",
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
        provider_time=provider_time,
        queue_time=sent_at,
        layers=layers,
        verification=verification,
        correlation=message.correlation,
        trace=message.trace,
        campaign=item.campaign,
        lead=item.lead,
        status=status,
        machine=item.machine,
        keyword=item.keyword,
        consent=item.consent,
        person=Person(urn, validity, name, item.about, item.aliases, item.successor),
        content=Content(
            content.kind, content.text, content.subject, content.html, content.attachments, content.fields, raw,
            content.reply, content.location, content.answer, content.recipients, content.tags, content.metadata,
            content.participants,
        ),
        meaning=item.meaning,
    )  # fmt: skip
    if answered is not None or item.until is not None or item.call is not None or item.mail_thread:
        event = replace(
            event,
            in_reply_to=answered,
            reply_to=message_id(namespace, channel, provider, account, item.answers or answered) if answered else None,
            until=item.until,
            call=item.call,
            mail_thread=mail_thread_id(namespace, item.mail_thread) if item.mail_thread else None,
        )
    return key, event


def _account(item: Item, channel: str, provider: str) -> Address:
    """The account of ours that it is about."""
    return Address(f"account:{channel}:{provider}:{item.account or 'unknown'}")


def _clamped(time: str, status: StatusReport | None, sent_at: str) -> tuple[str, StatusReport | None]:
    """A time that is more than a clock's fault ahead of the queue's is the queue's."""
    latest = text_of(milliseconds_of(sent_at) + CLOCKS)
    if time <= latest:
        return time, status
    if status is not None and status.time is not None and status.time > latest:
        status = replace(status, time=sent_at)
    return sent_at, status


@lru_cache(REMEMBERED)
def _addressed(tenant: str, namespace: UUID, aggregate: str, urn: str, ours: str) -> tuple[str, str, str]:
    """Key, contact and thread of whoever writes to, or hears from, one address of ours."""
    contact = contact_id(namespace, urn)
    return aggregate_key(tenant, aggregate, contact), contact, thread_id(namespace, urn, ours)
