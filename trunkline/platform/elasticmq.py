"""ElasticMQ, a server that speaks the protocol of Amazon SQS."""

import http.client
import json
from collections.abc import Sequence
from pathlib import Path

from trunkline.platform.downloads import Downloads
from trunkline.platform.files import write_atomically
from trunkline.platform.java import JavaServer
from trunkline.platform.ports import HOST

ACCOUNT = "000000000000"
REGION = "us-east-1"
LARGEST = 256 * 1024
"""Bytes of one message, and of all messages of one call: what SQS took until 2025, and this server takes."""

LOGGING = """\
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%date %-5level %logger{20} %message%n</pattern></encoder>
  </appender>
  <logger name="org.elasticmq.server" level="info"/>
  <root level="warn"><appender-ref ref="out"/></root>
</configuration>
"""


class ElasticMQ(JavaServer):
    """ElasticMQ on 127.0.0.1. Queues and messages outlive a kill; `durable` False: they are in memory alone, at a third of the work."""

    name = "elasticmq"
    heap = 256

    def __init__(
        self, folder: Path, port: int = 0, memory: int = 0, downloads: Downloads | None = None, durable: bool = True
    ) -> None:
        super().__init__(folder, port, memory, downloads)
        self.durable = durable

    def stop(self, timeout: float = 1.0) -> None:
        # In good order it waits 4 to 9 s for connections that nobody uses. What it has written outlives a
        # kill (WRITE_DELAY), and it writes a moment after it has answered.
        super().stop(timeout)

    def elsewhere(self, folder: Path) -> "ElasticMQ":
        return ElasticMQ(folder, memory=self.memory, downloads=self.downloads)

    @property
    def endpoint_url(self) -> str:
        """The URL that SQS clients take as their endpoint."""
        return f"http://{self.address}"

    def prepare(self) -> None:
        super().prepare()
        (self.folder / "data").mkdir(exist_ok=True)
        write_atomically(self.folder / "logback.xml", LOGGING)
        write_atomically(self._configuration, self._settings())

    def command(self) -> Sequence[str]:
        options = [f"-Dconfig.file={self._configuration}", f"-Dlogback.configurationFile={self.folder / 'logback.xml'}"]
        return self.java("org.elasticmq.server.Main", options=options)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
        headers = {"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}
        try:
            connection.request("POST", "/", b"{}", headers)
            return connection.getresponse().status == 200
        except http.client.HTTPException:
            return False
        finally:
            connection.close()

    @property
    def _configuration(self) -> Path:
        return self.folder / "elasticmq.conf"

    def _settings(self) -> str:
        # WRITE_DELAY=0: H2 otherwise keeps half a second of changes in memory, which a kill loses.
        database = f"jdbc:h2:file:{self.folder / 'data' / 'messages'};WRITE_DELAY=0"
        kept = str(self.durable).lower()
        return f"""\
include classpath("application.conf")
node-address {{ protocol = http, host = "{HOST}", port = {self.port}, context-path = "" }}
rest-sqs {{ enabled = true, bind-hostname = "{HOST}", bind-port = {self.port}, sqs-limits = strict }}
rest-stats {{ enabled = false }}
generate-node-address = false
aws {{ region = {REGION}, accountId = "{ACCOUNT}" }}
queues-storage {{ enabled = {kept}, path = {json.dumps(str(self.folder / "data" / "queues.conf"))} }}
messages-storage {{
  enabled = {kept}
  driver-class-name = "org.h2.Driver"
  uri = {json.dumps(database)}
  username = ""
  password = ""
  prune-data-on-init = false
}}
"""
