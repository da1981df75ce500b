"""sqs_messages: what became of each SQS message (F-017, F-041, F-111); sqs_attempts: every attempt at it with its error (F-047).

Two bridges report about one message on different partitions, so every merge here gives the same row in any order: an attempt that
settled the message stands over a failed one, then the higher attempt, then the later time, then the bridge's name.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import ViewTable
from projections.text import clean, json_text, moment, moment_or_none, original_bytes
from projections.view import Place, Row, Source, View, Write
from schemas.topics import RECEIPTS
from schemas.values import Raw


class SQSMessage(ViewTable):
    __tablename__ = "sqs_messages"
    __table_args__ = (
        Index(None, "updated_at", "message_id"),
        Index(None, "status", "updated_at"),
        Index(None, "message_id"),
        Index(None, "provider_ids", postgresql_using="gin"),
    )

    queue_url: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str]
    channel: Mapped[str]
    status: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str | None]
    reason: Mapped[str | None]
    body: Mapped[bytes | None]
    body_claim: Mapped[str | None]
    receipt_handle: Mapped[str | None]
    event_ids: Mapped[list[Any]]
    provider_ids: Mapped[list[Any]]
    layers: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    bridge: Mapped[str]
    correlation: Mapped[str | None]
    traceparent: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    rank: Mapped[str]


class SQSAttempt(ViewTable):
    __tablename__ = "sqs_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ("queue_url", "message_id"),
            ("sqs_messages.queue_url", "sqs_messages.message_id"),
            name="fk_sqs_attempts_message",
        ),
        Index(None, "at"),
    )

    queue_url: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bridge: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    error: Mapped[str | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class _Receipt(Struct, frozen=True, gc=False):
    message: str
    attempt: int
    status: str
    sent_at: str | None = None
    tenant: str = ""
    events: msgspec.Raw = msgspec.Raw()
    provider_ids: msgspec.Raw = msgspec.Raw()
    layers: msgspec.Raw = msgspec.Raw()
    error: str | None = None
    reason: str | None = None
    receipt_handle: str | None = None
    attributes: msgspec.Raw = msgspec.Raw()
    correlation: str | None = None
    trace: str | None = None
    body: Raw | None = None


class _Batch(Struct, frozen=True, gc=False):
    queue: str
    queue_url: str
    channel: str
    bridge: str
    at: str
    receipts: tuple[_Receipt, ...]


_COLUMNS = {
    "queue_url": "text",
    "message_id": "text",
    "queue": "text",
    "channel": "text",
    "status": "text",
    "attempts": "bigint",
    "error": "text",
    "reason": "text",
    "body": "bytea",
    "body_claim": "text",
    "receipt_handle": "text",
    "event_ids": "text",
    "provider_ids": "text",
    "layers": "text",
    "attributes": "text",
    "bridge": "text",
    "correlation": "text",
    "traceparent": "text",
    "sent_at": "timestamptz",
    "at": "timestamptz",
    "rank": "text",
}
_LATEST = (
    "queue channel status error reason receipt_handle event_ids provider_ids layers attributes bridge correlation traceparent rank"
).split()
_JSON = frozenset({"event_ids", "provider_ids", "layers", "attributes"})
_NAMED = ", ".join(_LATEST)
_LATEST_OF_BATCH = ", ".join(
    f'(array_agg({name}{"::jsonb" if name in _JSON else ""} ORDER BY rank COLLATE "C" DESC))[1]' for name in _LATEST
)
_WHERE_NEWER = ", ".join(
    f'{name} = CASE WHEN EXCLUDED.rank COLLATE "C" > m.rank COLLATE "C" THEN EXCLUDED.{name} ELSE m.{name} END'
    for name in _LATEST
)

MESSAGES = Write(
    "sqs_messages",
    _COLUMNS,
    f"""
WITH seen AS (SELECT * FROM {{rows}}), message AS (
 INSERT INTO {{schema}}.sqs_messages AS m (queue_url, message_id, {_NAMED}, attempts, body, body_claim, sent_at, first_seen_at,
  updated_at)
 SELECT queue_url, message_id, {_LATEST_OF_BATCH}, max(attempts), (array_agg(body) FILTER (WHERE body IS NOT NULL))[1],
  min(body_claim), min(sent_at), min(at), max(at)
 FROM seen GROUP BY queue_url, message_id
 ON CONFLICT (queue_url, message_id) DO UPDATE SET {_WHERE_NEWER}, attempts = greatest(m.attempts, EXCLUDED.attempts),
  body = coalesce(m.body, EXCLUDED.body), body_claim = least(m.body_claim, EXCLUDED.body_claim),
  sent_at = least(m.sent_at, EXCLUDED.sent_at), first_seen_at = least(m.first_seen_at, EXCLUDED.first_seen_at),
  updated_at = greatest(m.updated_at, EXCLUDED.updated_at)
)
INSERT INTO {{schema}}.sqs_attempts AS a (queue_url, message_id, attempt, bridge, status, error, reason, at)
SELECT DISTINCT ON (queue_url, message_id, attempts, bridge) queue_url, message_id, attempts, bridge, status, error, reason, at
FROM seen ORDER BY queue_url, message_id, attempts, bridge, at, status
ON CONFLICT (queue_url, message_id, attempt, bridge) DO UPDATE SET status = EXCLUDED.status, error = EXCLUDED.error,
 reason = EXCLUDED.reason, at = EXCLUDED.at
WHERE (EXCLUDED.at, EXCLUDED.status) < (a.at, a.status)""",
)


def rows(batch: _Batch, place: Place, nul: bool) -> Iterator[Row]:
    at = moment(batch.at)
    for receipt in batch.receipts:
        body, claim = original_bytes(receipt.body)
        settled = "0" if receipt.status == "failed" else "1"
        values = (
            batch.queue_url,
            receipt.message,
            batch.queue,
            batch.channel,
            receipt.status,
            receipt.attempt,
            receipt.error,
            receipt.reason,
            body,
            claim,
            receipt.receipt_handle or None,
            json_text(receipt.events, nul) or "[]",
            json_text(receipt.provider_ids, nul) or "[]",
            json_text(receipt.layers, nul) or "[]",
            json_text(receipt.attributes, nul) or "{}",
            batch.bridge,
            receipt.correlation,
            receipt.trace,
            moment_or_none(receipt.sent_at),
            at,
            f"{settled} {receipt.attempt:09d} {batch.at} {batch.bridge} {receipt.status}",
        )
        yield MESSAGES, receipt.tenant, tuple(clean(v) if type(v) is str else v for v in values) if nul else values


VIEW = View(
    name="sqs_messages",
    version=1,
    tables=(SQSMessage, SQSAttempt),
    writes=(MESSAGES,),
    sources=(Source(RECEIPTS, _Batch, rows),),
)
