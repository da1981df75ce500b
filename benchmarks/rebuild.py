"""A view made anew from the log, beside COPY of the same finished rows into the same tables: what restoring a dump would take.

Full size is 1,000,000 decisions (about 2 GB at the broker); REBUILD_DECISIONS chooses another.
"""

import asyncio
import os
import resource
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import asyncpg
import msgspec

from benchmarks.harness import cpu
from benchmarks.harness.child import PYTHON, ROOT
from benchmarks.harness.deployment import PARTITIONS, TENANT, Deployment, deployment
from benchmarks.harness.measurement import Measured
from benchmarks.harness.postgres import database, migrated
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.workload import Decider, inbound
from schemas.topics import DECISIONS

TITLE = "Rebuild of a view"
WANTED = int(os.environ.get("REBUILD_DECISIONS", "1000000"))
CONTACTS = 100_000
VIEW = "communication_events"
TABLE = f"tenant_{TENANT}.{VIEW}"
OURS, COPY, COPY_FIRST = "trunkline rebuild, compared with the live table", "COPY", "COPY, indexes afterwards"
INDEXES = """
SELECT i.oid::regclass::text AS name, pg_get_indexdef(i.oid) AS statement FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = $1::regclass AND NOT x.indisprimary"""


class Answer(msgspec.Struct):
    """What is read of the command's JSON."""

    rows: int
    digest: str
    switched: bool
    compared: bool


class Bench(NamedTuple):
    """A live view of a long log, and its rows in a file. connection: to its database."""

    options: Run
    made: Deployment
    connection: asyncpg.Connection

    @property
    def file(self) -> Path:
        return self.made.servers.folder / self.made.name / "rows"

    async def rebuilt(self) -> Answer:
        """The command, from its start to its end. Raises RuntimeError when it fails."""
        process = await asyncio.create_subprocess_exec(
            *PYTHON,
            "trunkline",
            "rebuild",
            VIEW,
            "--json",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.made.environment},
        )
        output, said = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"rebuild ended with {process.returncode}: {said.decode()}")
        return msgspec.json.decode(output, type=Answer)

    async def ours(self) -> int:
        answer = await self.rebuilt()
        assert answer.switched
        assert answer.compared
        return answer.rows

    async def copy(self) -> int:
        """The rows, in PostgreSQL's binary form, into the emptied table with all its indexes."""
        schema, _, name = TABLE.partition(".")
        status: str = await self.connection.copy_to_table(name, schema_name=schema, source=self.file, format="binary")
        return int(status.rpartition(" ")[2])

    async def copy_first(self) -> int:
        """The same, but all but the primary key is made when the rows are there."""
        indexes = await self.connection.fetch(INDEXES, TABLE)
        for index in indexes:
            await self.connection.execute(f"DROP INDEX {index['name']}")
        rows = await self.copy()
        await self.connection.execute("SET maintenance_work_mem = '256MB'")
        for index in indexes:
            await self.connection.execute(index["statement"])
        await self.connection.execute(f"ANALYZE {TABLE}")
        return rows

    async def prepare(self) -> None:
        """The first rebuild makes the live tables; another view's worth of rows is laid aside."""
        events = self.options.scale(WANTED)
        records = Decider(PARTITIONS).decisions(inbound(events, CONTACTS, 1))
        await self.made.broker.write(self.made.topic(DECISIONS), records)
        await self.rebuilt()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        schema, _, name = TABLE.partition(".")
        await self.connection.copy_from_table(name, schema_name=schema, output=self.file, format="binary")

    async def one(self, way: Callable[[], Awaitable[int]], empty: bool, _: int) -> Measured:
        """One variant in one round."""
        if empty:
            await self.connection.execute(f"TRUNCATE {TABLE}")
        servers = self.options.servers.some("broker", "postgres")
        before = {name: cpu.seconds(pid) for name, pid in servers.items()}
        spent, start = _spent(), time.perf_counter()
        rows = await way()
        return Measured(
            events=rows,
            wall=time.perf_counter() - start,
            cpu=_spent() - spent,
            servers={name: cpu.seconds(servers[name]) - was for name, was in before.items()},
        )


def _spent() -> float:
    """Seconds of CPU of this process and of those that it waited for."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


async def run(options: Run) -> Report:
    """All variants on one database; each leaves the table full for the next."""
    name = options.unique("rebuild")
    template = await migrated(options.servers.dsn, "bench-rebuild", (TENANT,))
    async with (
        database(options.servers.dsn, name, template) as dsn,
        deployment(options.servers, name, (TENANT,), dsn=dsn) as made,
    ):
        bench = Bench(options, made, await asyncpg.connect(dsn, timeout=10, command_timeout=None))
        try:
            await bench.prepare()
            variants: dict[str, Variant] = {
                OURS: partial(bench.one, bench.ours, False),
                COPY: partial(bench.one, bench.copy, True),
                COPY_FIRST: partial(bench.one, bench.copy_first, True),
            }
            found = await interleave(options.rounds, variants)
        finally:
            await bench.connection.close()

    def rate(measured: Measured) -> float:
        return measured.per_second

    return options.report(
        "rebuild",
        TITLE,
        "row",
        found,
        [
            compare(found, "rows per second", OURS, COPY, rate, 0.5),
            compare(found, "rows per second", OURS, COPY_FIRST, rate, 0.25),
        ],
        (
            f"{options.scale(WANTED):,} decisions of {CONTACTS:,} contacts; each variant fills the table {VIEW} with its six indexes.",
            "The rebuild reads the decisions from Kafka, folds them, writes, makes digests of old and new rows, and switches.",
            "COPY reads finished rows in PostgreSQL's binary form from a file on the client's side.",
        ),
    )
