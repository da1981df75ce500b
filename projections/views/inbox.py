"""inbox_conversations, inbox_messages and inbox_participants: what the inbox shows. One view, because a message counts in its
conversation exactly once.

Everything about one conversation comes from one contact, so from one partition in order; one decision brings at most one message.
`unread` are the inbound messages after our last one. What a message said at first stays; what it says since it was edited stands
beside it. A message's status is folded in SQL from two facts that only grow, so reports in
any order give the same row.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Computed, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import Id, Small, ViewTable
from projections.text import clean, json_text, moment, moment_or_none
from projections.view import Place, Row, Source, View, Write
from schemas.topics import DECISIONS
from schemas.values import FAILURES, RANK

PREVIEW = 200
"""Characters of the last message that a conversation shows."""

STATUS = """CASE
 WHEN failure IS NULL THEN split_part(progress, ' ', 2)
 WHEN progress IS NULL THEN split_part(failure, ' ', 3)
 WHEN split_part(progress, ' ', 1)::int >= 4
  AND NOT (split_part(progress, ' ', 3) <> '' AND split_part(failure, ' ', 1) > split_part(progress, ' ', 3))
  THEN split_part(progress, ' ', 2)
 ELSE split_part(failure, ' ', 3) END"""
"""DESIGN.md 8, Meaning: failures end a message, but delivered (4) and above beat them, unless both times are known and the failure
is later."""


class InboxConversation(ViewTable):
    __tablename__ = "inbox_conversations"
    __table_args__ = (
        Index(None, "last_message_at", "conversation_id"),
        Index(None, "contact_id"),
        Index(None, "address"),
    )

    conversation_id: Mapped[Id] = mapped_column(primary_key=True)
    contact_id: Mapped[Id]
    channel: Mapped[str]
    ours: Mapped[str]
    address: Mapped[str | None]
    name: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="open")
    opened_at: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None]
    last_message_preview: Mapped[str | None]
    last_message_direction: Mapped[str | None]
    last_message_offset: Mapped[int] = mapped_column(server_default="-1")
    inbound_count: Mapped[int] = mapped_column(server_default="0")
    outbound_count: Mapped[int] = mapped_column(server_default="0")
    unread_count: Mapped[int] = mapped_column(server_default="0")


class InboxMessage(ViewTable):
    """`event_id` is null while only reports about the message are known (T-10). `progress` and `failure` are the two facts as text
    that sorts as they rank: `rank status time` and `time index status`."""

    __tablename__ = "inbox_messages"
    __table_args__ = (
        Index(None, "conversation_id", "occurred_at", "message_id"),
        Index(None, "provider_id"),
        Index(None, "mail_thread_id"),
    )

    message_id: Mapped[Id] = mapped_column(primary_key=True)
    conversation_id: Mapped[Id] = mapped_column(ForeignKey("inbox_conversations.conversation_id"))
    event_id: Mapped[Id | None]
    channel: Mapped[str]
    provider: Mapped[str]
    provider_id: Mapped[str]
    direction: Mapped[str]
    content_kind: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    attachments: Mapped[list[Any] | None]
    keyword: Mapped[str | None]
    campaign_id: Mapped[str | None]
    lead_id: Mapped[str | None]
    progress: Mapped[str | None] = mapped_column(Text(collation="C"))
    failure: Mapped[str | None] = mapped_column(Text(collation="C"))
    status: Mapped[str | None] = mapped_column(Text(), Computed(STATUS, persisted=True))
    code: Mapped[str | None]
    reason: Mapped[str | None]
    report_offset: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    complained_at: Mapped[datetime | None]
    provider_time: Mapped[datetime | None]
    occurred_at: Mapped[datetime | None]
    log_partition: Mapped[Small | None]
    log_offset: Mapped[int | None]
    edited_text: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    edit_offset: Mapped[int | None]
    deleted_at: Mapped[datetime | None]
    mail_thread_id: Mapped[Id | None]


class InboxParticipant(ViewTable):
    """Whom the mails of a conversation name, once in each role: from, to, cc."""

    __tablename__ = "inbox_participants"
    __table_args__ = (Index(None, "address"),)

    conversation_id: Mapped[Id] = mapped_column(ForeignKey("inbox_conversations.conversation_id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class _Person(Struct, frozen=True, gc=False):
    address: str
    name: str | None = None


class _Participant(Struct, frozen=True, gc=False):
    address: str
    role: str
    name: str | None = None


class _Content(Struct, frozen=True, gc=False):
    kind: str = "text"
    text: str | None = None
    subject: str | None = None
    html: str | None = None
    attachments: msgspec.Raw = msgspec.Raw()
    participants: tuple[_Participant, ...] = ()


class _Event(Struct, frozen=True, gc=False):
    id: str
    type: str
    message: str = ""
    thread: str = ""
    channel: str = ""
    provider: str = ""
    provider_id: str = ""
    ours: str = ""
    direction: str = ""
    provider_time: str | None = None
    campaign: str | None = None
    lead: str | None = None
    person: _Person | None = None
    content: _Content | None = None
    progress: tuple[str, str] | None = None
    failure: tuple[str, str] | None = None
    code: str | None = None
    reason: str | None = None
    keyword: str | None = None
    machine: bool = False
    mail_thread: str | None = None


class _Decision(Struct, frozen=True, gc=False):
    aggregate: str
    version: int
    at: str
    base: int
    slot: int = 0
    events: tuple[_Event, ...] = ()


CONVERSATIONS = Write(
    "conversations",
    {
        "conversation_id": "uuid",
        "contact_id": "uuid",
        "channel": "text",
        "ours": "text",
        "address": "text",
        "name": "text",
        "opened_at": "timestamptz",
        "log_offset": "bigint",
        "nth": "int",
    },
    """
INSERT INTO {schema}.inbox_conversations AS c (conversation_id, contact_id, channel, ours, address, name, opened_at)
SELECT conversation_id, (array_agg(contact_id))[1], (array_agg(channel))[1], (array_agg(ours))[1],
 (array_agg(address ORDER BY log_offset, nth) FILTER (WHERE address IS NOT NULL))[1],
 (array_agg(name ORDER BY log_offset DESC, nth DESC) FILTER (WHERE name IS NOT NULL))[1],
 min(opened_at)
FROM {rows} GROUP BY conversation_id
ON CONFLICT (conversation_id) DO UPDATE SET address = coalesce(c.address, EXCLUDED.address),
 name = coalesce(EXCLUDED.name, c.name), opened_at = least(c.opened_at, EXCLUDED.opened_at)
WHERE (c.address, c.name, c.opened_at) IS DISTINCT FROM
 (coalesce(c.address, EXCLUDED.address), coalesce(EXCLUDED.name, c.name), least(c.opened_at, EXCLUDED.opened_at))""",
)

MESSAGES = Write(
    "messages",
    {
        "message_id": "uuid",
        "conversation_id": "uuid",
        "event_id": "uuid",
        "channel": "text",
        "provider": "text",
        "provider_id": "text",
        "direction": "text",
        "content_kind": "text",
        "subject": "text",
        "text": "text",
        "html": "text",
        "attachments": "text",
        "keyword": "text",
        "campaign_id": "text",
        "lead_id": "text",
        "provider_time": "timestamptz",
        "occurred_at": "timestamptz",
        "log_partition": "int",
        "log_offset": "bigint",
        "mail_thread_id": "uuid",
    },
    f"""
WITH arrived AS (
 INSERT INTO {{schema}}.inbox_messages AS m (message_id, conversation_id, event_id, channel, provider, provider_id, direction,
  content_kind, subject, text, html, attachments, keyword, campaign_id, lead_id, provider_time, occurred_at, log_partition, log_offset,
  mail_thread_id)
 SELECT DISTINCT ON (message_id) message_id, conversation_id, event_id, channel, provider, provider_id, direction,
  content_kind, subject, text, html, attachments::jsonb, keyword, campaign_id, lead_id, provider_time, occurred_at,
  log_partition, log_offset, mail_thread_id
 FROM {{rows}} ORDER BY message_id, log_offset
 ON CONFLICT (message_id) DO UPDATE SET event_id = EXCLUDED.event_id, provider_id = EXCLUDED.provider_id,
  direction = EXCLUDED.direction, content_kind = EXCLUDED.content_kind, subject = EXCLUDED.subject, text = EXCLUDED.text,
  html = EXCLUDED.html, attachments = EXCLUDED.attachments, keyword = EXCLUDED.keyword, campaign_id = EXCLUDED.campaign_id,
  lead_id = EXCLUDED.lead_id, provider_time = EXCLUDED.provider_time, occurred_at = EXCLUDED.occurred_at,
  log_partition = EXCLUDED.log_partition, log_offset = EXCLUDED.log_offset, mail_thread_id = EXCLUDED.mail_thread_id
 WHERE m.event_id IS NULL
 RETURNING m.conversation_id, m.direction, m.occurred_at, m.log_offset, coalesce(m.text, m.subject, '') AS said
), replied AS (
 SELECT conversation_id, max(log_offset) AS log_offset FROM arrived WHERE direction = 'outbound' GROUP BY 1
), news AS (
 SELECT a.conversation_id, count(*) FILTER (WHERE direction = 'inbound') AS inbound,
  count(*) FILTER (WHERE direction = 'outbound') AS outbound,
  count(*) FILTER (WHERE direction = 'inbound' AND a.log_offset > coalesce(r.log_offset, -1)) AS unread,
  (array_agg(occurred_at ORDER BY a.log_offset DESC))[1] AS at,
  (array_agg(left(said, {PREVIEW}) ORDER BY a.log_offset DESC))[1] AS preview,
  (array_agg(direction ORDER BY a.log_offset DESC))[1] AS direction,
  max(a.log_offset) AS log_offset
 FROM arrived a LEFT JOIN replied r USING (conversation_id) GROUP BY 1
)
UPDATE {{schema}}.inbox_conversations c SET inbound_count = c.inbound_count + n.inbound,
 outbound_count = c.outbound_count + n.outbound,
 unread_count = CASE WHEN n.outbound > 0 THEN n.unread ELSE c.unread_count + n.unread END,
 last_message_at = n.at, last_message_preview = n.preview, last_message_direction = n.direction,
 last_message_offset = n.log_offset
FROM news n WHERE c.conversation_id = n.conversation_id""",
)

PARTICIPANTS = Write(
    "participants",
    {
        "conversation_id": "uuid",
        "address": "text",
        "role": "text",
        "name": "text",
        "at": "timestamptz",
        "log_offset": "bigint",
        "nth": "int",
    },
    """
INSERT INTO {schema}.inbox_participants AS p (conversation_id, address, role, name, first_at, last_at)
SELECT conversation_id, address, role,
 (array_agg(name ORDER BY log_offset DESC, nth DESC) FILTER (WHERE name IS NOT NULL))[1], min(at), max(at)
FROM {rows} GROUP BY conversation_id, address, role
ON CONFLICT (conversation_id, address, role) DO UPDATE SET name = coalesce(EXCLUDED.name, p.name),
 first_at = least(p.first_at, EXCLUDED.first_at), last_at = greatest(p.last_at, EXCLUDED.last_at)""",
)

REPORTS = Write(
    "reports",
    {
        "message_id": "uuid",
        "conversation_id": "uuid",
        "channel": "text",
        "provider": "text",
        "provider_id": "text",
        "direction": "text",
        "progress": "text",
        "failure": "text",
        "code": "text",
        "reason": "text",
        "opened_at": "timestamptz",
        "clicked_at": "timestamptz",
        "complained_at": "timestamptz",
        "report_offset": "bigint",
        "nth": "int",
    },
    """
INSERT INTO {schema}.inbox_messages AS m (message_id, conversation_id, channel, provider, provider_id, direction,
 progress, failure, code, reason, opened_at, clicked_at, complained_at, report_offset)
SELECT message_id, (array_agg(conversation_id))[1], (array_agg(channel))[1], (array_agg(provider))[1],
 (array_agg(provider_id ORDER BY report_offset, nth))[1], (array_agg(direction ORDER BY report_offset, nth))[1],
 max(progress COLLATE "C"), max(failure COLLATE "C"),
 (array_agg(code ORDER BY report_offset DESC, nth DESC) FILTER (WHERE code IS NOT NULL OR reason IS NOT NULL))[1],
 (array_agg(reason ORDER BY report_offset DESC, nth DESC) FILTER (WHERE code IS NOT NULL OR reason IS NOT NULL))[1],
 min(opened_at), min(clicked_at), min(complained_at),
 max(report_offset) FILTER (WHERE code IS NOT NULL OR reason IS NOT NULL)
FROM {rows} GROUP BY message_id
ON CONFLICT (message_id) DO UPDATE SET progress = greatest(m.progress, EXCLUDED.progress),
 failure = greatest(m.failure, EXCLUDED.failure),
 code = CASE WHEN EXCLUDED.report_offset > coalesce(m.report_offset, -1) THEN EXCLUDED.code ELSE m.code END,
 reason = CASE WHEN EXCLUDED.report_offset > coalesce(m.report_offset, -1) THEN EXCLUDED.reason ELSE m.reason END,
 report_offset = greatest(m.report_offset, EXCLUDED.report_offset),
 opened_at = least(m.opened_at, EXCLUDED.opened_at), clicked_at = least(m.clicked_at, EXCLUDED.clicked_at),
 complained_at = least(m.complained_at, EXCLUDED.complained_at)""",
)

EDITS = Write(
    "edits",
    {
        "message_id": "uuid",
        "conversation_id": "uuid",
        "channel": "text",
        "provider": "text",
        "provider_id": "text",
        "direction": "text",
        "edited_text": "text",
        "edited_at": "timestamptz",
        "deleted_at": "timestamptz",
        "change_offset": "bigint",
        "nth": "int",
    },
    """
INSERT INTO {schema}.inbox_messages AS m (message_id, conversation_id, channel, provider, provider_id, direction,
 edited_text, edited_at, edit_offset, deleted_at)
SELECT message_id, (array_agg(conversation_id))[1], (array_agg(channel))[1], (array_agg(provider))[1],
 (array_agg(provider_id ORDER BY change_offset, nth))[1], (array_agg(direction ORDER BY change_offset, nth))[1],
 (array_agg(edited_text ORDER BY change_offset DESC, nth DESC) FILTER (WHERE edited_at IS NOT NULL))[1],
 (array_agg(edited_at ORDER BY change_offset DESC, nth DESC) FILTER (WHERE edited_at IS NOT NULL))[1],
 max(change_offset) FILTER (WHERE edited_at IS NOT NULL), min(deleted_at)
FROM {rows} GROUP BY message_id
ON CONFLICT (message_id) DO UPDATE SET
 edited_text = CASE WHEN EXCLUDED.edit_offset > coalesce(m.edit_offset, -1) THEN EXCLUDED.edited_text ELSE m.edited_text END,
 edited_at = CASE WHEN EXCLUDED.edit_offset > coalesce(m.edit_offset, -1) THEN EXCLUDED.edited_at ELSE m.edited_at END,
 edit_offset = greatest(m.edit_offset, EXCLUDED.edit_offset), deleted_at = least(m.deleted_at, EXCLUDED.deleted_at)""",
)

_CHANGES = frozenset({"message_edited", "message_deleted"})
_MESSAGES = frozenset({"message_received", "message_echoed"})
_REPORTS = frozenset({"message_status_reported", "message_opened", "message_clicked", "message_complained"})


def progress_text(fact: tuple[str, str] | None) -> str | None:
    """`(delivered, time)` -> `4 delivered time`. Raises ValueError for a status that is no progress."""
    if fact is None:
        return None
    if fact[0] not in RANK:
        raise ValueError(f"no progress of a message: {fact[0]!r}")
    return f"{RANK[fact[0]]} {fact[0]} {fact[1]}"


def failure_text(fact: tuple[str, str] | None) -> str | None:
    """`(failed, time)` -> `time 2 failed`. Raises ValueError for a status that is no failure."""
    if fact is None:
        return None
    if fact[0] not in FAILURES:
        raise ValueError(f"no failure of a message: {fact[0]!r}")
    return f"{fact[1]} {FAILURES.index(fact[0])} {fact[0]}"


def rows(decision: _Decision, place: Place, nul: bool) -> Iterator[Row]:
    tenant, kind, contact = decision.aggregate.split(":", 2)
    if kind != "contact":
        return
    at = moment(decision.at)
    for nth, event in enumerate(decision.events):
        received = event.type in _MESSAGES
        if not (received or event.type in _REPORTS or event.type in _CHANGES or event.type == "thread_opened"):
            continue
        person = event.person
        address, name = (person.address, person.name) if person else (None, None)
        if nul:
            address, name = clean(address), clean(name)
        opened = at if event.type == "thread_opened" else None
        yield (
            CONVERSATIONS,
            tenant,
            (
                event.thread,
                contact,
                event.channel,
                event.ours,
                address or None,
                name or None,
                opened,
                place.offset,
                nth,
            ),
        )
        if received:
            yield MESSAGES, tenant, _message(event, at, place, nul)
            for each in event.content.participants if event.content else ():
                yield PARTICIPANTS, tenant, _participant(event, each, at, place, nth, nul)
        elif event.type in _CHANGES:
            yield EDITS, tenant, _change(event, at, place, nth, nul)
        elif event.type in _REPORTS:
            yield REPORTS, tenant, _report(event, at, place, nth, nul)


def _message(event: _Event, at: datetime, place: Place, nul: bool) -> tuple[Any, ...]:
    content = event.content or _Content()
    said: tuple[str | None, ...] = (content.subject, content.text, content.html)
    if nul:
        said = tuple(clean(text) for text in said)
    return (
        event.message,
        event.thread,
        event.id,
        event.channel,
        event.provider,
        clean(event.provider_id),
        event.direction,
        content.kind,
        *said,
        json_text(content.attachments, nul),
        event.keyword,
        event.campaign,
        event.lead,
        moment_or_none(event.provider_time),
        at,
        place.partition,
        place.offset,
        event.mail_thread,
    )


def _participant(
    event: _Event, named: _Participant, at: datetime, place: Place, nth: int, nul: bool
) -> tuple[Any, ...]:
    address, name = (clean(named.address), clean(named.name)) if nul else (named.address, named.name)
    return event.thread, address, named.role, name or None, at, place.offset, nth


def _change(event: _Event, at: datetime, place: Place, nth: int, nul: bool) -> tuple[Any, ...]:
    edited = event.type == "message_edited"
    text = event.content.text if edited and event.content is not None else None
    return (
        event.message,
        event.thread,
        event.channel,
        event.provider,
        clean(event.provider_id),
        event.direction,
        clean(text) if nul else text,
        at if edited else None,
        None if edited else at,
        place.offset,
        nth,
    )


def _report(event: _Event, at: datetime, place: Place, nth: int, nul: bool) -> tuple[Any, ...]:
    person = not event.machine
    return (
        event.message,
        event.thread,
        event.channel,
        event.provider,
        clean(event.provider_id),
        event.direction,
        progress_text(event.progress),
        failure_text(event.failure),
        clean(event.code) if nul else event.code,
        clean(event.reason) if nul else event.reason,
        at if event.type == "message_opened" and person else None,
        at if event.type == "message_clicked" and person else None,
        at if event.type == "message_complained" else None,
        place.offset,
        nth,
    )


VIEW = View(
    name="inbox",
    version=1,
    tables=(InboxConversation, InboxMessage, InboxParticipant),
    writes=(CONVERSATIONS, MESSAGES, PARTICIPANTS, REPORTS, EDITS),
    sources=(Source(DECISIONS, _Decision, rows),),
)
