"""Digests, as far as no database is needed."""

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSON, TSVECTOR

from projections.digest import Digest, combined, hashed
from projections.rebuild.shadow import prefix_of, tables_in
from projections.tables import schema_of
from projections.views import views

PART = ("tenant_acme", "inbox", Digest(2, "ab" * 16))


def test_what_has_no_hash_is_hashed_as_text() -> None:
    table = Table("t", MetaData(), Column("a", Integer), Column("b", TSVECTOR), Column("c", JSON))
    assert hashed(table, 1) == "hash_record_extended(ROW(t.a, t.b::text, t.c::text), 1)"


def test_no_column_of_ours_is_hashed_as_text() -> None:
    for view in views().values():
        for table in tables_in(view, "s"):
            assert "::text" not in hashed(table, 0)


def test_one_digest_for_many_tables_knows_no_order_and_no_empty_table() -> None:
    other = ("tenant_b", "inbox", Digest(1, "cd" * 16))
    assert (
        combined([PART, other]) == combined([other, PART]) == combined([PART, other, ("tenant_c", "inbox", Digest())])
    )
    assert (
        len({combined([PART]), combined([other]), combined([PART, other]), combined([]), combined([("x", *PART[1:])])})
        == 5
    )
    assert combined([("tenant_acme", "inbox", Digest(3, PART[2].text))]) != combined([PART])


def test_names_of_shadows_fit_into_postgresql() -> None:
    longest = schema_of("t" * 32)
    names = {prefix_of(view) + longest for view in views()}
    assert len(names) == len(views())
    assert max(map(len, names)) <= 63
