"""The server as a process of its own, for tests and benchmarks."""

import http.client
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from trunkline.platform.ports import HOST
from trunkline.platform.server import Server

ROOT = Path(__file__).resolve().parents[2]


class SqsServer(Server):
    """The fast server on 127.0.0.1. What it holds is gone when it ends."""

    name = "sqs-server"

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "benchmarks.sqs_server", "--port", str(self.port)]

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), "PYTHONPATH": str(ROOT)}

    @property
    def endpoint_url(self) -> str:
        """The URL that SQS clients take as their endpoint."""
        return f"http://{self.address}"

    def answers(self) -> bool:
        return bool(self._request("GET"))

    def arm(self, **faults: object) -> None:
        """From now on these faults (benchmarks/sqs_server/faults.py) and no others. Raises ValueError for one it does not know."""
        self._request("PUT", msgspec.json.encode(faults))

    def happened(self) -> dict[str, int]:
        """How often each fault happened since they were armed."""
        answer = msgspec.json.decode(self._request("GET"), type=dict[str, dict[str, object]])
        return msgspec.convert(answer["happened"], type=dict[str, int])

    def _request(self, method: str, body: bytes = b"") -> bytes:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request(method, "/faults", body)
            response = connection.getresponse()
            data = response.read()
            if response.status != 200:
                raise ValueError(data.decode())
            return data
        finally:
            connection.close()
