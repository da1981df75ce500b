"""The seeds' verbs as processes: flags, log lines, SIGTERM, exit codes."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from typing import Any

import pytest

from domain.channels.registry import providers
from tests.servers.bridge.conftest import INVALID, World, sms, until


async def trunkline(*arguments: str, **environment: str) -> Process:
    """A process of the command line with this test's environment."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "trunkline", *arguments, stdout=PIPE, stderr=PIPE, env={**os.environ, **environment}
    )


async def ended(process: Process) -> tuple[int, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("TRUNKLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRUNKLINE_LOG_FORMAT", "json")
    monkeypatch.setenv("TRUNKLINE_TENANT", "acme")


@pytest.mark.feature("F-032")
async def test_sigterm_drains_and_exits_zero(world: World) -> None:
    """F-032: what is in flight is finished; nothing is left hidden in the queue."""
    url = await world.queue()
    await world.create_tenant()
    process = await trunkline("run_communication_processor", SMS_QUEUE_URL=url)
    await world.send(url, *(sms(str(n)) for n in range(40)))
    await until(world.events, 30)
    process.send_signal(signal.SIGTERM)
    code, _, err = await ended(process)
    assert code == 0, err
    waiting, in_flight = await world.depth(url)
    assert in_flight == 0
    done = {event.content.text for event in await world.events()}
    assert len(done) + waiting == 40


@pytest.mark.feature("F-126", "F-127", "F-128", "F-129", "F-130", "F-183", "F-184", "F-185")
async def test_the_seeds_lines_are_found_by_grep(world: World) -> None:
    """F-126 to F-130 and F-183 to F-185, from the process itself; --max-cycles ends it with 0."""
    url = await world.queue()
    await world.create_tenant()
    wrong = sms("wrong number").replace("From=%2B14155550100", "From=%2B1")
    await world.send(url, sms(sid="SM" + "1" * 32), INVALID, wrong)
    code, _, err = await ended(
        await trunkline("run_communication_processor", "--channel", "sms", "--max-cycles", "1", SMS_QUEUE_URL=url)
    )
    assert code == 0, err
    lines = {(line["level"], line["event"]) for line in map(json.loads, err.splitlines())}
    assert ("info", "Received 3 messages from sms queue") in lines
    assert ("info", f"Successfully processed sms event: SM{'1' * 32}") in lines
    assert ("warning", "SMS event missing required field: MessageSid") in lines
    assert ("error", "Error processing sms message: Invalid phone number format") in lines
    assert ("info", "Processed: 1, Failed: 2, Deleted: 3") in lines
    (letter,) = [letter for letter in await world.dead_letters() if letter.reason == "invalid_phone"]
    assert letter.error == "Error processing sms message: Invalid phone number format"


async def test_dry_run_shows_and_ends(world: World) -> None:
    url = await world.queue()
    await world.create_tenant()
    await world.send(url, sms(sid="SM" + "2" * 32))
    code, out, err = await ended(await trunkline("run_communication_processor", "--dry-run", SMS_QUEUE_URL=url))
    assert code == 0, err
    assert "would append message_received" in out
    assert not await world.receipts()


@pytest.mark.feature("F-173", "F-174")
async def test_the_worker_takes_its_queue_from_the_command_line(world: World) -> None:
    """F-173, F-174: only SMS, from the queue that was named; the environment's queues are left alone."""
    url, other = await world.queue(), await world.queue("other")
    await world.create_tenant()
    await world.send(url, sms("mine"))
    await world.send(other, sms("other"))
    process = await trunkline(
        "run_communication_worker", "--worker-type", "sms", "--sms-queue-url", url, SMS_QUEUE_URL=other
    )
    await until(lambda: world.is_empty(url), 30)
    process.send_signal(signal.SIGTERM)
    code, _, err = await ended(process)
    assert code == 0, err
    assert {event.content.text for event in await world.events()} == {"mine"}
    assert await world.depth(other) == (1, 0)


@pytest.mark.feature("F-168", "F-169", "F-172")
async def test_the_worker_takes_its_queues_and_its_type_from_the_environment(world: World) -> None:
    """WORKER_TYPE chooses among SMS_QUEUE_URL and EMAIL_QUEUE_URL; without it, or with `all`, it is both. A stored URL wins."""
    url, mail, stored = await world.queue(), await world.queue("email"), await world.queue("stored")
    await world.create_tenant()
    queues = {"SMS_QUEUE_URL": url, "EMAIL_QUEUE_URL": mail}
    fields = {"from_email": "a@example.com", "to_email": "b@example.com", "subject": "s", "body": "b"}
    build = providers("email")[0].build["message_received"]
    for number, type_ in enumerate(("email", "all", "")):
        await world.send(url, sms())
        await world.send(mail, build(fields, f"{number:032x}"))
        process = await trunkline("run_communication_worker", **queues, WORKER_TYPE=type_)
        await until(lambda: world.is_empty(mail), 30)
        if type_ != "email":
            await until(lambda: world.is_empty(url), 30)
        process.send_signal(signal.SIGTERM)
        code, _, err = await ended(process)
        assert code == 0, err
        assert await world.depth(url) == ((1, 0) if type_ == "email" else (0, 0))
    await world.set_(world.channel(stored))
    await world.send(stored, sms("stored"))
    await world.send(url, sms("environment"))
    process = await trunkline("run_communication_worker", **queues)
    await until(lambda: world.is_empty(stored), 30)
    process.send_signal(signal.SIGTERM)
    await ended(process)
    assert await world.depth(url) == (1, 0)
    assert Counter(event.channel for event in await world.events()) == {"sms": 4, "email": 3}


@pytest.mark.feature("F-168")
@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["run_communication_worker", "--worker-type", "fax"], {}, 2, "no worker type"),
        (["run_communication_worker"], {"WORKER_TYPE": "fax"}, 78, "WORKER_TYPE='fax' is no worker type"),
        (["run_communication_processor", "--channel", "fax"], {}, 2, "there is no channel 'fax'"),
        (["run_communication_processor", "--batch-size", "0"], {}, 2, "--batch-size 0: must be at least 1"),
        (["run_communication_processor", "--max-cycles", "1"], {}, 78, "SMS_QUEUE_URL"),
        (["build_sqs_message", "--channel", "sms"], {}, 2, "--from-number"),
        (["build_sqs_message", "--channel", "sms", "--message-type", "nonsense"], {}, 2, "message_received"),
    ],
)
async def test_mistakes_are_told_in_words(
    world: World, arguments: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    found, _, err = await ended(await trunkline(*arguments, **environment))
    assert found == code, err
    assert said in err
    assert "Traceback" not in err


@pytest.mark.feature("F-175", "F-176", "F-349")
async def test_build_show_and_peek(world: World) -> None:
    """F-175, F-176, F-349: the seeds' own examples go on the queue, are seen there without being taken, and are processed."""
    url, mail = await world.queue(), await world.queue("email")
    await world.create_tenant()
    queues = {"SMS_QUEUE_URL": url, "EMAIL_QUEUE_URL": mail}
    built = await asyncio.gather(
        *(
            trunkline("build_sqs_message", "--channel", channel, "--message-type", "message_received", *flags, **queues)
            for channel, flags in (
                (
                    "sms",
                    [
                        "--from-number",
                        "+1234567890",
                        "--to-number",
                        "+0987654321",
                        "--body",
                        "Hello, this is a test message",
                    ],
                ),
                (
                    "email",
                    [
                        "--from-email",
                        "test@example.com",
                        "--to-email",
                        "user@example.com",
                        "--subject",
                        "Test Email",
                        "--body",
                        "x",
                    ],
                ),
            )
        )
    )
    for process in built:
        code, _, err = await ended(process)
        assert code == 0, err
    code, out, err = await ended(await trunkline("queues", "show", "--json", **queues))
    assert code == 0, err
    assert {row["channel"]: row["waiting"] for row in json.loads(out)} == {"sms": 1, "email": 1}
    for _ in range(2):
        code, out, err = await ended(await trunkline("queues", "peek", "sms", "--json", **queues))
        assert code == 0, err
        (row,) = json.loads(out)
        assert "Hello" in row["body"]
    code, _, err = await ended(await trunkline("run_communication_processor", "--max-cycles", "1", **queues))
    assert code == 0, err
    events = {event.channel: event for event in await world.events()}
    assert events["sms"].person.address == "tel:+1234567890"
    assert events["sms"].ours == "tel:+0987654321"
    assert events["email"].person.address == "mailto:test@example.com"
