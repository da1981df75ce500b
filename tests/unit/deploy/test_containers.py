"""The container files against the settings: no container engine is needed to see that they fit together."""

import configparser
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.settings import Settings, variables

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = [name for name, service in COMPOSE["services"].items() if service["image"] == "trunkline"]
KNOWN = {
    name for group in Settings.GROUPS.values() for field in group.model_fields for name in variables(group, field)
} | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TRUNKLINE_SECRET_KEY", "TRUNKLINE_DATA", "TRUNKLINE_PROFILE"}


def test_every_process_and_server_is_there() -> None:
    assert set(COMPOSE["services"]) == {
        *("kafka", "elasticmq", "postgres"),
        *("topics", "tenant", "streams", "processor", "projections", "api", "webhooks"),
    }


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_settings_read(name: str) -> None:
    assert set(COMPOSE["services"][name]["environment"]) <= KNOWN


@pytest.mark.parametrize("name", OURS)
def test_every_server_named_is_a_service_on_the_port_it_listens_on(name: str) -> None:
    environment = COMPOSE["services"][name]["environment"]
    assert environment["KAFKA_BROKERS"] == "kafka:9092"
    assert "PLAINTEXT://kafka:9092" in COMPOSE["services"]["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    port = re.search(r"bind-port = (\d+)", (ROOT / "deploy" / "elasticmq.conf").read_text())
    assert port is not None
    for variable in ("AWS_ENDPOINT_URL", "SMS_QUEUE_URL", "EMAIL_QUEUE_URL"):
        assert environment[variable].startswith(f"http://elasticmq:{port[1]}")
    postgres = COMPOSE["services"]["postgres"]["environment"]
    assert environment["DATABASE_URL"] == (
        f"postgresql://{postgres['POSTGRES_USER']}:{postgres['POSTGRES_PASSWORD']}@postgres:5432/{postgres['POSTGRES_DB']}"
    )


def test_the_queues_are_made_by_the_server() -> None:
    queues = (ROOT / "deploy" / "elasticmq.conf").read_text()
    for variable in ("SMS_QUEUE_URL", "EMAIL_QUEUE_URL"):
        name = COMPOSE["services"]["processor"]["environment"][variable].rsplit("/", 1)[1]
        assert re.search(rf"^  {name} {{", queues, re.MULTILINE)


@pytest.mark.parametrize("name", OURS)
def test_every_dependency_is_a_service(name: str) -> None:
    assert set(COMPOSE["services"][name]["depends_on"]) <= set(COMPOSE["services"])


def test_what_runs_for_long_is_restarted_and_what_runs_once_is_not_repeated() -> None:
    restarts = {name: service["restart"] for name, service in COMPOSE["services"].items()}
    assert {name for name, how in restarts.items() if how == "on-failure"} == {"topics", "tenant"}
    assert {how for name, how in restarts.items() if name not in ("topics", "tenant")} == {"unless-stopped"}


def test_the_api_is_on_8010_for_this_machine_alone_with_a_token() -> None:
    api = COMPOSE["services"]["api"]
    assert api["ports"] == ["127.0.0.1:8010:8010"]
    assert api["environment"]["SERVICE_PORT"] == "8010"
    assert sha256(b"local-development").hexdigest() in api["environment"]["TRUNKLINE_API_TOKENS"]
    assert "EXPOSE 8010" in DOCKERFILE


def test_the_webhooks_are_on_8014_for_this_machine_alone() -> None:
    webhooks = COMPOSE["services"]["webhooks"]
    assert webhooks["ports"] == ["127.0.0.1:8014:8010"]
    assert "TRUNKLINE_WEBHOOKS__PORT=8010" in DOCKERFILE


def test_the_image_migrates_then_runs_the_processor() -> None:
    assert DOCKERFILE.rstrip().endswith('"trunkline migrate && exec run_communication_processor"]')
    assert "command" not in COMPOSE["services"]["processor"]


def test_the_image_installs_what_the_lock_says() -> None:
    assert "deploy/requirements.lock" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    wanted = {
        line.split("==")[0] for line in (ROOT / "deploy" / "requirements.lock").read_text().splitlines() if "==" in line
    }
    assert {"faust-streaming", "aiokafka", "aioboto3", "sqlalchemy", "asyncpg"} <= wanted
    assert not wanted & {"pytest", "moto", "ruff"}


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy" / "systemd").glob("*.service")), ids=lambda path: path.stem)
def test_a_unit_restarts_but_not_on_bad_configuration(unit: Path) -> None:
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[method-assign,assignment]
    parsed.read(unit)
    service = parsed["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "78")
    assert int(service["TimeoutStopSec"]) > Settings().bridge.drain_seconds
    assert set(re.findall(r"(\w+)=", service["Environment"])) <= KNOWN


def test_there_is_a_unit_for_every_process() -> None:
    starts = " ".join(path.read_text() for path in (ROOT / "deploy" / "systemd").glob("*.service"))
    others = (f"trunkline {name}" for name in ("projections", "api", "webhooks"))
    for command in ("run_communication_processor", "faust -A streams worker", *others):
        assert f"/bin/{command}" in starts
