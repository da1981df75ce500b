"""The commands of the seed documents, as they are written there, and what an operator asks afterwards."""

import json
import signal

import psutil
import pytest

from tests.e2e.lab import GARBAGE, SEEDS_EMAIL, SEEDS_SMS, Lab
from tests.waiting import until_now


@pytest.mark.feature("F-022", "F-023", "F-024", "F-025", "F-026")
def test_channels_are_set_up_listed_disabled_enabled_and_deleted(lab: Lab) -> None:
    """F-022 to F-026, and what the bridge makes of it."""
    run, url = lab.shell.run, lab.queues["sms"]

    def listed() -> dict[str, bool]:
        return {row["channel"]: row["active"] for row in lab.rows("setup_channel_processors", "--list")}

    assert url in run("setup_channel_processors", "--list").out
    run("setup_channel_processors", "--disable", "email")
    assert listed() == {"sms": True, "email": False}
    run(*SEEDS_EMAIL, "--queue-url", lab.queues["email"])
    run("run_communication_processor", "--max-cycles", "1")
    assert lab.waiting("email") == 1
    run("setup_channel_processors", "--enable", "email")
    run("run_communication_processor", "--max-cycles", "1")
    assert lab.waiting("email") == 0
    run("setup_channel_processors", "--delete", "sms")
    assert listed() == {"email": True}
    assert run("setup_channel_processors", "--delete", "sms", code=1).err.strip()
    assert run("setup_channel_processors", "--channel", "sms", "--queue-url", url).out
    assert "is so already" in run("setup_channel_processors", "--channel", "sms", "--queue-url", url).out
    assert listed() == {"sms": True, "email": True}


@pytest.mark.feature(
    "F-032",
    "F-033",
    "F-034",
    "F-035",
    "F-036",
    "F-037",
    "F-126",
    "F-127",
    "F-128",
    "F-129",
    "F-130",
    "F-175",
    "F-176",
    "F-183",
    "F-184",
    "F-185",
)
def test_messages_are_built_seen_and_processed(lab: Lab) -> None:
    """F-032 to F-037, F-126 to F-130, F-175, F-176, F-183 to F-185 with the flags of the documents."""
    run = lab.shell.run
    assert "put one sms message_received message on" in run(*SEEDS_SMS).out
    assert "put one email message_received message on" in run(*SEEDS_EMAIL).out
    lab.sqs.send_message(QueueUrl=lab.queues["sms"], MessageBody=GARBAGE)
    assert {row["channel"]: row["waiting"] for row in lab.rows("queues", "show")} == {"sms": 2, "email": 1}
    assert "Hello%2C+this+is+a+test+message" in run("trunkline", "queues", "peek", "sms").out

    dry = run("run_communication_processor", "--dry-run")
    assert "would append message_received" in dry.out
    # what a dry run has received is hidden until its visibility lapses
    until_now(lambda: lab.rows("queues", "show")[-1]["waiting"] == 2, 45, "the queue shows its messages again")

    told = run("run_communication_processor", "--channel", "sms", "--max-cycles", "1").err
    assert "Received 2 messages from sms queue" in told
    assert "Successfully processed sms event: SM" in told
    assert "Processed: 1, Failed: 1, Deleted: 2" in told
    assert (lab.waiting("sms"), lab.waiting("email")) == (0, 1)
    flags = ("--batch-size", "10", "--interval", "30", "--max-cycles", "100")
    running = lab.shell.start("run_communication_processor", *flags)
    until_now(lambda: lab.waiting("email") == 0, 30, "the mail is processed")
    assert running.end(signal.SIGINT) == 0, running.log
    worker = ("run_communication_worker", "--worker-type", "sms", "--sms-queue-url", lab.queues["sms"])
    running = lab.shell.start(*worker)
    running.until_said('"receiving"')
    assert running.end() == 0, running.log
    assert '"email"' not in running.log


def test_events_are_found_and_watched(lab: Lab) -> None:
    tail = lab.shell.start("trunkline", "events", "tail", "--limit", "1", "--json")

    def seen() -> bool:
        """It tells no one when it has reached the end of the log, so messages are sent until it has seen one."""
        lab.send("watched")
        lab.receive()
        return tail.process.poll() is not None

    until_now(seen, 60, "an event is printed")
    assert tail.process.returncode == 0
    event = json.loads(tail.log.splitlines()[0])
    assert event["aggregate"].startswith("acme:contact:")

    (first, *_) = found = lab.events("--address", "+1 (234) 567-890", "--type", "message_received")
    assert {row["text"] for row in found} >= {"hello", "watched"}
    assert lab.events("--provider-id", first["provider_id"])[0]["event_id"] == first["event_id"]
    assert lab.events("--address", "nobody@example.com") == []
    assert "no such event" in lab.shell.run("trunkline", "events", "search", "--address", "nobody@example.com").out


def test_watching_ends_quietly_with_ctrl_c_and_with_its_reader(lab: Lab) -> None:
    tail = lab.shell.start("trunkline", "events", "tail")
    until_now(lambda: _connected(tail.process.pid), 30, "it reads the log")
    assert tail.end(signal.SIGINT, 10) == 0
    assert tail.log == ""

    line = f"{lab.shell.which('trunkline')} events tail | head -n 1; echo ${{PIPESTATUS[0]}}"
    piped = lab.shell.start("bash", "-c", line)

    def ended() -> bool:
        lab.send("watched")
        lab.receive()
        return piped.process.poll() is not None

    until_now(ended, 60, "it has noticed that nobody reads on")
    shown, code = piped.log.splitlines()
    assert "acme:contact:" in shown
    assert code == "0"


def test_dead_letters_are_listed_shown_and_sent_back(lab: Lab) -> None:
    """What is still garbage becomes a further dead letter, and no event."""
    run = lab.shell.run
    letter = next(row for row in lab.dead_letters() if row["stage"] == "peel")
    assert letter["id"] in run("trunkline", "dead-letters", "list", "--stage", "peel").out
    shown = run("trunkline", "dead-letters", "show", letter["id"]).out
    assert GARBAGE in shown
    assert "unreadable" in shown
    before, received = len(lab.dead_letters()), len(lab.events("--type", "message_received"))
    assert lab.queues["sms"] in run("trunkline", "dead-letters", "redrive", letter["id"]).out
    assert GARBAGE in run("trunkline", "queues", "peek", "sms").out
    assert "Failed: 1" in lab.receive().err
    until_now(lambda: len(lab.dead_letters()) == before + 1, 30, "it is a dead letter again")
    assert len(lab.events("--type", "message_received")) == received
    assert "is no dead letter" in run("trunkline", "dead-letters", "show", "none", code=2).err


@pytest.mark.feature("F-021")
def test_what_sets_up_can_be_said_again(lab: Lab) -> None:
    """One-shot services of compose are started again until they succeed."""
    run = lab.shell.run
    assert lab.tenant_created.out == "created the tenant acme\n"
    assert run("trunkline", "tenants", "create", "acme").out == "the tenant acme is there\n"
    assert run("trunkline", "topics", "create").out == "all topics are there\n"
    assert run("trunkline", "topics", "diff").out == "the broker has every topic as declared\n"
    assert run("trunkline", "migrate").out == "nothing to do, 2 schemas current\n"
    assert run("trunkline", "makemigrations").out == "No changes detected\n"
    assert "cannot be a tenant" in run("trunkline", "tenants", "create", "No Slug", code=2).err


def test_settings_say_where_they_come_from_and_hide_secrets(lab: Lab) -> None:
    rows = {row["name"]: row for row in lab.rows("settings")}
    assert rows["kafka.topic_prefix"] | {"description": ""} == {
        "name": "kafka.topic_prefix",
        "value": "lab.",
        "source": "TRUNKLINE_KAFKA__TOPIC_PREFIX (environment)",
        "description": "",
    }
    told = lab.shell.run("trunkline", "settings").out
    assert lab.shell.variables["TRUNKLINE_SECRET_KEY"] not in told
    assert lab.shell.variables["DATABASE_URL"].split("@")[0].rsplit(":", 1)[1] not in told


def _connected(pid: int) -> bool:
    return any(each.status == psutil.CONN_ESTABLISHED for each in psutil.Process(pid).net_connections("tcp"))
