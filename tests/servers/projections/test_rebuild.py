"""`trunkline rebuild` on a real broker and a real database, with live views beside it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest
from aiokafka import TopicPartition

from projections import log, migrations
from projections.rebuild import filling, guard, reading, rebuild, rebuilding
from projections.rebuild.switch import PATIENCE
from projections.views import views
from runtime import postgres
from runtime.errors import Unavailable, UsageError
from runtime.kafka import client_options
from schemas.topics import DEAD_LETTERS, DECISIONS
from tests.contract.views.scribe import Scribe
from tests.crash import facts as crash
from tests.servers.projections.deployment import SHADOWS, Deployment
from tests.waiting import until

POSITIONS = "SELECT * FROM trunkline.positions ORDER BY view, version, topic, partition"


@pytest.fixture(autouse=True)
def _many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the logs of these tests were long: several batches, rows by COPY and by arrays."""
    monkeypatch.setattr(reading, "RECORDS", 60)
    monkeypatch.setattr(reading, "FETCH", 40)
    monkeypatch.setattr(filling, "COPIED", 15)
    monkeypatch.setattr(rebuilding, "FEW", 5)


def news(deployment: Deployment, facts: crash.Facts) -> crash.Facts:
    """What of a growing log was not produced yet."""
    known = {topic: {each[:2] for each in records} for topic, records in deployment.produced.topics.items()}
    return crash.Facts(
        topics={
            topic: [each for each in records if each[:2] not in known[topic]] for topic, records in facts.topics.items()
        }
    )


@contextlib.asynccontextmanager
async def reads(deployment: Deployment) -> AsyncIterator[list[int]]:
    """Somebody reads the inbox of one connection, again and again; gives how often. Raises what a read raised."""
    connection = await asyncpg.connect(deployment.dsn)
    prepared = await connection.prepare(
        "SELECT count(m.message_id) FROM tenant_acme.inbox_conversations c "
        "LEFT JOIN tenant_acme.inbox_messages m USING (conversation_id)"
    )
    counts: list[int] = []
    ends = asyncio.Event()

    async def read() -> None:
        while not ends.is_set():
            counts.append(await prepared.fetchval())
            await asyncio.sleep(0.005)

    task = asyncio.create_task(read())
    try:
        yield counts
    finally:
        ends.set()
        await task
        await connection.close()


async def test_every_view_comes_out_as_it_is_and_twice_the_same(deployment: Deployment) -> None:
    await deployment.projected(31)
    before = await deployment.fetch(POSITIONS)
    for view in views().values():
        once, twice = [await rebuild(deployment.settings, view) for _ in range(2)]
        assert once.compared and once.switched and not once.differences and once.rows
        assert (twice.digest, twice.positions, twice.rows) == (once.digest, once.positions, once.rows)
    assert await deployment.fetch(POSITIONS) == before
    assert await deployment.fetch(SHADOWS) == []
    await deployment.assert_fold()
    async with deployment.running() as projectors:
        await until(lambda: not any(each.reasons() for each in projectors), 20)


async def test_live_traffic_goes_on_while_views_are_rebuilt(deployment: Deployment) -> None:
    """Projectors write, somebody reads, the log grows; at the end live, rebuilt and the pure fold are one."""
    names = ("inbox", "communication_events", "sqs_messages")
    scribe = Scribe(32)
    await deployment.produce(scribe.write(decisions=150, batches=10, letters=10))
    rebuilt = asyncio.Event()

    async def traffic() -> int:
        size = 150
        while not rebuilt.is_set():
            size += 25
            await deployment.produce(news(deployment, scribe.write(decisions=size, batches=3, letters=2)))
            await asyncio.sleep(0.05)
        return size

    async with deployment.running(*names) as projectors:
        await deployment.caught_up(*names)
        writing = asyncio.create_task(traffic())
        async with reads(deployment) as counts:
            try:
                for name in (*names, *names):
                    report = await rebuild(deployment.settings, views()[name])
                    assert report.switched and not report.differences
            finally:
                rebuilt.set()
            assert await writing > 300
        assert counts == sorted(counts) and counts[-1] > counts[0]
        await deployment.caught_up(*names)
        await deployment.assert_fold(*names)
        assert [each.reasons() for each in projectors] == [[]] * len(names)
        for name in names:
            assert not (await rebuild(deployment.settings, views()[name], dry_run=True)).differences
    await deployment.assert_fold(*names)


async def test_the_rebuild_ends_where_the_live_view_stands_however_far_the_log_goes(deployment: Deployment) -> None:
    scribe = await deployment.projected(33, "inbox")
    before = await deployment.rows("inbox"), await deployment.fetch(POSITIONS)
    await deployment.produce(news(deployment, scribe.write(decisions=300, batches=0, letters=0)))
    report = await rebuild(deployment.settings, views()["inbox"])
    assert report.switched
    assert (await deployment.rows("inbox"), await deployment.fetch(POSITIONS)) == before
    async with deployment.running("inbox"):
        await deployment.caught_up("inbox")
    await deployment.assert_fold("inbox")


async def test_a_damaged_view_is_shown_and_left_until_the_operator_says_so(deployment: Deployment) -> None:
    await deployment.projected(34, "inbox")
    messages = "tenant_acme.inbox_messages"
    first, second, third = [
        row["message_id"] for row in await deployment.fetch(f"SELECT message_id FROM {messages} ORDER BY 1 LIMIT 3")
    ]
    await deployment.fetch(f"UPDATE {messages} SET text = 'forged' WHERE message_id = $1", first)
    await deployment.fetch(f"DELETE FROM {messages} WHERE message_id = $1", second)
    await deployment.fetch(
        "UPDATE tenant_acme.inbox_conversations SET unread_count = unread_count + 1 WHERE conversation_id = "
        f"(SELECT conversation_id FROM {messages} WHERE message_id = $1)", third
    )  # fmt: skip
    damaged = await deployment.rows("inbox")

    report = await rebuild(deployment.settings, views()["inbox"])
    assert not report.switched
    found = {each.table: each for each in report.differences}
    assert {each.tenant for each in report.differences} == {"acme"}
    conversations, in_messages = found["inbox_conversations"], found["inbox_messages"]
    assert (conversations.missing, conversations.surplus, conversations.changed) == (0, 0, 1)
    assert (in_messages.missing, in_messages.surplus, in_messages.changed) == (1, 0, 1)
    assert in_messages.example in (str(first), str(second))
    assert await deployment.rows("inbox") == damaged
    assert await deployment.fetch(SHADOWS) == []

    report = await rebuild(deployment.settings, views()["inbox"], accept=True)
    assert report.switched and len(report.differences) == 2
    await deployment.assert_fold("inbox")


async def test_surplus_rows_and_dropped_tables_are_differences_too(deployment: Deployment) -> None:
    await deployment.projected(35, "consent")
    await deployment.fetch(
        "INSERT INTO trunkline.consent_states VALUES (gen_random_uuid(), 'all', 'opted_in', gen_random_uuid(), now(), 0)"
    )
    await deployment.fetch("DROP TABLE tenant_acme.consent")
    await deployment.fetch("ALTER TABLE tenant_b_2.consent DROP reason")
    report = await rebuild(deployment.settings, views()["consent"], dry_run=True)
    found = {(each.tenant, each.table): (each.missing > 0, each.surplus, each.changed) for each in report.differences}
    assert found == {
        ("", "consent_states"): (False, 1, 0),
        ("acme", "consent"): (True, 0, 0),
        ("b-2", "consent"): (True, 0, 0),
    }
    assert (await rebuild(deployment.settings, views()["consent"], accept=True)).switched
    await deployment.assert_fold("consent")


async def test_a_dry_run_leaves_nothing(deployment: Deployment) -> None:
    await deployment.projected(36, "consent")
    query = "SELECT oid, relname FROM pg_class WHERE relnamespace::regnamespace::text NOT LIKE 'pg_%' ORDER BY 1"
    before = await deployment.fetch(query), await deployment.fetch(POSITIONS)
    report = await rebuild(deployment.settings, views()["consent"], dry_run=True)
    assert report.compared and not report.switched and not report.differences and report.digest
    assert (await deployment.fetch(query), await deployment.fetch(POSITIONS)) == before


async def test_a_view_of_a_new_version_takes_the_place_of_the_old_one(deployment: Deployment) -> None:
    """Positions are those of the new version, at the log's end; a projector of the old one stops in words, one of the new goes on."""
    scribe = await deployment.projected(37, "inbox")
    await deployment.produce(news(deployment, scribe.write(decisions=260, batches=0, letters=0)))
    newer = views()["inbox"]._replace(version=2)
    old = deployment.projector(views()["inbox"])
    old.options.batch_records = 1
    stop = asyncio.Event()
    async with deployment.running("consent"):
        running = asyncio.create_task(old.run(stop))
        await until(lambda: old.ownership.held, 15)
        report = await rebuild(deployment.settings, newer)
        assert report.switched and not report.compared and "version 1" in report.why_not
        await deployment.produce(news(deployment, scribe.write(decisions=300, batches=0, letters=0)))
        await until(lambda: old.halted, 15)
        assert "rebuild by another version" in old.halted
        stop.set()
        await running
        await old.writer.tenancy.engine.dispose()
    assert {row["version"] for row in await deployment.fetch(POSITIONS) if row["view"] == "inbox"} == {2}
    new = deployment.projector(newer)
    stop = asyncio.Event()
    running = asyncio.create_task(new.run(stop))
    await deployment.caught_up("inbox")
    stop.set()
    await running
    await new.writer.tenancy.engine.dispose()
    assert await deployment.rows("inbox") == deployment.expected("inbox")
    assert (await rebuild(deployment.settings, views()["inbox"])).switched
    assert {row["version"] for row in await deployment.fetch(POSITIONS) if row["view"] == "inbox"} == {1}
    assert await deployment.rows("inbox") == deployment.expected("inbox")


async def test_a_view_that_never_ran_is_made_with_its_tenants(deployment: Deployment) -> None:
    await deployment.produce(Scribe(38).write(decisions=150, batches=10, letters=10))
    await migrations.migrate(deployment.settings, "acme")
    with pytest.raises(UsageError, match="never ran"):
        await rebuild(deployment.settings, views()["communication_events"], "acme")
    await deployment.fetch("DROP SCHEMA tenant_acme CASCADE")
    dry = await rebuild(deployment.settings, views()["communication_events"], dry_run=True)
    assert await deployment.fetch("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'tenant%'") == []
    report = await rebuild(deployment.settings, views()["communication_events"])
    assert report.switched and not report.compared and "never ran" in report.why_not and report.digest == dry.digest
    await deployment.assert_fold("communication_events")
    async with deployment.running("communication_events") as (projector,):
        await until(lambda: not projector.reasons(), 20)
    await deployment.assert_fold("communication_events")


async def test_one_tenant_alone(deployment: Deployment) -> None:
    scribe = await deployment.projected(39, "inbox")
    for schema in ("tenant_acme", "tenant_b_2"):
        await deployment.fetch(f"UPDATE {schema}.inbox_messages SET text = 'forged'")
    oids = "SELECT 'tenant_b_2.inbox_messages'::regclass::oid"
    before = await deployment.fetch(POSITIONS), await deployment.fetch(oids)
    report = await rebuild(deployment.settings, views()["inbox"], "acme", accept=True)
    assert report.switched and {each.tenant for each in report.tables} == {"acme"}
    assert (await deployment.fetch(POSITIONS), await deployment.fetch(oids)) == before
    rows, due = await deployment.rows("inbox"), deployment.expected("inbox")
    assert rows["tenant_acme.inbox_messages"] == due["tenant_acme.inbox_messages"]
    assert rows["tenant_b_2.inbox_messages"] != due["tenant_b_2.inbox_messages"]
    async with deployment.running("inbox"):
        await deployment.produce(news(deployment, scribe.write(decisions=260, batches=0, letters=0)))
        await deployment.caught_up("inbox")
        assert (await rebuild(deployment.settings, views()["inbox"], "b-2", accept=True)).switched
    await deployment.assert_fold("inbox")
    for tenant, said in (("nobody", "there are: acme, b-2"), ("", "no tenant"), ("No Slug", "not a tenant slug")):
        with pytest.raises(UsageError, match=said):
            await rebuild(deployment.settings, views()["inbox"], tenant)
    with pytest.raises(UsageError, match="version 1"):
        await rebuild(deployment.settings, views()["inbox"]._replace(version=2), "acme")


async def test_what_cannot_be_shown_is_left_out_as_it_was_live_and_not_dead_lettered_again(
    deployment: Deployment,
) -> None:
    """Garbage, values that PostgreSQL refuses, and a value that only an index refuses."""
    scribe = Scribe(40)
    facts = scribe.write(decisions=100, batches=0, letters=0)
    await deployment.produce(facts)
    end = max(each.offset for each in facts.topics[DECISIONS.name] if each.partition == 0) + 1
    await deployment.append(DECISIONS.name, 0, [(b"acme:contact:x", b"\xff garbage")])
    long = "".join(chr(0x4E00 + n * 7 % 20000) for n in range(4000))
    for id_, provider_id in (("no uuid", "x"), ("00000000-0000-4000-8000-000000000001", long)):
        end += 1
        value = {
            "aggregate": "acme:contact:00000000-0000-4000-8000-000000000000",
            "version": 1,
            "base": end,
            "at": "2026-11-24T10:00:00.000Z",
            "source": {"topic": "t", "partition": 0, "offset": 0},
            "events": [{"id": id_, "type": "odd", "provider_id": provider_id}],
        }
        await deployment.append(DECISIONS.name, 0, [(b"acme:contact:y", msgspec.json.encode(value))])
    async with deployment.running("communication_events") as (projector,):
        await until(lambda: any(each.next_offset == end + 1 and tp.topic.endswith(DECISIONS.name) and tp.partition == 0
                                for tp, each in projector.ownership.held.items()), 30)  # fmt: skip
        letters = await _count(deployment, DEAD_LETTERS.name)
        await until(
            lambda: (
                sum(each.next_offset for tp, each in projector.ownership.held.items() if DEAD_LETTERS.name in tp.topic)
                == letters
            ),
            15,
        )
    report = await rebuild(deployment.settings, views()["communication_events"])
    assert report.switched and not report.differences and report.dead_letters == letters == 3
    assert await _count(deployment, DEAD_LETTERS.name) == letters


async def _count(deployment: Deployment, topic: str) -> int:
    tps = [TopicPartition(deployment.prefix + topic, n) for n in range(deployment.settings.kafka.partitions)]
    async with log.reader(client_options(deployment.settings.kafka)) as consumer:
        return sum((await consumer.end_offsets(tps)).values())


async def test_a_second_rebuild_of_a_view_is_refused(deployment: Deployment) -> None:
    await deployment.projected(41, "consent", "tenants")
    engine = postgres.engine(deployment.settings.postgres, pool_size=1)
    async with guard.guarding(engine, views()["consent"]):
        with pytest.raises(
            Unavailable, match=r"another rebuild of the view consent is at work \(PostgreSQL process \d+"
        ):
            await rebuild(deployment.settings, views()["consent"])
        assert (await rebuild(deployment.settings, views()["tenants"])).switched
    await engine.dispose()
    assert (await rebuild(deployment.settings, views()["consent"])).switched


async def test_a_reader_that_holds_a_table_delays_the_switch_and_nothing_else(deployment: Deployment) -> None:
    scribe = await deployment.projected(42, "inbox")
    connection = await asyncpg.connect(deployment.dsn)
    async with deployment.running("inbox"):
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetch("SELECT * FROM tenant_acme.inbox_messages LIMIT 1")
        job = asyncio.create_task(rebuild(deployment.settings, views()["inbox"]))
        blocked = (
            "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database() "
            "WHERE NOT granted AND mode = 'AccessExclusiveLock'"
        )
        for _ in range(2):
            await _until_rows(deployment, blocked, True)
            await _until_rows(deployment, blocked, False)
        await deployment.produce(news(deployment, scribe.write(decisions=230, batches=0, letters=0)))
        await deployment.caught_up("inbox", seconds=10 + 4 * PATIENCE)
        assert not job.done()
        await connection.fetch("SELECT * FROM tenant_acme.inbox_conversations LIMIT 1")
        await transaction.commit()
        assert (await job).switched
    await connection.close()
    await deployment.assert_fold("inbox")


async def _until_rows(deployment: Deployment, sql: str, some: bool) -> None:
    for _ in range(1500):
        if bool(await deployment.fetch(sql)) == some:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not {some}: {sql}")


async def test_readers_that_never_let_go_end_it_in_words(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "TRIES", 2)
    monkeypatch.setattr(rebuilding, "PAUSE", 0.1)
    await deployment.projected(43, "consent")
    connection = await asyncpg.connect(deployment.dsn)
    async with connection.transaction():
        await connection.fetch("SELECT * FROM tenant_acme.consent LIMIT 1")
        with pytest.raises(Unavailable, match="in use without a pause"):
            await rebuild(deployment.settings, views()["consent"])
    await connection.close()
    assert await deployment.fetch(SHADOWS) == []
    await deployment.assert_fold("consent")
