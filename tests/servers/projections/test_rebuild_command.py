"""The command `trunkline rebuild` as a process: killed at every point, in bad circumstances, and what it prints."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from projections.rebuild.shadow import prefix_of
from runtime import failpoints
from runtime.topics import create
from schemas.topics import DEAD_LETTERS, DECISIONS, RECEIPTS
from tests.contract.views.scribe import Scribe
from tests.servers.projections.deployment import SHADOWS, TOPICS, Deployment
from tests.waiting import until

TRUNKLINE = Path(sys.executable).parent / "trunkline"


async def said(deployment: Deployment, folder: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command."""
    done = await asyncio.to_thread(
        subprocess.run,
        [str(TRUNKLINE), "rebuild", *arguments],
        env=deployment.environment(**env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


async def test_killed_anywhere_the_live_view_is_whole_and_the_next_rebuild_succeeds(
    deployment: Deployment, tmp_path: Path
) -> None:
    """kill -9 at each point, beside a projector at work. What is left behind is gone after the next rebuild."""
    await deployment.produce(Scribe(61).write(decisions=150, batches=0, letters=0))
    tables = "SELECT 'tenant_acme.inbox_messages'::regclass::oid AS oid"
    async with deployment.running("inbox") as (projector,):
        await deployment.caught_up("inbox")
        for point in failpoints.REBUILD:
            before = (await deployment.fetch(tables))[0]["oid"]
            code, _, _ = await said(deployment, tmp_path, "inbox", TRUNKLINE_FAILPOINT=f"{point}:kill")
            assert code == -signal.SIGKILL, point
            left = await deployment.fetch(SHADOWS)
            assert all(row["nspname"].startswith(prefix_of("inbox")) for row in left)
            assert bool(left) == (point != "R5"), point
            assert ((await deployment.fetch(tables))[0]["oid"] == before) == (point != "R5"), point
            await deployment.assert_fold("inbox")
        code, out, err = await said(deployment, tmp_path, "inbox")
        assert (code, err) == (0, "") and "switched" in out and "the live tables were the same" in out
        assert await deployment.fetch(SHADOWS) == []
        assert projector.reasons() == []
    await deployment.assert_fold("inbox")


async def test_an_exception_in_the_middle_leaves_nothing(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(62, "inbox")
    process = await asyncio.create_subprocess_exec(
        str(TRUNKLINE), "rebuild", "inbox", env=deployment.environment(TRUNKLINE_FAILPOINT="R4:exception"),
        cwd=tmp_path, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await process.communicate()
    assert process.returncode == 1 and b"FailpointReached" in err
    assert await deployment.fetch(SHADOWS) == []
    await deployment.assert_fold("inbox")


async def test_interrupted_it_leaves_nothing(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(63, "inbox")
    process = await asyncio.create_subprocess_exec(
        str(TRUNKLINE), "rebuild", "inbox", env=deployment.environment(TRUNKLINE_FAILPOINT="R3:stop"), cwd=tmp_path
    )
    await until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, 30)
    assert await deployment.fetch(SHADOWS)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    assert await process.wait() == 130
    assert await deployment.fetch(SHADOWS) == []
    await deployment.assert_fold("inbox")


async def test_connections_lost_in_the_middle_are_told_in_words(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(71, "inbox")
    process = await asyncio.create_subprocess_exec(
        str(TRUNKLINE), "rebuild", "inbox", env=deployment.environment(TRUNKLINE_FAILPOINT="R3:stop"), cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, 30)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    await deployment.fetch(f"SELECT pg_terminate_backend(pid) {others}")
    process.send_signal(signal.SIGCONT)
    _, err = await process.communicate()
    assert process.returncode == 1 and b"PostgreSQL at" in err and b"Traceback" not in err, err
    await deployment.assert_fold("inbox")
    code, out, _ = await said(deployment, tmp_path, "inbox")
    assert code == 0 and "switched" in out and await deployment.fetch(SHADOWS) == []


async def test_what_it_prints(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(64, "consent")
    code, out, _ = await said(deployment, tmp_path, "consent", "--dry-run", "--json")
    found: dict[str, Any] = json.loads(out)
    assert code == 0 and found["compared"] and not found["switched"] and found["differences"] == []
    assert {each["table"] for each in found["tables"]} == {"consent", "consent_states"}
    code, out, _ = await said(deployment, tmp_path, "consent_states")
    assert code == 0 and f"digest {found['digest']}" in out and "switched" in out
    await deployment.fetch("UPDATE tenant_acme.consent SET state = 'forged'")
    for arguments in ((), ("--dry-run",)):
        code, out, err = await said(deployment, tmp_path, "consent", *arguments)
        assert code == 3 and "--accept-differences" in err and "nothing was changed" in err and "acme" in out
    code, out, _ = await said(deployment, tmp_path, "consent", "--json")
    assert code == 3 and json.loads(out)["differences"][0]["table"] == "consent"
    code, out, err = await said(deployment, tmp_path, "consent", "--accept-differences")
    assert code == 0 and "switched" in out
    await deployment.assert_fold("consent")
    code, _, err = await said(deployment, tmp_path, "tenants", "--dry-run")
    assert code == 3 and "never ran" in err


async def test_bad_circumstances_are_told_in_words(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(65, "consent")
    role = f"guest_{deployment.prefix[:-1]}"
    await deployment.fetch(f"CREATE ROLE {role} LOGIN PASSWORD 'guest'")
    await deployment.fetch(f"GRANT USAGE ON SCHEMA trunkline, tenant_acme, tenant_b_2 TO {role}")
    for schema in ("trunkline", "tenant_acme", "tenant_b_2"):
        await deployment.fetch(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}")
    address = deployment.dsn.rpartition("@")[2]
    try:
        results = await asyncio.gather(
            said(deployment, tmp_path, "nonsense"),
            said(deployment, tmp_path, "consent", "--tenant", "nobody"),
            said(deployment, tmp_path, "consent", DATABASE_URL="postgresql://x:y@127.0.0.1:9/none"),
            said(deployment, tmp_path, "consent", DATABASE_URL=f"postgresql://{role}:wrong@{address}"),
            said(deployment, tmp_path, "consent", KAFKA_BROKERS="127.0.0.1:9"),
            said(deployment, tmp_path, "consent", TRUNKLINE_KAFKA__TOPIC_PREFIX="nowhere."),
        )
        # Alone: of two that come as far as the lock one would be refused for that.
        guest = await said(deployment, tmp_path, "consent", DATABASE_URL=f"postgresql://{role}:guest@{address}")
    finally:
        await deployment.fetch(f"DROP OWNED BY {role}")
        await deployment.fetch(f"DROP ROLE {role}")
    expected = (
        (2, "no view or table is called 'nonsense'"),
        (2, "no tenant 'nobody' in this database; there are: acme, b-2"),
        (1, "PostgreSQL at 127.0.0.1 does not answer"),
        (78, "PostgreSQL at 127.0.0.1 refuses"),
        (1, "Kafka at 127.0.0.1:9 does not answer"),
        (78, "topic nowhere.comms"),
        (78, f"belongs to {deployment.dsn.partition('://')[2].partition(':')[0]}, not to {role}"),
    )
    for (code, _, err), (due, text) in zip([*results, guest], expected, strict=True):
        assert code == due and text in err, (code, err)
    assert await deployment.fetch(SHADOWS) == []
    await deployment.fetch("DROP SCHEMA trunkline CASCADE")
    code, _, err = await said(deployment, tmp_path, "consent")
    assert code == 78 and "trunkline migrate" in err


async def admin(deployment: Deployment) -> AIOKafkaAdminClient:
    client = AIOKafkaAdminClient(bootstrap_servers=deployment.settings.kafka.brokers)
    await client.start()
    return client


async def test_rows_that_retention_has_outlived_are_not_taken_away_unasked(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Receipts are deleted some day; the view still shows what they told."""
    await deployment.projected(66, "sqs_messages")
    before = await deployment.rows("sqs_messages")
    client = await admin(deployment)
    cut = {TopicPartition(deployment.prefix + RECEIPTS.name, n): RecordsToDelete(before_offset=4) for n in range(3)}
    await client.delete_records(cut)
    await client.close()
    code, out, err = await said(deployment, tmp_path, "sqs_messages")
    assert code == 3 and "begins at offset 4" in out and "surplus" in out and "not what the log says" in err
    assert await deployment.rows("sqs_messages") == before
    await deployment.fetch("UPDATE trunkline.positions SET version = 7")
    code, _, err = await said(deployment, tmp_path, "sqs_messages")
    assert code == 3 and "begins at offset 4" in err and "--accept-differences" in err
    code, out, _ = await said(deployment, tmp_path, "sqs_messages", "--accept-differences")
    assert code == 0 and "switched" in out and await deployment.rows("sqs_messages") != before


async def test_a_log_of_decisions_without_its_beginning_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(67, "consent")
    client = await admin(deployment)
    await client.delete_records(
        {TopicPartition(deployment.prefix + DECISIONS.name, 0): RecordsToDelete(before_offset=2)}
    )
    await client.close()
    code, _, err = await said(deployment, tmp_path, "consent", "--accept-differences")
    assert code == 78 and "must never delete" in err


async def test_a_recreated_topic_is_rebuilt_from_when_that_is_meant(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(68, "dead_letters")
    before = await deployment.rows("dead_letters")
    client = await admin(deployment)
    await client.delete_topics([deployment.prefix + DEAD_LETTERS.name])
    for _ in range(500):
        if deployment.prefix + DEAD_LETTERS.name not in await client.list_topics():
            break
        await asyncio.sleep(0.02)
    await client.close()
    await create(deployment.settings.kafka, TOPICS)
    code, _, err = await said(deployment, tmp_path, "dead_letters")
    assert code == 3 and "recreated" in err and "--accept-differences" in err
    assert await deployment.rows("dead_letters") == before
    code, out, _ = await said(deployment, tmp_path, "dead_letters", "--accept-differences")
    assert code == 0 and "switched" in out and await deployment.rows("dead_letters") == {}


@pytest.mark.parametrize("arguments", [("--json",), ()])
async def test_no_bar_where_nobody_watches(deployment: Deployment, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    await deployment.projected(69, "tenants")
    code, _, err = await said(deployment, tmp_path, "tenants", *arguments)
    assert (code, err) == (0, "")


async def test_a_bar_on_a_terminal(deployment: Deployment, tmp_path: Path) -> None:
    await deployment.projected(70, "tenants")
    ours, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(
        str(TRUNKLINE), "rebuild", "tenants", env=deployment.environment(TERM="xterm", COLUMNS="120"), cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE, stderr=terminal,
    )  # fmt: skip
    out, _ = await process.communicate()
    os.close(terminal)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 0 and b"switched" in out
    for step in ("reading the log", "building indexes", "comparing", "switching"):
        assert f"tenants: {step}" in shown
