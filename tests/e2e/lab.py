"""A second installation that the user put together: servers of their own, processes started by hand, a tenant called acme.

It holds one of everything there is to look at: events of both channels, a dead letter, a parked aggregate.
"""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import asyncpg
from botocore.session import Session

from domain.channels.registry import providers
from tests.e2e.buggy import POISON
from tests.e2e.shell import Finished, Running, Shell
from tests.e2e.verbs import scripts
from tests.waiting import until_now
from trunkline import environment

ROOT = Path(__file__).parents[2]
GARBAGE = "<html>502 Bad Gateway</html>"
SEEDS_SMS = (
    *("build_sqs_message", "--channel", "sms", "--message-type", "message_received"),
    *("--from-number", "+1234567890", "--to-number", "+0987654321", "--body", "Hello, this is a test message"),
)
SEEDS_EMAIL = (
    *("build_sqs_message", "--channel", "email", "--message-type", "message_received", "--from-email"),
    *(
        "test@example.com",
        "--to-email",
        "user@example.com",
        "--subject",
        "Test Email",
        "--body",
        "This is a test email message",
    ),
)
"""As the seed documents have them."""


class Lab:
    """shell: where it is at home. bug: while this file exists, the stream worker has a bug."""

    def __init__(self, installation: Shell, folder: Path) -> None:
        self.servers = {
            name: value
            for name, value in servers(installation).items()
            if name in ("KAFKA_BROKERS", "DATABASE_URL") or name.startswith("AWS_")
        }
        self.bug = folder / "bug"
        own = {
            "DATABASE_URL": asyncio.run(new_database(self.servers["DATABASE_URL"], "lab")),
            "TRUNKLINE_KAFKA__TOPIC_PREFIX": "lab.",
            "TRUNKLINE_KAFKA__PARTITIONS": "2",
            "TRUNKLINE_SECRET_KEY": "a key of the lab alone",
            "TRUNKLINE_BRIDGE__WAIT_SECONDS": "1",
            "TRUNKLINE_BRIDGE__HTTP_PORT": "0",
            "TRUNKLINE_STREAMS__HTTP_PORT": "0",
            "TRUNKLINE_PROJECTIONS__HTTP_PORT": "0",
        }
        self.shell = Shell(folder, {**self.servers, **own})
        self.sqs = Session().create_client(
            "sqs",
            region_name=self.servers["AWS_REGION"],
            endpoint_url=self.servers["AWS_ENDPOINT_URL"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        self.queues = {channel: self.queue(f"lab-{channel}") for channel in ("sms", "email")}
        self.worker: Running
        self.projections: Running
        self.tenant_created: Finished

    def set_up(self) -> None:
        """Everything a new installation needs, then one of everything there is to see."""
        run = self.shell.run
        run("trunkline", "topics", "create")
        run("trunkline", "migrate")
        self.bug.touch()
        self.worker = self.start_worker()
        self.projections = self.start_projections()
        self.tenant_created = run("trunkline", "tenants", "create", "acme", "--name", "Acme Restaurants")
        for channel, url in self.queues.items():
            run("trunkline", "channels", "set", channel, "--queue-url", url)
        self.send("hello")
        self.send(POISON, contact="+14155550177")
        self.sqs.send_message(QueueUrl=self.queues["sms"], MessageBody=GARBAGE)
        self.receive()
        self.until_shown("message_received", "aggregate_parked", "sms_failed")

    def until_shown(self, *types: str) -> None:
        """Until the view of events has these types."""
        until_now(lambda: set(types) <= asyncio.run(self._types()), 60, f"the view has {types}")

    async def _types(self) -> set[str]:
        database = await asyncpg.connect(self.shell.variables["DATABASE_URL"])
        try:
            return {row[0] for row in await database.fetch("SELECT type FROM tenant_acme.communication_events")}
        except asyncpg.UndefinedTableError:
            return set()  # the projections make it when they meet the tenant
        finally:
            await database.close()

    def start_worker(self) -> Running:
        """The stream worker that can have a bug; ready."""
        env = {"PYTHONPATH": str(ROOT), "BUG": str(self.bug)}
        worker = self.shell.start("faust", "-A", "tests.e2e.buggy", "worker", env=env)
        worker.until_said("partitions are caught up")
        return worker

    def start_projections(self) -> Running:
        return self.shell.start("trunkline", "projections")

    def send(self, text: str, contact: str = "+1234567890") -> None:
        """Puts a text on the queue as the provider would."""
        fields = {"from_number": contact, "to_number": "+0987654321", "body": text}
        body = providers("sms")[0].build["message_received"](fields, secrets.token_hex(16))
        self.sqs.send_message(QueueUrl=self.queues["sms"], MessageBody=body)

    def receive(self) -> Finished:
        """The bridge, once around."""
        return self.shell.run("run_communication_processor", "--max-cycles", "1")

    def events(self, *asked: str) -> list[dict[str, Any]]:
        """What `trunkline events search` finds."""
        return self.rows("events", "search", *asked)

    def dead_letters(self) -> list[dict[str, Any]]:
        return self.rows("dead-letters", "list")

    def rows(self, *argv: str) -> list[dict[str, Any]]:
        """What a verb of trunkline, or a command of its own, prints as JSON."""
        command = argv if argv[0] in scripts() else ("trunkline", *argv)
        found: list[dict[str, Any]] = json.loads(self.shell.run(*command, "--json").out)
        return found

    def queue(self, name: str) -> str:
        """Creates a queue; gives its URL. What a dry run has received is there again soon."""
        return str(self.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "6"})["QueueUrl"])

    def waiting(self, channel: str) -> int:
        """Messages in the channel's queue, hidden ones too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.queues[channel], AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


async def new_database(dsn: str, name: str) -> str:
    """The address of a new database; it goes when its server's folder goes."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return f"{dsn.rpartition('/')[0]}/{name}"


def servers(installation: Shell) -> dict[str, str]:
    """What `trunkline up` left for shells (`. .trunkline/env`)."""
    text = environment.left_behind({"TRUNKLINE_DATA": str(installation.folder / ".trunkline")}).read_text()
    lines = (line.removeprefix("export ").partition("=") for line in text.splitlines())
    return {name: value.strip("'") for name, _, value in lines}
