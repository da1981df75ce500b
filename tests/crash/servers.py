"""The servers that deployments under fire share."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.sqs_server.process import SqsServer
from trunkline.platform.elasticmq import ElasticMQ
from trunkline.platform.kafka import Kafka
from trunkline.platform.postgres import Postgres


@dataclass(frozen=True)
class Servers:
    """One of each."""

    kafka: Kafka
    sqs: ElasticMQ | SqsServer
    postgres: Postgres

    @classmethod
    def in_folder(cls, folder: Path) -> "Servers":
        """Broker and database will be killed, the queues will not."""
        sqs = ElasticMQ(folder / "elasticmq", durable=False)
        return cls(Kafka(folder / "kafka"), sqs, Postgres(folder / "postgres"))

    def with_faulty_queues(self, folder: Path) -> "Servers":
        """The same broker and database, with the queue server that makes faults on demand. Started here, stopped by the caller."""
        sqs = SqsServer(folder / "sqs-server")
        sqs.start()
        return Servers(self.kafka, sqs, self.postgres)

    def start(self) -> None:
        for server in (self.kafka, self.sqs, self.postgres):
            server.start()

    def kill(self) -> None:
        """Ends them at once: nobody needs their data any more."""
        for server in (self.sqs, self.postgres, self.kafka):
            server.kill()
