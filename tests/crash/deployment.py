"""A whole deployment of its own on shared servers: prefix, database, queues, tenant, and its processes as a user starts them."""

import asyncio
import http.client
import json
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from runtime import topics
from runtime.secrets import wrap
from runtime.settings import Kafka as KafkaSettings
from tests.crash.facts import (
    COMMANDS,
    INBOUND,
    SOURCES,
    Facts,
    read_commits,
    read_ends,
    read_positions,
    read_rows,
    read_topics,
)
from tests.crash.fold import KEYS
from tests.crash.kept import Kept
from tests.crash.ledger import TENANT
from tests.crash.queues import Queues, Refused
from tests.crash.servers import Servers
from trunkline.platform.ports import free_port

PROGRAMS = Path(sys.executable).parent
SEEDED = Path(__file__).parent / "seeded"
VISIBILITY = 5
"""Seconds after which a queue brings back what a killed bridge had in hand."""
SESSION = 2
"""Seconds after which the partitions of a killed worker or projection move."""
DOWN = (
    OSError,
    KafkaError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    http.client.HTTPException,
    Refused,
    TimeoutError,
)
"""What asking a server may raise while it is being killed."""


AUDIT = """
CREATE TABLE public.position_audit (
 id bigserial PRIMARY KEY, view text, version int, topic text, partition int, old_offset bigint, new_offset bigint);
CREATE FUNCTION public.note_position() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 INSERT INTO public.position_audit (view, version, topic, partition, old_offset, new_offset)
 VALUES (NEW.view, NEW.version, NEW.topic, NEW.partition, OLD.next_offset, NEW.next_offset);
 RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER UPDATE ON trunkline.positions
 FOR EACH ROW WHEN (OLD.next_offset <> NEW.next_offset) EXECUTE FUNCTION public.note_position();
"""
"""The trail that the judge reads: each move of a position must begin where the one before ended."""


class Deployment:
    """name: of the deployment, part of the names of its topics, queues and database. bug: a seeded bug that its processes carry.
    channels: each with its configuration; every one gets a queue. extra: further environment of its processes."""

    def __init__(self, servers: Servers, name: str, folder: Path, bug: str | None = None) -> None:
        self.servers, self.name, self.folder = servers, name, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.prefix = f"{name}."
        self.group = f"{name}.trunkline-streams"
        self.namespace = uuid.uuid5(uuid.NAMESPACE_DNS, name)
        self.failpoint = folder / "failpoint"
        self.secret_key = f"secret of the deployment {name}"
        self.urls: dict[str, str] = {}
        self.processes: dict[str, Kept] = {}
        base = servers.postgres.dsn.rpartition("/")[0]
        self.dsn = f"{base}/{name}"
        self.bug = bug
        self.channels: dict[str, Mapping[str, object]] = {"sms": {}, "email": {}}
        self.extra: dict[str, str] = {}

    def environment(self) -> dict[str, str]:
        """Of every process: the servers, short timeouts, the failpoint file; nothing of the developer's own."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TRUNKLINE_", "AWS_", "KAFKA_", "DATABASE_"))
        }
        ours = {
            "KAFKA_BROKERS": self.servers.kafka.brokers,
            "DATABASE_URL": self.dsn,
            "AWS_ENDPOINT_URL": self.servers.sqs.endpoint_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": "us-east-1",
            "TRUNKLINE_SECRET_KEY": self.secret_key,
            "TRUNKLINE_DATA": str(self.folder / "data"),
            "TRUNKLINE_KAFKA__TOPIC_PREFIX": self.prefix,
            "TRUNKLINE_STREAMS__SESSION_TIMEOUT": str(SESSION),
            "TRUNKLINE_PROJECTIONS__SESSION_TIMEOUT": str(SESSION),
            "TRUNKLINE_BRIDGE__BACKOFF_SECONDS": "1",
            # Garbage is given up at once whatever this says; good messages must never be, however often a bridge dies over them.
            "TRUNKLINE_BRIDGE__MAX_RECEIVES": "100",
            "TRUNKLINE_FAILPOINT_FILE": str(self.failpoint),
        }
        if self.bug is not None:
            ours |= {"PYTHONPATH": str(SEEDED), "TRUNKLINE_SEEDED_BUG": self.bug}
        return kept | ours | self.extra

    async def create(self) -> None:
        """Topics, queues, database with its tables, the tenant and its channels."""
        settings = KafkaSettings(brokers=self.servers.kafka.brokers, topic_prefix=self.prefix)
        await topics.create(settings)
        queues = Queues(self.servers.sqs.endpoint_url)
        self.urls = {queue: queues.create(f"{self.name}-{queue}", VISIBILITY) for queue in self.channels}
        queues.close()
        connection = await asyncpg.connect(self.servers.postgres.dsn)
        try:
            await connection.execute(f'CREATE DATABASE "{self.name}"')
        finally:
            await connection.close()
        await self.run("trunkline", "migrate")
        await self._audit_positions()
        await self._command(
            f"{TENANT}:tenant:{TENANT}",
            "create_tenant",
            {"namespace": wrap(self.namespace, self.secret_key), "name": "Acme"},
        )
        for channel, url in self.urls.items():
            config = self.channels[channel]
            configured = {"channel_type": channel, "queue_url": url, "is_active": True, "config": config}
            await self._command(f"{TENANT}:channel:{channel}", "configure_channel", configured)

    async def _audit_positions(self) -> None:
        """Has the database write down every move of a position."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(AUDIT)
        finally:
            await connection.close()

    async def _command(self, aggregate: str, type_: str, fields: Mapping[str, object]) -> None:
        id_ = str(uuid.uuid5(self.namespace, f"{aggregate}|{type_}"))
        value = json.dumps({"type": type_, "id": id_, "aggregate": aggregate, **fields})
        producer = AIOKafkaProducer(bootstrap_servers=self.servers.kafka.brokers, acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(self.prefix + COMMANDS, value.encode(), key=aggregate.encode())
        finally:
            await producer.stop()

    async def run(self, program: str, *arguments: str) -> str:
        """Runs a command to its end, as a user would; gives what it printed. Raises AssertionError when it fails."""
        process = await asyncio.create_subprocess_exec(
            str(PROGRAMS / program), *arguments, env=self.environment(), cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output = (await process.communicate())[0].decode()
        assert process.returncode == 0, f"{program} {' '.join(arguments)} gave {process.returncode}:\n{output}"
        return output

    async def start(self, bridges: int = 2, workers: int = 2, projections: int = 2) -> None:
        """Starts that many of each."""
        for n in range(1, bridges + 1):
            await self.start_one(f"bridge-{n}")
        for n in range(1, workers + 1):
            await self.start_one(f"worker-{n}")
        for n in range(1, projections + 1):
            await self.start_one(f"projections-{n}")

    async def start_one(self, name: str) -> Kept:
        """Starts the process of that name: `bridge-<n>`, `worker-<n>`, `projections-<n>`, `webhooks-<n>` or `api-<n>`."""
        argv = {
            "bridge": [str(PROGRAMS / "run_communication_processor")],
            "worker": [str(PROGRAMS / "faust"), "-A", "streams", "worker"],
            "projections": [str(PROGRAMS / "trunkline"), "projections"],
            "webhooks": [str(PROGRAMS / "trunkline"), "webhooks"],
            "api": [str(PROGRAMS / "trunkline"), "api"],
        }[name.split("-", maxsplit=1)[0]]
        port = free_port()
        env = self.environment() | {"TRUNKLINE_STREAMS__DATADIR": str(self.folder / name)}
        env |= {f"TRUNKLINE_{room}__HTTP_PORT": str(port) for room in ("BRIDGE", "STREAMS", "PROJECTIONS")}
        env |= {f"TRUNKLINE_{room}__PORT": str(port) for room in ("WEBHOOKS", "API")}
        process = self.processes[name] = Kept(name, argv, env, self.folder, port)
        await process.start()
        return process

    async def stop(self) -> dict[str, int]:
        """Ends all processes in good order; gives their exit codes."""
        names = list(self.processes)
        codes = await asyncio.gather(*(self.processes[name].stop() for name in names))
        return dict(zip(names, codes, strict=True))

    async def drained(self, seconds: float) -> bool:
        """Waits until queues are empty, agents and views are at the end of their logs. False when `seconds` were not enough."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                if not await self.undone():
                    return True
            except DOWN:
                pass
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.5)

    async def undone(self) -> list[str]:
        """What is not at its end yet, in words."""
        facts = await self._progress()
        left = [f"queue {name}: {waiting}" for name, waiting in facts.waiting.items() if waiting]
        for (topic, partition), end in facts.ends.items():
            if topic in SOURCES and facts.committed.get((topic, partition), 0) != end and end:
                left.append(f"{topic}/{partition}: committed {facts.committed.get((topic, partition))} of {end}")
        views: dict[tuple[str, int], list[int]] = {}
        for row in facts.positions:
            views.setdefault((row["topic"], row["partition"]), []).append(row["next_offset"])
        for (topic, partition), end in facts.ends.items():
            if topic not in SOURCES and end and (min(views.get((topic, partition), [0])) < end):
                left.append(f"views of {topic}/{partition}: {views.get((topic, partition))} of {end}")
        return left

    async def _progress(self) -> Facts:
        facts = Facts()
        await self._waiting(facts)
        await read_ends(self.servers.kafka.brokers, self.prefix, facts)
        await read_commits(self.servers.kafka.brokers, self.prefix, self.group, facts)
        await read_positions(self.dsn, self.prefix, facts)
        return facts

    async def settled(self) -> None:
        """Waits until the commands of `create` are decided and acknowledged."""
        await self._until("the commands are decided", self._are_decided)

    async def flowing(self) -> None:
        """Waits until events are in the inbound log, and decided if a worker runs: faults before that would hit nothing."""
        await self._until("traffic flows", self._flows)

    async def ready(self, name: str) -> None:
        """Waits until a process says of itself that it is ready, so it is a member of its groups."""

        async def holds() -> bool:
            return await asyncio.to_thread(self.processes[name].is_ready)

        await self._until(f"{name} is ready", holds)

    async def _until(self, what: str, holds: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                if await holds():
                    return
            except DOWN:
                pass  # a fresh broker has no coordinator yet
            assert asyncio.get_running_loop().time() < deadline, f"in vain for {seconds:.0f} s: {what}"
            await asyncio.sleep(0.2)

    async def _are_decided(self) -> bool:
        facts = await self._offsets(COMMANDS)
        return all(facts.committed.get(place, 0) == end for place, end in facts.ends.items())

    async def _flows(self, records: int = 50) -> bool:
        facts = await self._offsets(INBOUND)
        decided = sum(offset for (topic, _), offset in facts.committed.items() if topic == INBOUND)
        return sum(facts.ends.values()) >= records and (decided >= records or "worker-1" not in self.processes)

    async def _offsets(self, topic: str) -> Facts:
        facts = Facts()
        await read_ends(self.servers.kafka.brokers, self.prefix, facts, (topic,))
        await read_commits(self.servers.kafka.brokers, self.prefix, self.group, facts)
        return facts

    async def _waiting(self, facts: Facts) -> None:
        queues = Queues(self.servers.sqs.endpoint_url)
        try:
            facts.waiting = {name: await asyncio.to_thread(queues.left, url) for name, url in self.urls.items()}
        finally:
            queues.close()

    async def facts(self) -> Facts:
        """Everything that the run left behind."""
        facts = Facts()
        brokers = self.servers.kafka.brokers
        await self._waiting(facts)
        await read_topics(brokers, self.prefix, facts)
        await read_commits(brokers, self.prefix, self.group, facts)
        await read_positions(self.dsn, self.prefix, facts)
        await read_rows(self.dsn, facts, KEYS)
        return facts
