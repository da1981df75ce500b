"""`trunkline doctor`: a healthy installation, and each thing that can be wrong, made to happen."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import database
from tests.e2e.lab import Lab
from tests.e2e.shell import NOTHING, Shell

Found = dict[str, list[dict[str, str]]]
NOWHERE = "http://127.0.0.1:1/000000000000/sms-events"


@pytest.fixture
def bare(lab: Lab, tmp_path: Path) -> Iterator[Shell]:
    """Servers of which nothing was made use yet."""
    with database(lab.servers["DATABASE_URL"], "bare") as address:
        own = {"DATABASE_URL": address, "TRUNKLINE_KAFKA__TOPIC_PREFIX": f"bare-{tmp_path.name}."}
        yield Shell(tmp_path, {**lab.servers, **own, "TRUNKLINE_KAFKA__PARTITIONS": "2"})


def test_an_installation_that_is_well(up: Shell) -> None:
    found = examined(up, code=0)
    assert {finding["state"] for each in found.values() for finding in each} <= {"well", "note"}
    assert set(found) >= {"topics", "tables", "tenants", "queue of sms", "queue of email", "lag"}
    assert "queue of sms" in up.run("trunkline", "doctor").out


def test_servers_that_do_not_answer(bare: Shell) -> None:
    found = examined(bare, {"KAFKA_BROKERS": "127.0.0.1:1", "DATABASE_URL": "postgresql://u@127.0.0.1:1/d"})
    assert set(found) == {"kafka", "postgres", "tenants", "queues", "lag", "views"}
    assert "127.0.0.1:1 does not answer" in found["kafka"][0]["sentence"]
    assert "PostgreSQL at 127.0.0.1 does not answer" in found["postgres"][0]["sentence"]


def test_a_password_that_is_wrong(bare: Shell) -> None:
    wrong = bare.variables["DATABASE_URL"].replace("@", "x@")
    finding = examined(bare, {"DATABASE_URL": wrong})["postgres"][0]
    assert "password" in finding["sentence"]
    assert wrong.split("@")[0].rsplit(":", 1)[1] not in finding["sentence"]


@pytest.mark.feature("F-154")
def test_nothing_is_set_up_then_half_of_it(bare: Shell) -> None:
    found = examined(bare)
    assert [finding["remedy"] for finding in found["topics"]] == ["create it with `trunkline topics create`"] * 6
    assert found["tables"][0]["remedy"] == "run `trunkline migrate`"

    bare.run("trunkline", "topics", "create")
    bare.run("trunkline", "migrate")
    found = examined(bare, {"TRUNKLINE_KAFKA__PARTITIONS": "3", "SMS_QUEUE_URL": missing(bare)})
    assert "has 2 partitions, not 3" in found["topics"][0]["sentence"]
    assert found["tables"][0]["state"] == "well"
    assert "trunkline tenants create" in found["tenants"][0]["remedy"]
    assert "existence: there is no queue" in found["queue of sms"][0]["sentence"]
    assert "create it, or correct the URL" in found["queue of sms"][0]["remedy"]
    assert found["streams"][0]["sentence"].startswith("nobody works on it, and 0 records wait")
    assert "trunkline projections" in found["view communication_events"][0]["remedy"]


@pytest.mark.feature("F-154")
def test_queues_that_cannot_be_used(bare: Shell) -> None:
    """URL, credentials, permissions and an endpoint that is not there, told apart."""
    bare.run("trunkline", "topics", "create")
    with refusing() as endpoint:
        urls = {"SMS_QUEUE_URL": f"{endpoint}/1/refused", "EMAIL_QUEUE_URL": f"{endpoint}/1/denied"}
        found = examined(bare, {**urls, "AWS_ENDPOINT_URL": endpoint})
    assert "credentials: refused" in found["queue of sms"][0]["sentence"]
    assert "those of the account" in found["queue of sms"][0]["remedy"]
    assert "permissions: " in found["queue of email"][0]["sentence"]
    assert "sqs:ReceiveMessage" in found["queue of email"][0]["remedy"]

    found = examined(bare, {"SMS_QUEUE_URL": NOWHERE, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    assert found["queue of sms"][0]["sentence"].startswith(NOWHERE)
    assert "can be reached" in found["queue of sms"][0]["remedy"]

    found = examined(bare, {"SMS_QUEUE_URL": "sms-events"})
    assert found["queue of sms"][0]["sentence"].startswith("URL: ")

    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    found = examined(bare, {"SMS_QUEUE_URL": NOWHERE, **nobody, "HOME": str(bare.folder)})
    assert found["queues"][0]["sentence"].startswith("credentials: ")


def test_what_the_messages_tell(lab: Lab) -> None:
    """A parked aggregate, dead letters, and the key of somebody else."""
    parked = lab.rows("parked", "list")[0]["aggregate"]
    found = examined(lab.shell, {"TRUNKLINE_SECRET_KEY": "not the key that it was"})
    assert "TRUNKLINE_SECRET_KEY" in found["tenants"][0]["remedy"]
    (problem,) = (finding for finding in found["tenant acme"] if finding["state"] == "problem")
    assert problem["sentence"] == f"1 aggregates are parked: {parked}"
    assert "trunkline parked release" in problem["remedy"]
    (note,) = (finding for finding in found["tenant acme"] if finding["state"] == "note")
    assert "unreadable" in note["sentence"]
    assert "trunkline dead-letters list --tenant acme" in note["remedy"]


def test_nobody_works_and_records_wait(lab: Lab) -> None:
    assert lab.projections.end() == 0
    lab.shell.run("trunkline", "channels", "disable", "email")
    lab.shell.run("trunkline", "channels", "enable", "email")
    try:
        found = examined(lab.shell)
    finally:
        lab.projections = lab.start_projections()
    waiting = {about: finding["sentence"] for about, (finding, *_) in found.items() if about.startswith("view ")}
    assert waiting["view channel_processors"] == "nobody works on it, and 2 records wait"


def examined(shell: Shell, env: Mapping[str, str] = NOTHING, code: int = 3) -> Found:
    """What the doctor finds, by what it is about. Every problem has a sentence and a remedy."""
    told = shell.run("trunkline", "doctor", "--json", code=code, env=env)
    found: Found = {}
    for finding in json.loads(told.out):
        assert finding["sentence"]
        assert finding["state"] != "problem" or finding["remedy"], finding
        found.setdefault(finding["about"], []).append(finding)
    assert code == 0 or "findings are problems" in told.err
    return found


def missing(shell: Shell) -> str:
    return f"{shell.variables['AWS_ENDPOINT_URL']}/000000000000/no-such-queue"


@contextmanager
def refusing() -> Iterator[str]:
    """A server that refuses as SQS does: unknown keys for one queue, denied calls for the other."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code = "InvalidClientTokenId" if b"refused" in body else "AccessDeniedException"
            answer = json.dumps({"__type": f"com.amazon.coral.service#{code}", "message": "no"}).encode()
            self.send_response(403)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
