"""`--json` on every command that has it can be read by a program; `--dry-run` on every command that has it changes nothing."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.e2e.buggy import POISON
from tests.e2e.lab import SEEDS_SMS, Lab
from tests.e2e.shell import NOTHING, Finished
from tests.e2e.verbs import carried_out


class Call(NamedTuple):
    """How a command is called in the lab: arguments with names in braces to be filled in, exit code, variables."""

    argv: Sequence[str] = ()
    code: int = 0
    env: Mapping[str, str] = NOTHING


Calls = Mapping[tuple[str, ...], Call]
ELSEWHERE: set[tuple[str, ...]] = {
    ("demo",), ("events", "tail"), ("gmail", "fetch"), ("up",), ("down",), ("run-communication-processor",),
}  # fmt: skip
"""Called by tests of their own: test_demo, test_seeds_commands, test_up_and_down, and unit tests of mailboxes."""
BUILD = (*SEEDS_SMS[1:], "--queue-url", "{scratch}")
JSON: Calls = {
    ("build-sqs-message",): Call(BUILD),
    ("channels", "test"): Call(("line", "--provider", "bot")),
    ("channels", "list"): Call(),
    ("channels", "set"): Call(("sms", "--queue-url", "{sms}")),
    ("channels", "disable"): Call(("email",)),
    ("channels", "enable"): Call(("email",)),
    ("channels", "delete"): Call(("email",)),
    ("setup-channel-processors",): Call(("--channel", "email", "--queue-url", "{email}")),
    ("dead-letters", "list"): Call(),
    ("dead-letters", "show"): Call(("{letter}",)),
    ("dead-letters", "redrive"): Call(("{letter}",)),
    ("doctor",): Call(code=3),
    ("events", "search"): Call(),
    ("makemigrations",): Call(),
    ("migrate",): Call(),
    ("parked", "list"): Call(),
    ("parked", "show"): Call(("{parked}",)),
    ("parked", "release"): Call(("{parked}",)),
    ("queues", "show"): Call(),
    ("queues", "peek"): Call(("sms",)),
    ("rebuild",): Call(("consent",)),
    ("replay",): Call(),
    ("settings",): Call(),
    ("status",): Call(code=3),
    ("streams",): Call(("--resume",)),
    ("tenants", "list"): Call(),
    ("tenants", "create"): Call(("acme",)),
    ("topics", "list"): Call(),
    ("topics", "create"): Call(),
    ("topics", "diff"): Call(),
}
DRY_RUN: Calls = {
    ("build-sqs-message",): Call(BUILD),
    ("channels", "set"): Call(("sms", "--queue-url", "{scratch}"), 3),
    ("channels", "new"): Call(("pager",), 3),
    ("channels", "enable"): Call(("sms",), 3),
    ("channels", "disable"): Call(("sms",), 3),
    ("channels", "delete"): Call(("sms",), 3),
    ("setup-channel-processors",): Call(("--delete", "sms"), 3),
    ("dead-letters", "redrive"): Call(("{letter}",), 3),
    ("makemigrations",): Call(),
    ("migrate",): Call(("--tenant", "newcomer"), 3),
    ("parked", "release"): Call(("{parked}",), 3),
    ("rebuild",): Call(("consent",)),
    ("streams",): Call(("--resume",), 3, {"TRUNKLINE_STREAMS__GROUP": "another"}),
    ("tenants", "create"): Call(("newcomer",), 3),
    ("topics", "create"): Call((), 3, {"TRUNKLINE_KAFKA__TOPIC_PREFIX": "lab.dry."}),
}


@pytest.fixture
def filled(lab: Lab) -> dict[str, str]:
    """What the names in braces stand for."""
    if not lab.rows("parked", "list"):
        lab.send(POISON)
        lab.receive()
    return {
        "letter": lab.dead_letters()[0]["id"],
        "parked": lab.rows("parked", "list")[0]["aggregate"],
        "scratch": lab.queue("lab-scratch"),
        **lab.queues,
    }


def test_what_prints_a_table_prints_json(lab: Lab, filled: dict[str, str]) -> None:
    for call, told in called(lab, JSON, "--json", filled):
        assert told.code == call.code, (call, told)
        assert isinstance(json.loads(told.out), dict | list), call
    lab.receive()  # takes away what redrive has put on the queue


def test_a_dry_run_changes_nothing(lab: Lab, filled: dict[str, str]) -> None:
    before = asyncio.run(snapshot(lab))
    for call, told in called(lab, DRY_RUN, "--dry-run", filled):
        assert told.code == call.code, (call, told)
        assert call.code == 0 or "would" in told.err, call
    assert asyncio.run(snapshot(lab)) == before


def called(lab: Lab, calls: Calls, option: str, filled: Mapping[str, str]) -> list[tuple[Call, Finished]]:
    """What becomes of each call of `calls` whose command is there. Every command that takes `option` must be among them."""
    there = set(carried_out(option)) - ELSEWHERE
    assert there <= set(calls), "a new command: say how it is called"
    chosen = [(path, call) for path, call in calls.items() if path in there]
    lines = [
        [*path, *(each.format(**filled) if each.startswith("{") else each for each in call.argv), option]
        for path, call in chosen
    ]
    alike = [line for line, (_, call) in zip(lines, chosen, strict=True) if not call.env]
    told = iter(lab.shell.run_many(alike))
    return [
        (call, lab.shell.finish(["trunkline", *line], env=call.env) if call.env else next(told))
        for line, (_, call) in zip(lines, chosen, strict=True)
    ]


async def snapshot(lab: Lab) -> dict[str, Any]:
    """Everything that a command could have changed: the log's ends, offsets of groups, tables and their rows, messages on queues."""
    brokers = lab.shell.variables["KAFKA_BROKERS"]
    admin, consumer = AIOKafkaAdminClient(bootstrap_servers=brokers), AIOKafkaConsumer(bootstrap_servers=brokers)
    await admin.start()
    await consumer.start()
    names = [name for name in await admin.list_topics() if name.startswith("lab.")]
    described = await admin.describe_topics(names)
    ends = await consumer.end_offsets(
        [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]
    )
    offsets = await admin.list_consumer_group_offsets("lab.another")
    await consumer.stop()
    await admin.close()
    database = await asyncpg.connect(lab.shell.variables["DATABASE_URL"])
    tables = await database.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information)'"
    )
    rows = {f'"{s}"."{t}"': await database.fetchval(f'SELECT count(*) FROM "{s}"."{t}"') for s, t in tables}
    await database.close()
    waiting = {channel: lab.waiting(channel) for channel in lab.queues}
    return {
        "ends": ends,
        "offsets": offsets,
        "rows": rows,
        "waiting": waiting,
        "folder": sorted(lab.shell.folder.rglob("*.json")),
    }
