"""communication_events: everything that happened to messages, consent and inputs, one row per event (F-005, F-015, F-018, F-116).

Processing that failed is in here too: a dead letter becomes an event `<channel>_failed` that bears the dead letter's id.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import Id, Small, ViewTable
from projections.text import clean, json_text, moment, moment_or_none, original_bytes
from projections.view import Place, Row, Source, View, Write, insert, insert_lowest
from schemas.decisions import Source as Answered
from schemas.topics import DEAD_LETTERS, DECISIONS
from schemas.values import Raw


class CommunicationEvent(ViewTable):
    __tablename__ = "communication_events"
    __table_args__ = (
        Index(None, "occurred_at", "event_id"),
        Index(None, "provider_id"),
        Index(None, "address"),
        Index(None, "contact_id"),
        Index(None, "conversation_id", "occurred_at"),
    )

    event_id: Mapped[Id] = mapped_column(primary_key=True)
    type: Mapped[str]
    channel: Mapped[str | None]
    provider: Mapped[str | None]
    account: Mapped[str | None]
    direction: Mapped[str | None]
    provider_id: Mapped[str | None]
    kind: Mapped[str | None]
    status: Mapped[str | None]
    code: Mapped[str | None]
    reason: Mapped[str | None]
    keyword: Mapped[str | None]
    verification: Mapped[str | None]
    conversation_id: Mapped[Id | None]
    message_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    lead_id: Mapped[str | None]
    campaign_id: Mapped[str | None]
    ours: Mapped[str | None]
    address: Mapped[str | None]
    person: Mapped[dict[str, Any] | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    attachments: Mapped[list[Any] | None]
    fields: Mapped[dict[str, Any] | None]
    raw: Mapped[bytes | None]
    raw_claim: Mapped[str | None]
    provider_time: Mapped[datetime | None]
    occurred_at: Mapped[datetime]
    aggregate: Mapped[str]
    version: Mapped[int | None]
    correlation: Mapped[str | None]
    traceparent: Mapped[str | None]
    source_topic: Mapped[str | None]
    source_partition: Mapped[Small | None]
    source_offset: Mapped[int | None]
    log_partition: Mapped[Small]
    log_offset: Mapped[int]
    meaning: Mapped[str | None]
    details: Mapped[dict[str, Any] | None]
    in_reply_to: Mapped[str | None]
    reply_to: Mapped[Id | None]


_ABSENT = msgspec.Raw()


class _Person(Struct, frozen=True, gc=False):
    address: str


class _Content(Struct, frozen=True, gc=False):
    text: str | None = None
    subject: str | None = None
    html: str | None = None
    attachments: msgspec.Raw = _ABSENT
    fields: msgspec.Raw = _ABSENT
    raw: Raw | None = None
    reply: msgspec.Raw = _ABSENT
    location: msgspec.Raw = _ABSENT
    answer: msgspec.Raw = _ABSENT
    recipients: msgspec.Raw = _ABSENT
    tags: msgspec.Raw = _ABSENT
    metadata: msgspec.Raw = _ABSENT


class _Event(Struct, frozen=True, gc=False):
    """The fields of every event of schemas.events that are shown, in one flat type: an event of a later release is shown too."""

    id: str
    type: str
    message: str | None = None
    thread: str | None = None
    channel: str | None = None
    provider: str | None = None
    account: str | None = None
    provider_id: str | None = None
    ours: str | None = None
    direction: str | None = None
    kind: str | None = None
    provider_time: str | None = None
    campaign: str | None = None
    lead: str | None = None
    verification: str | None = None
    person: msgspec.Raw = _ABSENT
    content: _Content | None = None
    reported: str | None = None
    code: str | None = None
    reason: str | None = None
    keyword: str | None = None
    scope: str | None = None
    state: str | None = None
    command: str | None = None
    error: str | None = None
    where: str | None = None
    meaning: str | None = None
    in_reply_to: str | None = None
    reply_to: str | None = None
    call: msgspec.Raw = _ABSENT
    until: msgspec.Raw = _ABSENT


class _Decision(Struct, frozen=True, gc=False):
    aggregate: str
    version: int
    source: Answered
    at: str
    base: int
    slot: int = 0
    correlation: str | None = None
    trace: str | None = None
    events: tuple[_Event, ...] = ()


class _Origin(Struct, frozen=True, gc=False):
    queue: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None


class _DeadLetter(Struct, frozen=True, gc=False):
    id: str
    stage: str
    reason: str
    error: str
    at: str
    origin: _Origin
    channel: str = ""
    tenant: str = ""
    provider_ids: tuple[str, ...] = ()
    correlation: str | None = None
    trace: str | None = None


_COLUMNS = {
    "event_id": "uuid",
    "type": "text",
    "channel": "text",
    "provider": "text",
    "account": "text",
    "direction": "text",
    "provider_id": "text",
    "meaning": "text",
    "kind": "text",
    "status": "text",
    "code": "text",
    "reason": "text",
    "keyword": "text",
    "verification": "text",
    "conversation_id": "uuid",
    "message_id": "uuid",
    "contact_id": "uuid",
    "lead_id": "text",
    "campaign_id": "text",
    "ours": "text",
    "address": "text",
    "person": "text",
    "subject": "text",
    "text": "text",
    "html": "text",
    "attachments": "text",
    "fields": "text",
    "details": "text",
    "in_reply_to": "text",
    "reply_to": "uuid",
    "raw": "bytea",
    "raw_claim": "text",
    "provider_time": "timestamptz",
    "occurred_at": "timestamptz",
    "aggregate": "text",
    "version": "bigint",
    "correlation": "text",
    "traceparent": "text",
    "source_topic": "text",
    "source_partition": "int",
    "source_offset": "bigint",
    "log_partition": "int",
    "log_offset": "bigint",
}
_JSON = {"person": "jsonb", "attachments": "jsonb", "fields": "jsonb", "details": "jsonb"}
_FAILED_COLUMNS = {
    name: _COLUMNS[name]
    for name in (
        "event_id type channel provider_id kind status code reason occurred_at aggregate correlation traceparent "
        "source_topic source_partition source_offset log_partition log_offset"
    ).split()
}

EVENTS = Write("events", _COLUMNS, insert("communication_events", _COLUMNS, "event_id", _JSON))
FAILED = Write("failed_events", _FAILED_COLUMNS, insert_lowest("communication_events", _FAILED_COLUMNS, "event_id"))

_ELSEWHERE = frozenset({"tenant_created", "tenant_policy_set", "channel_configured", "channel_deleted"})
"""Settings are no communication; channel_processors shows the channels."""

_NOTHING = _Content()
_person = msgspec.json.Decoder(_Person)


def event_rows(decision: _Decision, place: Place, nul: bool) -> Iterator[Row]:
    tenant, kind_of_aggregate, id_ = decision.aggregate.split(":", 2)
    contact = id_ if kind_of_aggregate == "contact" else None
    at = moment(decision.at)
    answered = decision.source
    for event in decision.events:
        if event.type in _ELSEWHERE:
            continue
        content = event.content or _NOTHING
        person = json_text(event.person, nul)
        raw, claim = original_bytes(content.raw)
        values = (
            event.id,
            event.type,
            event.channel,
            event.provider,
            event.account,
            event.direction,
            event.provider_id,
            event.meaning or None,
            event.kind or event.scope or event.command or event.where,
            event.reported or event.state,
            event.code,
            event.reason or event.error,
            event.keyword,
            event.verification,
            event.thread,
            event.message,
            contact,
            event.lead,
            event.campaign,
            event.ours,
            _person.decode(person).address if person else None,
            person,
            content.subject,
            content.text,
            content.html,
            json_text(content.attachments, nul),
            json_text(content.fields, nul),
            _details(event, content, nul),
            event.in_reply_to,
            event.reply_to,
            raw,
            claim,
            moment_or_none(event.provider_time),
            at,
            decision.aggregate,
            decision.version,
            decision.correlation,
            decision.trace,
            answered.topic,
            answered.partition,
            answered.offset,
            place.partition,
            place.offset,
        )
        yield EVENTS, tenant, tuple(clean(v) if type(v) is str else v for v in values) if nul else values


def _details(event: _Event, content: _Content, nul: bool) -> str | None:
    """What only some messages have, as one JSON object; None where there is nothing of it."""
    told = (
        (b'"reply":', content.reply),
        (b'"location":', content.location),
        (b'"answer":', content.answer),
        (b'"recipients":', content.recipients),
        (b'"tags":', content.tags),
        (b'"metadata":', content.metadata),
        (b'"call":', event.call),
        (b'"until":', event.until),
    )
    found = [name + bytes(value) for name, value in told if value is not _ABSENT]
    return json_text(msgspec.Raw(b"{" + b",".join(found) + b"}"), nul) if found else None


def failed_rows(letter: _DeadLetter, place: Place, nul: bool) -> Iterator[Row]:
    origin = letter.origin
    values = (
        letter.id,
        f"{letter.channel or 'message'}_failed",
        letter.channel or None,
        letter.provider_ids[0] if letter.provider_ids else None,
        letter.stage,
        "failed",
        letter.reason,
        letter.error,
        moment(letter.at),
        "",
        letter.correlation,
        letter.trace,
        origin.topic or origin.queue,
        origin.partition,
        origin.offset,
        place.partition,
        place.offset,
    )
    yield FAILED, letter.tenant, tuple(clean(v) if type(v) is str else v for v in values) if nul else values


VIEW = View(
    name="communication_events",
    version=1,
    tables=(CommunicationEvent,),
    writes=(EVENTS, FAILED),
    sources=(
        Source(DECISIONS, _Decision, event_rows),
        Source(DEAD_LETTERS, _DeadLetter, failed_rows),
    ),
)
