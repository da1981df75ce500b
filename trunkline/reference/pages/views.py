"""docs/reference/views.md from projections.views: the tables that can be read in PostgreSQL."""

import inspect
import sys
from typing import Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from projections.tables import ViewTable
from projections.view import View
from projections.views import views
from trunkline.reference.markdown import code, table

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def render() -> str:
    parts = [
        "# Views\n",
        "Tables in PostgreSQL, in the schema of each tenant: `acme-east` is `tenant_acme_east`; rows that belong to nobody are in "
        "`trunkline`. They are folds of the log: read them, never write to them. `trunkline rebuild` makes one anew.\n",
    ]
    for name, view in sorted(views().items()):
        parts.append(f"## {name}\n")
        parts.append(f"{_said(view)}\n\nVersion {view.version}. Made from {_sources(view)}.\n")
        parts += [_table(each) for each in view.tables]
    return "\n".join(parts)


def _said(view: View) -> str:
    """The first paragraph of the view's file."""
    module = sys.modules[view.tables[0].__module__]
    return inspect.cleandoc(module.__doc__ or "").partition("\n\n")[0]


def _sources(view: View) -> str:
    return ", ".join(code(source.topic.name) for source in view.sources)


def _table(model: type[ViewTable]) -> str:
    columns = [(code(c.name), _type(c.type), "" if c.nullable else "always") for c in model.__table__.columns]
    key = ", ".join(code(c.name) for c in model.__table__.primary_key)
    return f"### Table {model.__tablename__}\n\nPrimary key: {key}.\n\n" + table(("column", "type", "set"), columns)


def _type(type_: TypeEngine[Any]) -> str:
    return str(type_.compile(DIALECT)).lower()
