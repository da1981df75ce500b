"""What a view is: tables, and a pure function from one record to rows (law 5).

A row is meant for one `Write`, an SQL statement that takes many rows at once: arrays when live, a table filled by COPY in a rebuild.
Whatever the rows' order across partitions and however the log is cut into batches, a write leaves the same tables behind.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from projections.tables import ViewTable
from schemas.topics import Topic


class Place(NamedTuple):
    """Where a record lies in the log."""

    topic: str
    partition: int
    offset: int


class Write(NamedTuple):
    """One statement. columns: name -> PostgreSQL type of what `rows` gives. sql: text with `{schema}` for the tenant's schema and
    `{rows}` for a relation named `r` with these columns.

    Each connection has a temporary table of these columns. Its row type is the statement's one parameter when live, an array of
    rows: half of what an array per column costs asyncpg. Its rows are what a rebuild filled it with by COPY."""

    name: str
    columns: Mapping[str, str]
    sql: str

    @property
    def table(self) -> str:
        """The temporary table of a connection."""
        return f"rows_of_{self.name}"

    def shape(self) -> str:
        """Makes the temporary table."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.columns.items())
        return f"CREATE TEMPORARY TABLE {self.table} ({columns})"

    def live(self, schema: str) -> str:
        """The statement for an array of rows, its one parameter."""
        return self.sql.format(schema=schema, rows=f"unnest($1::pg_temp.{self.table}[]) AS r")

    def staged(self, schema: str) -> str:
        """The statement for the rows that lie in the temporary table."""
        return self.sql.format(schema=schema, rows=f"pg_temp.{self.table} AS r")


Row = tuple[Write, str, tuple[Any, ...]]
"""(write, tenant or "", values in the order of the write's columns)"""


class Source(NamedTuple):
    """A topic that a view reads. record: a msgspec type with the fields it needs and no others. rows(record, place, nul) -> rows;
    `nul` says that the record holds the character U+0000, which PostgreSQL refuses in text (T-22): strip it from text, keep raw
    bytes. Raises ValueError when the record cannot be shown; it is then dead-lettered."""

    topic: Topic
    record: type[Any]
    rows: Callable[[Any, Place, bool], Iterable[Row]]


class View(NamedTuple):
    """A view. version: raised when rows of the same log come out differently; `trunkline rebuild` then makes them anew.
    tables in the order in which they can be created; writes in the order in which they are carried out."""

    name: str
    version: int
    tables: tuple[type[ViewTable], ...]
    writes: tuple[Write, ...]
    sources: tuple[Source, ...]

    @property
    def table_names(self) -> tuple[str, ...]:
        return tuple(table.__tablename__ for table in self.tables)


def insert(table: str, columns: Mapping[str, str], key: str, casts: Mapping[str, str] | None = None) -> str:
    """SQL that inserts rows once per key: what is there stays. For keys that always come from one partition."""
    return (
        f"INSERT INTO {{schema}}.{table} ({', '.join(columns)}) SELECT {_selected(columns, casts)} FROM {{rows}} "
        f"ON CONFLICT ({key}) DO NOTHING"
    )


def insert_lowest(table: str, columns: Mapping[str, str], key: str, casts: Mapping[str, str] | None = None) -> str:
    """SQL that keeps the row that lies lowest in the log (partition, offset). For keys that may come from several partitions: the
    same row stays whatever partition is read first."""
    changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name != key)
    return (
        f"INSERT INTO {{schema}}.{table} AS t ({', '.join(columns)}) "
        f"SELECT DISTINCT ON ({key}) {_selected(columns, casts)} FROM {{rows}} ORDER BY {key}, log_partition, log_offset "
        f"ON CONFLICT ({key}) DO UPDATE SET {changed} "
        "WHERE (EXCLUDED.log_partition, EXCLUDED.log_offset) < (t.log_partition, t.log_offset)"
    )


def _selected(columns: Mapping[str, str], casts: Mapping[str, str] | None) -> str:
    casts = casts or {}
    return ", ".join(f"{name}::{casts[name]}" if name in casts else name for name in columns)
