"""The servers that all variants share: Kafka and PostgreSQL (the user's own when the environment names them) and our SQS server."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from benchmarks.harness import cpu
from benchmarks.sqs_server.process import SqsServer
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres
from trunkline.platform.server import Server


class Servers(Struct, frozen=True):
    """Where they are. `pids`: those that run on this machine, by name."""

    brokers: str
    dsn: str
    sqs: str
    folder: Path
    pids: dict[str, int]

    def some(self, *names: str) -> dict[str, int]:
        """The pids of these servers."""
        return {name: self.pids[name] for name in names if name in self.pids}


@contextmanager
def servers() -> Iterator[Servers]:
    """Starts what is not there and stops it at the end. Raises PlatformError when one does not come up."""
    folder = Path(tempfile.mkdtemp(prefix="trunkline-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)

        def started(server: Server) -> Server:
            server.start()
            stack.callback(server.stop)
            return server

        brokers = (
            os.environ.get("KAFKA_BROKERS") or started(Kafka(folder / "kafka", memory=1024, optimised=True)).address
        )
        dsn = os.environ.get("DATABASE_URL")
        if dsn is None:
            postgres = Postgres(folder / "postgres")
            started(postgres)
            dsn = postgres.dsn
        sqs = SqsServer(folder / "sqs-server")
        started(sqs)
        # Our SQS server takes any credentials, but the clients' chain must find some.
        os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        ports = {
            "broker": int(brokers.partition(",")[0].rpartition(":")[2]),
            "postgres": urlsplit(dsn).port or 5432,
            "sqs": sqs.port,
        }
        pids = {name: pid for name, port in ports.items() if (pid := cpu.listening_on(port)) is not None}
        yield Servers(brokers, dsn, sqs.endpoint_url, folder, pids)
