"""A question to one table of one tenant: which rows, in which order, and which columns stay out of lists."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from domain.addresses import email, phone
from projections.tables import ViewTable

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Query(NamedTuple):
    """where: conditions that all hold. order: a time, then ids that make it total; the newest first. heavy: columns with whole
    bodies, which only the reading of one row shows. hidden: columns that serve the view itself."""

    table: type[ViewTable]
    where: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]
    heavy: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


Filter = tuple[InstrumentedAttribute[Any], Any]


def equal(*filters: Filter) -> list[ColumnElement[bool]]:
    """(column, value) -> conditions; a value of None filters nothing."""
    return [column == value for column, value in filters if value is not None]


def between(
    column: InstrumentedAttribute[Any], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """`since` <= column < `until`, where they are given; a time without a zone is UTC."""
    found = []
    if since is not None:
        found.append(column >= _with_zone(since))
    if until is not None:
        found.append(column < _with_zone(until))
    return found


def containing(column: InstrumentedAttribute[Any], value: str | None) -> list[ColumnElement[bool]]:
    """Conditions that a JSON array holds `value`; answered by the array's index."""
    return [] if value is None else [column.contains([value])]


def latest(*times: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The first of `times` that is known, else long ago: what has no time yet stands at the end."""
    return func.coalesce(*times, literal(_LONG_AGO))


def canonical(address: str | None) -> str | None:
    """The URN of an address as people write it: `+1 (415) 555-0100` -> `tel:+14155550100`; what is none stays as it is."""
    if not address:
        return None
    found = email(address) if "@" in address else phone(address)
    return found.urn if found else address


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
