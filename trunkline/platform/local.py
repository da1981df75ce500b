"""The three servers of a local Trunkline together: Kafka, ElasticMQ, PostgreSQL, less those the user brings."""

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal

from rich.progress import Progress

from trunkline.platform.backoff import Backoff
from trunkline.platform.downloads import Downloads
from trunkline.platform.elasticmq import LARGEST, REGION, ElasticMQ
from trunkline.platform.errors import PlatformError
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres
from trunkline.platform.server import Server
from trunkline.platform.supervised import Process

Ports = Literal["fixed", "auto"]
FIXED = {"kafka": 9092, "elasticmq": 9324, "postgres": 5432}
# Each of these says that the server is the user's own. The AWS names are those of botocore's credential chain.
EXTERNAL = {
    "kafka": ("KAFKA_BROKERS", "TRUNKLINE_KAFKA__BROKERS"),
    "elasticmq": ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "TRUNKLINE_SQS__ENDPOINT_URL")
    + ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "TRUNKLINE_SQS__PROFILE")
    + ("AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    "postgres": ("DATABASE_URL", "TRUNKLINE_POSTGRES__URL"),
}


def external(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The servers that the environment says are the user's own: server name to the variable that says so."""
    found = {}
    for server, names in EXTERNAL.items():
        if name := next((name for name in names if environ.get(name)), None):
            found[server] = name
    return found


class LocalPlatform:
    """The servers that `environ` does not bring, with their data in `folder`.

    ports "fixed": 9092, 9324 and 5432; "auto": free ones, the same again after a restart. `servers` overrides what `environ` says.
    """

    def __init__(
        self,
        folder: Path,
        ports: Ports = "fixed",
        environ: Mapping[str, str] = os.environ,
        downloads: Downloads | None = None,
        servers: Collection[str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.ports: Ports = ports
        self.external = external(environ)
        self.downloads = downloads or Downloads()
        self._environ = environ
        port = FIXED if ports == "fixed" else dict.fromkeys(FIXED, 0)
        self.kafka = Kafka(self.folder / "kafka", port["kafka"], downloads=self.downloads)
        self.elasticmq = ElasticMQ(self.folder / "elasticmq", port["elasticmq"], downloads=self.downloads)
        self.postgres = Postgres(self.folder / "postgres", port["postgres"])
        wanted = servers if servers is not None else [name for name in FIXED if name not in self.external]
        own: tuple[Server, ...] = (self.kafka, self.elasticmq, self.postgres)
        self.servers = [server for server in own if server.name in wanted]

    def missing_downloads(self) -> list[str]:
        """The servers whose files have to be downloaded first."""
        java = (self.kafka.name, self.elasticmq.name)
        return [each.name for each in self.servers if each.name in java and not self.downloads.complete(each.name)]

    def start(self, progress: Progress | None = None, timeout: float = 60.0) -> None:
        """Downloads what is missing, shown in `progress`, and starts the servers, all at once.

        Returns when all serve clients. Raises PlatformError that tells of each server that did not come up; the others stay up.
        """
        self._all([partial(self.downloads.fetch, name, progress) for name in self.missing_downloads()])
        self._all([partial(server.start, timeout) for server in self.servers])

    def stop(self) -> None:
        """Stops the servers; the data stay."""
        self._all([server.stop for server in self.servers])

    def environment(self) -> dict[str, str]:
        """The variables that point Trunkline (and any AWS client) at the servers, own and external."""
        brought = [name for server in self.external for name in EXTERNAL[server]]
        found = {name: self._environ[name] for name in brought if self._environ.get(name)}
        if self.kafka in self.servers:
            found["KAFKA_BROKERS"] = self.kafka.brokers
        if self.postgres in self.servers:
            found["DATABASE_URL"] = self.postgres.dsn
        if self.elasticmq in self.servers:
            found |= {
                "AWS_ENDPOINT_URL": self.elasticmq.endpoint_url,
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "TRUNKLINE_WEBHOOKS__MESSAGE_BYTES": str(LARGEST),
            }
        return found

    def process(self) -> Process:
        """A process for the supervisor that keeps the servers running, and stops them when it is stopped."""
        names = ",".join(server.name for server in self.servers)
        argv = [sys.executable, "-m", "trunkline.platform.local", str(self.folder), self.ports, names]
        return Process("servers", argv, cwd=Path(__file__).parents[2], stop_timeout=60.0)

    def keep(self, stopping: Callable[[], bool]) -> None:
        """Starts each server again that has ended, with back-off, until `stopping`; then stops them all."""
        waits = {server.name: Backoff() for server in self.servers}
        due = dict.fromkeys(waits, 0.0)
        up = dict.fromkeys(waits, time.monotonic())
        while not stopping():
            for server in self.servers:
                now = time.monotonic()
                if server.alive() or now < due[server.name]:
                    continue
                pause = waits[server.name].after(now - up[server.name])
                print(f"{server.name} does not run: starting it", flush=True)
                try:
                    server.start()
                except PlatformError as error:
                    print(f"{error}\nNext try in {pause:.1f} s", flush=True)
                up[server.name] = time.monotonic()
                due[server.name] = up[server.name] + pause
            time.sleep(0.2)
        self.stop()

    @staticmethod
    def _all(steps: list[Callable[[], None]]) -> None:
        if not steps:
            return
        with ThreadPoolExecutor(len(steps)) as pool:
            failures = [done.exception() for done in [pool.submit(step) for step in steps]]
        found = [failure for failure in failures if failure is not None]
        for failure in found:
            if not isinstance(failure, PlatformError):
                raise failure
        if found:
            raise found[0] if len(found) == 1 else PlatformError("\n".join(str(each) for each in found))


def main(folder: Path, ports: Ports, servers: Collection[str]) -> int:
    """Keeps the servers running until SIGTERM or SIGINT."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stopping.append(number))
    LocalPlatform(folder, ports, servers=servers).keep(lambda: bool(stopping))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "auto" if sys.argv[2] == "auto" else "fixed", sys.argv[3].split(",")))
