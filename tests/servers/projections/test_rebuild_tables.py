"""What a rebuild leaves in PostgreSQL's catalogue: what was there before. And digests of tables."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import Column, Index, Integer, MetaData, Table

from projections import migrations
from projections.digest import Digest, digest
from projections.rebuild import rebuild, shadow, switch
from projections.rebuild.shadow import tables_in
from projections.views import views
from runtime import postgres
from runtime.errors import ConfigurationError
from tests.contract.views.scribe import Scribe
from tests.servers.projections.deployment import Deployment

CATALOGUE = {
    "tables": """SELECT c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.reloptions, t.reloptions AS toast,
 (SELECT array_agg(a::text ORDER BY a::text) FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a)
 FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
 WHERE c.relkind = 'r' AND c.relnamespace = $1::regnamespace ORDER BY 1""",
    "columns": """SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity,
 a.attstorage, a.attcompression, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid), a.attacl::text, a.attstattarget
 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relkind = 'r' AND c.relnamespace = $1::regnamespace ORDER BY 1, 3""",
    "indexes": """SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname::regnamespace = $1::regnamespace ORDER BY 1, 2""",
    "constraints": """SELECT conrelid::regclass::text, conname, contype, convalidated, pg_get_constraintdef(oid)
 FROM pg_constraint WHERE connamespace = $1::regnamespace ORDER BY 1, 2""",
}


async def catalogue(deployment: Deployment, schema: str) -> dict[str, Any]:
    return {name: [tuple(row) for row in await deployment.fetch(sql, schema)] for name, sql in CATALOGUE.items()}


async def projected(deployment: Deployment, seed: int, *names: str) -> None:
    await deployment.produce(Scribe(seed).write(decisions=120, batches=10, letters=10))
    async with deployment.running(*names):
        await deployment.caught_up(*names)


@pytest.fixture
async def role(deployment: Deployment) -> Any:
    """A role of the operator's, who may read."""
    name = f"reader_{deployment.prefix[:-1]}"
    await deployment.fetch(f"CREATE ROLE {name}")
    yield name
    await deployment.fetch(f"DROP OWNED BY {name}")
    await deployment.fetch(f"DROP ROLE {name}")


async def test_tables_are_as_migrations_and_operators_made_them(deployment: Deployment, role: str) -> None:
    await projected(deployment, 51)
    await deployment.fetch(f"GRANT SELECT ON ALL TABLES IN SCHEMA tenant_acme TO {role}")
    await deployment.fetch(
        f"GRANT UPDATE (text), REFERENCES (text) ON tenant_acme.inbox_messages TO {role} WITH GRANT OPTION"
    )
    await deployment.fetch("GRANT TRUNCATE ON tenant_acme.inbox_messages TO PUBLIC")
    await deployment.fetch(
        "CREATE INDEX own ON tenant_acme.inbox_messages USING hash (lower(text)) WHERE direction = 'inbound'"
    )
    await deployment.fetch(
        "ALTER TABLE tenant_acme.inbox_messages SET (fillfactor = 80, toast.autovacuum_enabled = false)"
    )
    await deployment.fetch(f"ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO {role}")
    schemas = ("trunkline", "tenant_acme", "tenant_b_2")
    before = [await catalogue(deployment, schema) for schema in schemas]
    oids = "SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'tenant_acme'::regnamespace AND relname NOT LIKE 'alembic%'"
    old = {row["oid"] for row in await deployment.fetch(oids)}
    for view in views().values():
        assert (await rebuild(deployment.settings, view)).switched
    assert old.isdisjoint({row["oid"] for row in await deployment.fetch(oids)})
    assert [await catalogue(deployment, schema) for schema in schemas] == before
    assert await migrations.make(deployment.settings, dry_run=True) == []
    assert (await migrations.migrate(deployment.settings)).changed == []
    analyzed = "SELECT count(*) AS n FROM pg_stats WHERE schemaname = 'tenant_acme' AND tablename = 'inbox_messages'"
    assert (await deployment.fetch(analyzed))[0]["n"]


async def test_what_hangs_on_the_tables_refuses_at_once(deployment: Deployment) -> None:
    await projected(deployment, 52, "consent")
    for make, undo, said in (
        (
            "CREATE VIEW public.mine AS SELECT * FROM tenant_acme.consent",
            "DROP VIEW public.mine",
            "the view mine reads tenant_acme.consent",
        ),
        ("CREATE PUBLICATION p FOR TABLE tenant_acme.consent", "DROP PUBLICATION p", "is published by p"),
        (
            "CREATE POLICY q ON tenant_acme.consent USING (true)",
            "DROP POLICY q ON tenant_acme.consent",
            "has the policy q",
        ),
        (
            "ALTER TABLE tenant_acme.consent ADD note text",
            "ALTER TABLE tenant_acme.consent DROP note",
            "has the column note",
        ),
        (
            "CREATE TRIGGER t BEFORE INSERT ON tenant_acme.consent EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "DROP TRIGGER t ON tenant_acme.consent",
            "has the trigger t",
        ),
        (
            "CREATE TABLE public.notes (id uuid REFERENCES tenant_acme.consent)",
            "DROP TABLE public.notes",
            "the foreign key notes_id_fkey of notes points to tenant_acme.consent",
        ),
    ):
        await deployment.fetch(make)
        with pytest.raises(ConfigurationError, match=said):
            await rebuild(deployment.settings, views()["consent"])
        await deployment.fetch(undo)
    assert (await rebuild(deployment.settings, views()["consent"])).switched


async def test_schemas_of_another_step_are_refused(deployment: Deployment) -> None:
    await projected(deployment, 53, "consent")
    for step, said in (("0000", "ahead"), ("9999", "ahead")):
        await deployment.fetch("UPDATE tenant_acme.alembic_version SET version_num = $1", step)
        with pytest.raises(ConfigurationError, match=said):
            await rebuild(deployment.settings, views()["consent"])
    await deployment.fetch("DELETE FROM tenant_acme.alembic_version")
    with pytest.raises(ConfigurationError, match="trunkline migrate"):
        await rebuild(deployment.settings, views()["consent"])


async def test_more_tables_than_the_server_has_locks_for_are_refused_at_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    await projected(deployment, 55, "consent")
    monkeypatch.setattr(switch, "LOCKS", 1_000_000)
    with pytest.raises(ConfigurationError, match=r"6 tables .* max_locks_per_transaction"):
        await rebuild(deployment.settings, views()["consent"])


async def test_unique_indexes_are_there_from_the_first_row_on(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement may name them in ON CONFLICT; the others wait for the rows."""
    metadata = MetaData()
    table = Table("t", metadata, Column("a", Integer), Column("b", Integer))
    Index("ix_a", table.c.a)
    Index("uq_b", table.c.b, unique=True)
    monkeypatch.setattr(shadow, "tables_in", lambda _, schema: [table.to_metadata(MetaData(), schema=schema)])
    engine = postgres.engine(deployment.settings.postgres, pool_size=1)
    shadows = shadow.Shadows(views()["consent"]._replace(tables=()), engine)
    await shadows.make("trunkline")
    query = "SELECT indexname FROM pg_indexes WHERE schemaname = $1 ORDER BY 1"
    assert [row[0] for row in await deployment.fetch(query, shadows.of("trunkline"))] == ["uq_b"]
    await shadows.finish()
    assert [row[0] for row in await deployment.fetch(query, shadows.of("trunkline"))] == ["ix_a", "uq_b"]
    assert await shadows.remove() == 1
    await engine.dispose()


async def digest_of(deployment: Deployment, table: Table, schema: str) -> Digest:
    engine = postgres.engine(deployment.settings.postgres, pool_size=1)
    async with engine.connect() as sql:
        found = await digest(sql, schema, table)
    await engine.dispose()
    return found


async def test_a_digest_sees_every_value_and_no_order(deployment: Deployment) -> None:
    await projected(deployment, 54, "inbox", "communication_events")
    for name in ("inbox_messages", "communication_events"):
        view = next(view for view in views().values() if name in view.table_names)
        table = next(each for each in tables_in(view, "tenant_acme") if each.name == name)
        live = await digest_of(deployment, table, "tenant_acme")
        assert live.rows > 20
        await deployment.fetch("CREATE SCHEMA other")
        columns = ", ".join(column.name for column in table.columns)
        reversed_ = ", ".join(column.name for column in reversed(list(table.columns)))
        await deployment.fetch(
            f"CREATE TABLE other.{name} AS SELECT {reversed_} FROM tenant_acme.{name} ORDER BY random()"
        )
        assert await digest_of(deployment, table, "other") == live
        seen = {live.text}
        for column in table.columns:
            connection = await asyncpg.connect(deployment.dsn)
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(
                f"UPDATE other.{name} SET {column.name} = CASE WHEN {column.name} IS NULL THEN (SELECT {column.name} FROM other.{name} "
                f"WHERE {column.name} IS NOT NULL LIMIT 1) END WHERE ctid = (SELECT min(ctid) FROM other.{name})"
            )
            await transaction.commit()
            await connection.close()
            seen.add((await digest_of(deployment, table, "other")).text)
        filled = await deployment.fetch(
            "SELECT "
            + " + ".join(f"(count({column.name}) > 0)::int" for column in table.columns)
            + f" AS n FROM tenant_acme.{name}"
        )
        assert len(seen) == 1 + filled[0]["n"], columns
        await deployment.fetch("DROP SCHEMA other CASCADE")
