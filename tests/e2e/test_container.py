"""The image and the compose file, without a container engine: what they start, started here on the servers of the lab."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.databases import database
from tests.e2e.image import ROOT, Image
from tests.e2e.lab import Lab
from tests.e2e.shell import Running, Shell
from tests.waiting import until_now
from trunkline.platform.ports import free_port

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PROBES = {
    "processor": "TRUNKLINE_BRIDGE__HTTP_PORT",
    "streams": "TRUNKLINE_STREAMS__HTTP_PORT",
    "projections": "TRUNKLINE_PROJECTIONS__HTTP_PORT",
    "api": "SERVICE_PORT",
    "webhooks": "TRUNKLINE_WEBHOOKS__PORT",
}
TOKEN = "local-development"


class Composed:
    """Compose's services by name: each a shell of the image with the service's environment.

    Names of servers become addresses of the lab's; 8010, which every container has for itself, a free port each; topics get a prefix.
    """

    def __init__(self, image: Image, lab: Lab, address: str, folder: Path) -> None:
        self.image, self.folder, self._address = image, folder, address
        self._servers = {
            "kafka:9092": lab.servers["KAFKA_BROKERS"],
            "http://elasticmq:9324": lab.servers["AWS_ENDPOINT_URL"],
        }
        self.ports = {name: free_port() for name in PROBES}
        self._shells: list[Shell] = []
        for name in ("sms-events", "email-events"):
            lab.queue(name)

    def run(self, service: str) -> None:
        """A service that ends."""
        self._shell(service).run(*self._command(service))

    def start(self, service: str) -> Running:
        """A service that stays."""
        return self._shell(service).start(*self._command(service))

    def get(self, service: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status and body; 0 when nothing answers."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.ports[service]}{path}", headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def is_ready(self, service: str) -> bool:
        return self.get(service, "/readyz")[0] == 200

    def close(self) -> None:
        for each in self._shells:
            each.close()

    def _shell(self, service: str) -> Shell:
        env = {name: self._here(value) for name, value in COMPOSE["services"][service]["environment"].items()}
        env |= {
            "DATABASE_URL": self._address,
            "TRUNKLINE_KAFKA__TOPIC_PREFIX": "compose.",
            "TRUNKLINE_KAFKA__PARTITIONS": "2",
        }
        if service in PROBES:
            port = {**self.image.environment, **env}[PROBES[service]]
            assert port == "8010", f"{service} answers on {port}"
            env[PROBES[service]] = str(self.ports[service])
        folder = self.folder / service
        folder.mkdir(exist_ok=True)
        made = self.image.shell(folder, **env)
        self._shells.append(made)
        return made

    def _here(self, value: str) -> str:
        """A value as the container would get it, with our addresses and folders."""
        value = re.sub(r"\$\{\w+:-(.*)\}", r"\1", value)
        for name, address in self._servers.items():
            value = value.replace(name, address)
        return value.replace("/var/lib/trunkline", str(self.image.home))

    def _command(self, service: str) -> list[str]:
        return list(COMPOSE["services"][service].get("command", self.image.command))


@pytest.fixture
def composed(image: Image, lab: Lab, tmp_path: Path) -> Iterator[Composed]:
    with database(lab.servers["DATABASE_URL"], "compose") as address:
        made = Composed(image, lab, address, tmp_path)
        yield made
        made.close()


def test_the_image_says_where_it_answers(image: Image) -> None:
    assert image.exposed == [8010]
    assert image.environment["TRUNKLINE_HTTP_HOST"] == "0.0.0.0"
    assert {image.environment.get(name, "8010") for name in PROBES.values()} == {"8010"}
    assert image.command[-1] == "trunkline migrate && exec run_communication_processor"
    assert (image.home / "claims").is_dir()


def test_compose_brings_a_message_from_the_queue_to_the_api(composed: Composed, lab: Lab) -> None:
    """In compose's order, what runs once twice over; the image's own command migrates first. SIGTERM ends each with 0."""
    composed.run("topics")
    composed.run("topics")
    running = {"streams": composed.start("streams")}
    composed.run("tenant")
    composed.run("tenant")
    running |= {service: composed.start(service) for service in ("processor", "projections", "api", "webhooks")}
    for service in PROBES:
        until_now(partial(composed.is_ready, service), 60, f"{service} is ready")
        assert composed.get(service, "/healthz") == (200, '{"alive":true}')

    sms = lab.queue("sms-events")
    text = ("--from-number", "+14155550111", "--to-number", "+14155550100", "--body", "through compose")
    lab.shell.run("build_sqs_message", "--channel", "sms", *text, "--queue-url", sms)
    token = {"Authorization": f"Bearer {TOKEN}"}
    until_now(
        lambda: "through compose" in composed.get("api", "/api/v1/tenants/demo/messages", token)[1], 30, "it is shown"
    )
    assert composed.get("api", "/api/v1/tenants/demo/messages")[0] == 401
    (row,) = json.loads(composed.get("api", "/api/v1/tenants/demo/messages", token)[1])["items"]
    assert row["text"] == "through compose"
    assert {service: each.end() for service, each in running.items()} == dict.fromkeys(running, 0)
