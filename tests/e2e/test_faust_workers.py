"""`faust -A streams worker` from a shell with only environment variables set, beside the worker of `trunkline up` (issue point 8e).

tests/servers/streams shows the same promises for the engine alone; here a text message goes all the way from SQS to PostgreSQL.
"""

import re
import signal
import threading
import time
import urllib.request
from pathlib import Path

from tests.e2e.installed import send, status, texts
from tests.e2e.lab import servers
from tests.e2e.shell import Running, Shell
from tests.waiting import until_now

PARTITIONS = 8
CONTACT = "+14155550188"


def test_workers_share_partitions_hand_over_and_take_over(up: Shell, tmp_path: Path) -> None:
    """SIGTERM: exit 0 within 10 s, the other has everything within 15 s. kill -9: within 20 s. Nothing is lost or doubled."""
    shell, traffic = Shell(tmp_path, servers(up)), Traffic(up)
    first = status(up)["streams"]["at"]
    try:
        traffic.start()
        second = shell.start("faust", "-A", "streams", "worker")
        until_now(
            lambda: 0 < owned(first) < PARTITIONS and owned(first) + owned(at(second)) == PARTITIONS, 60, "they share"
        )
        began = time.monotonic()
        assert second.end(signal.SIGTERM, 10) == 0
        until_now(lambda: owned(first) == PARTITIONS, 15 - (time.monotonic() - began), "it was handed over")

        third = shell.start("faust", "-A", "streams", "worker")
        until_now(lambda: 0 < owned(first) < PARTITIONS and owned(at(third)) > 0, 60, "they share")
        sent = len(traffic.sent)
        third.process.kill()
        began = time.monotonic()
        until_now(lambda: owned(first) == PARTITIONS, 20, "it was taken over")
        until_now(lambda: len(traffic.sent) > sent, 20, "traffic is flowing")
        until_now(lambda: traffic.sent[sent] in texts(up, CONTACT), 20 - (time.monotonic() - began), "it is decided")
    finally:
        traffic.stop()
        shell.close()
    until_now(lambda: set(texts(up, CONTACT)) >= set(traffic.sent), 30, "everything is shown")
    assert sorted(texts(up, CONTACT)) == sorted(traffic.sent)


class Traffic:
    """Texts of one contact, one after the other, until stopped."""

    def __init__(self, installation: Shell) -> None:
        self.sent: list[str] = []
        self._installation = installation
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _send(self) -> None:
        while not self._stopping.wait(0.5) and len(self.sent) < 190:
            text = f"text {len(self.sent):03d}"
            send(self._installation, text, contact=CONTACT)
            self.sent.append(text)


def owned(address: str) -> int:
    """How many partitions a worker has; 0 when it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return 0
    return round(sum(float(line.split()[1]) for line in lines if line.startswith("trunkline_streams_partitions ")))


def at(worker: Running) -> str:
    """Where a worker serves its metrics: the first port is taken by that of `trunkline up`."""
    worker.until_said("health and metrics on port")
    port = re.search(r"health and metrics on port (\d+)", worker.log)
    assert port is not None
    return f"127.0.0.1:{port[1]}"
