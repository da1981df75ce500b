"""channel_processors: the configured channels of a tenant (F-019, F-043). A deleted channel stays with its time (F-302)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy.orm import Mapped, mapped_column

from projections.tables import ViewTable
from projections.text import clean, json_text, moment
from projections.view import Place, Row, Source, View, Write
from schemas.topics import DECISIONS


class ChannelProcessor(ViewTable):
    __tablename__ = "channel_processors"

    channel_type: Mapped[str] = mapped_column(primary_key=True)
    queue_url: Mapped[str]
    is_active: Mapped[bool]
    config: Mapped[dict[str, Any]]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class _Event(Struct, frozen=True, gc=False):
    type: str
    channel_type: str = ""
    queue_url: str | None = None
    is_active: bool = False
    config: msgspec.Raw = msgspec.Raw()


class _Decision(Struct, frozen=True, gc=False):
    aggregate: str
    version: int
    at: str
    base: int
    slot: int = 0
    events: tuple[_Event, ...] = ()


CHANNELS = Write(
    "channels",
    {
        "channel_type": "text",
        "queue_url": "text",
        "is_active": "bool",
        "config": "text",
        "version": "bigint",
        "changed_at": "timestamptz",
        "deleted_at": "timestamptz",
    },
    """
INSERT INTO {schema}.channel_processors AS c (channel_type, queue_url, is_active, config, version, changed_at, deleted_at)
SELECT DISTINCT ON (channel_type) channel_type, queue_url, is_active, config::jsonb, version, changed_at, deleted_at
FROM {rows} ORDER BY channel_type, version DESC
ON CONFLICT (channel_type) DO UPDATE SET queue_url = EXCLUDED.queue_url, is_active = EXCLUDED.is_active,
 config = EXCLUDED.config, version = EXCLUDED.version, changed_at = EXCLUDED.changed_at, deleted_at = EXCLUDED.deleted_at
WHERE EXCLUDED.version > c.version""",
)


def rows(decision: _Decision, place: Place, nul: bool) -> Iterator[Row]:
    tenant = decision.aggregate.split(":", 1)[0]
    for event in decision.events:
        if event.type not in ("channel_configured", "channel_deleted"):
            continue
        at = moment(decision.at)
        deleted = event.type == "channel_deleted"
        yield (
            CHANNELS,
            tenant,
            (
                event.channel_type,
                clean(event.queue_url) or "",
                event.is_active and not deleted,
                json_text(event.config, nul) or "{}",
                decision.version,
                at,
                at if deleted else None,
            ),
        )


VIEW = View(
    name="channel_processors",
    version=1,
    tables=(ChannelProcessor,),
    writes=(CHANNELS,),
    sources=(Source(DECISIONS, _Decision, rows),),
)
