"""One Kafka broker with its controller in one process (KRaft)."""

import base64
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from trunkline.platform.errors import PlatformError
from trunkline.platform.files import write_atomically
from trunkline.platform.java import JavaServer
from trunkline.platform.kafka_probe import live_brokers
from trunkline.platform.ports import becomes_free, free_port

LARGEST_MESSAGE = 8 * 1024 * 1024

# The session timeout decides how long a killed broker refuses clients after its return: it waits until its own old
# session is fenced (9 s by default).
SETTINGS = f"""\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
auto.create.topics.enable=false
num.partitions=8
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2500
broker.heartbeat.interval.ms=500
message.max.bytes={LARGEST_MESSAGE}
replica.fetch.max.bytes={LARGEST_MESSAGE}
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
log.cleaner.dedupe.buffer.size=16777216
"""

LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
logger.states.name = state.change.logger
logger.states.level = warn
"""


class Kafka(JavaServer):
    """Kafka on 127.0.0.1. `brokers` is what clients take as bootstrap servers."""

    name = "kafka"
    heap = 512

    def elsewhere(self, folder: Path) -> "Kafka":
        return Kafka(folder, memory=self.memory, downloads=self.downloads)

    @property
    def brokers(self) -> str:
        """host:port."""
        return self.address

    def prepare(self) -> None:
        super().prepare()
        logs = self.folder / "data"
        controller = self._controller_port()
        write_atomically(
            self._properties,
            f"{SETTINGS}log.dirs={logs}\n"
            f"listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}\n"
            f"advertised.listeners=PLAINTEXT://{self.address}\n"
            f"controller.quorum.voters=1@127.0.0.1:{controller}\n",
        )
        write_atomically(self.folder / "log4j2.properties", LOGGING)
        if not (logs / "meta.properties").exists():
            self._format()

    def command(self) -> Sequence[str]:
        return self.java("kafka.Kafka", str(self._properties), options=self._options)

    def answers(self) -> bool:
        return live_brokers(self.port) > 0

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _options(self) -> Sequence[str]:
        return ["-Xms128m", f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"]

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
        format_ = ["format", "--ignore-formatted", "-t", cluster, "-c", str(self._properties)]
        done = subprocess.run(
            self.java("kafka.tools.StorageTool", *format_, options=self._options, memory=128),
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise PlatformError(f"kafka could not format {self.folder / 'data'}:\n{done.stdout}{done.stderr}")

    def _controller_port(self) -> int:
        path = self.folder / "controller.port"
        port = int(path.read_text()) if path.exists() else 0
        if not port or not becomes_free(port):
            port = free_port()
            write_atomically(path, str(port))
        return port
