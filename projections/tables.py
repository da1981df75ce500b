"""What all tables share: declarative bases, column types, the names of schemas (law 10).

A tenant's tables live in the schema `tenant_<slug>`, rows that belong to nobody in `trunkline`. Models carry no schema: readers choose
one with `execution_options(schema_translate_map={None: schema_of(tenant)})`.
"""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from schemas.identity import TENANT

SHARED = "trunkline"
"""The schema of positions and of rows without a tenant."""

_NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class ViewTable(DeclarativeBase):
    """A table of a view; exists in every tenant's schema and in `trunkline`."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it as it is
        str: Text(),
        int: BigInteger(),
        datetime: DateTime(timezone=True),
        bytes: LargeBinary(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class SharedTable(DeclarativeBase):
    """A table that exists once, in `trunkline`."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = ViewTable.type_annotation_map


Id = Annotated[str, mapped_column(Uuid(as_uuid=False))]
"""A derived id: uuid in the database, 36 characters of text in Python."""

Small = Annotated[int, mapped_column(Integer())]


@lru_cache(65536)
def schema_of(tenant: str) -> str:
    """The schema of a tenant: `acme-east` -> `tenant_acme_east`, `""` -> `trunkline`.

    Raises ValueError for anything that is no tenant slug; slugs have no `_`, so two tenants never share a schema (T-47).
    """
    if not tenant:
        return SHARED
    if not TENANT.fullmatch(tenant):
        raise ValueError(f"not a tenant slug: {tenant!r}")
    return "tenant_" + tenant.replace("-", "_")


def tenant_of(schema: str) -> str:
    """The tenant of a schema, the inverse of `schema_of`."""
    return "" if schema == SHARED else schema.removeprefix("tenant_").replace("_", "-")
