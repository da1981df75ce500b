"""consent: the ledger, one row per change, never altered. consent_states: what stands, one row per contact and scope.

All changes of one contact come from one partition in order, so the last change in the log stands.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import Id, Small, ViewTable
from projections.text import clean, moment
from projections.view import Place, Row, Source, View, Write
from schemas.topics import DECISIONS


class ConsentEntry(ViewTable):
    __tablename__ = "consent"
    __table_args__ = (Index(None, "contact_id", "scope", "log_offset"), Index(None, "occurred_at"))

    event_id: Mapped[Id] = mapped_column(primary_key=True)
    contact_id: Mapped[Id]
    scope: Mapped[str]
    state: Mapped[str]
    source: Mapped[str]
    evidence: Mapped[str]
    reason: Mapped[str | None]
    channel: Mapped[str | None]
    conversation_id: Mapped[Id | None]
    occurred_at: Mapped[datetime]
    correlation: Mapped[str | None]
    log_partition: Mapped[Small]
    log_offset: Mapped[int]


class ConsentState(ViewTable):
    __tablename__ = "consent_states"

    contact_id: Mapped[Id] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    event_id: Mapped[Id]
    since: Mapped[datetime]
    log_offset: Mapped[int]


class _Event(Struct, frozen=True, gc=False):
    id: str
    type: str
    scope: str = ""
    state: str = ""
    source: str = ""
    evidence: str = ""
    reason: str | None = None
    channel: str | None = None
    thread: str | None = None


class _Decision(Struct, frozen=True, gc=False):
    aggregate: str
    version: int
    at: str
    base: int
    slot: int = 0
    correlation: str | None = None
    events: tuple[_Event, ...] = ()


_COLUMNS = {
    "event_id": "uuid",
    "contact_id": "uuid",
    "scope": "text",
    "state": "text",
    "source": "text",
    "evidence": "text",
    "reason": "text",
    "channel": "text",
    "conversation_id": "uuid",
    "occurred_at": "timestamptz",
    "correlation": "text",
    "log_partition": "int",
    "log_offset": "bigint",
}
_NAMES = ", ".join(_COLUMNS)

CHANGES = Write(
    "changes",
    _COLUMNS,
    f"""
WITH entered AS (
 INSERT INTO {{schema}}.consent ({_NAMES}) SELECT {_NAMES} FROM {{rows}} ORDER BY log_offset
 ON CONFLICT (event_id) DO NOTHING RETURNING *
)
INSERT INTO {{schema}}.consent_states AS s (contact_id, scope, state, event_id, since, log_offset)
SELECT DISTINCT ON (contact_id, scope) contact_id, scope, state, event_id, occurred_at, log_offset
FROM entered ORDER BY contact_id, scope, log_offset DESC, event_id
ON CONFLICT (contact_id, scope) DO UPDATE SET state = EXCLUDED.state, event_id = EXCLUDED.event_id, since = EXCLUDED.since,
 log_offset = EXCLUDED.log_offset
WHERE EXCLUDED.log_offset > s.log_offset""",
)


def rows(decision: _Decision, place: Place, nul: bool) -> Iterator[Row]:
    tenant, kind, contact = decision.aggregate.split(":", 2)
    if kind != "contact":
        return
    for event in decision.events:
        if event.type != "consent_changed":
            continue
        yield (
            CHANGES,
            tenant,
            (
                event.id,
                contact,
                event.scope,
                event.state,
                event.source,
                event.evidence,
                clean(event.reason) if nul else event.reason,
                event.channel or None,
                event.thread or None,
                moment(decision.at),
                decision.correlation,
                place.partition,
                place.offset,
            ),
        )


VIEW = View(
    name="consent",
    version=1,
    tables=(ConsentEntry, ConsentState),
    writes=(CHANGES,),
    sources=(Source(DECISIONS, _Decision, rows),),
)
