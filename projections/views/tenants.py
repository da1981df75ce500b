"""tenants: one row in each tenant's own schema, its name and policies. The first decision about a tenant makes its schema by this row."""

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


class Tenant(ViewTable):
    __tablename__ = "tenants"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    policy: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class _Event(Struct, frozen=True, gc=False):
    type: str
    name: str = ""
    policy: msgspec.Raw = msgspec.Raw()


class _Decision(Struct, frozen=True, gc=False):
    aggregate: str
    version: int
    at: str
    base: int
    slot: int = 0
    events: tuple[_Event, ...] = ()


TENANTS = Write(
    "tenants",
    {
        "tenant": "text",
        "name": "text",
        "policy": "text",
        "version": "bigint",
        "created_at": "timestamptz",
        "changed_at": "timestamptz",
    },
    """
WITH seen AS (SELECT * FROM {rows})
INSERT INTO {schema}.tenants AS t (tenant, name, policy, version, created_at, changed_at)
SELECT tenant, (array_agg(name ORDER BY version DESC) FILTER (WHERE name IS NOT NULL))[1],
 (SELECT coalesce(jsonb_object_agg(named.key, named.value ORDER BY s.version), '{{}}')
  FROM seen s, jsonb_each(s.policy::jsonb) named WHERE s.tenant = r.tenant),
 max(version), min(created_at), (array_agg(changed_at ORDER BY version DESC))[1]
FROM seen AS r GROUP BY tenant
ON CONFLICT (tenant) DO UPDATE SET name = coalesce(EXCLUDED.name, t.name), policy = t.policy || EXCLUDED.policy,
 version = EXCLUDED.version, created_at = coalesce(t.created_at, EXCLUDED.created_at), changed_at = EXCLUDED.changed_at
WHERE EXCLUDED.version > t.version""",
)


def rows(decision: _Decision, place: Place, nul: bool) -> Iterator[Row]:
    tenant, kind, _ = decision.aggregate.split(":", 2)
    if kind != "tenant":
        return
    at = moment(decision.at)
    for event in decision.events:
        created = event.type == "tenant_created"
        if created or event.type == "tenant_policy_set":
            values = (
                tenant,
                clean(event.name) or None,
                json_text(event.policy, nul),
                decision.version,
                at if created else None,
                at,
            )
            yield TENANTS, tenant, values


VIEW = View(
    name="tenants",
    version=1,
    tables=(Tenant,),
    writes=(TENANTS,),
    sources=(Source(DECISIONS, _Decision, rows),),
)
