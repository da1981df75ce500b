"""Which servers are started here, and what the environment says of them."""

from pathlib import Path

import pytest

from trunkline.platform.local import LocalPlatform, external


def names(platform: LocalPlatform) -> list[str]:
    return [server.name for server in platform.servers]


def test_all_three_without_settings(tmp_path: Path) -> None:
    platform = LocalPlatform(tmp_path, environ={"KAFKA_BROKERS": ""})
    assert names(platform) == ["kafka", "elasticmq", "postgres"]
    assert [server.port for server in platform.servers] == [9092, 9324, 5432]


@pytest.mark.parametrize(
    ("variable", "server"),
    [
        ("KAFKA_BROKERS", "kafka"),
        ("DATABASE_URL", "postgres"),
        ("AWS_ENDPOINT_URL", "elasticmq"),
        ("AWS_ACCESS_KEY_ID", "elasticmq"),
        ("AWS_PROFILE", "elasticmq"),
    ],
)
def test_a_server_of_the_users_own_is_not_started(tmp_path: Path, variable: str, server: str) -> None:
    environ = {variable: "theirs"}
    platform = LocalPlatform(tmp_path, environ=environ)
    assert external(environ) == {server: variable}
    assert server not in names(platform)
    assert len(names(platform)) == 2


def test_with_all_servers_external_the_environment_is_theirs(tmp_path: Path) -> None:
    theirs = {"KAFKA_BROKERS": "k:1", "DATABASE_URL": "postgresql://d", "AWS_PROFILE": "prod"}
    platform = LocalPlatform(tmp_path, environ=theirs)
    assert names(platform) == []
    assert platform.environment() == theirs
    assert platform.missing_downloads() == []


def test_the_supervised_process_names_its_servers(tmp_path: Path) -> None:
    process = LocalPlatform(tmp_path, "auto", environ={"DATABASE_URL": "x"}).process()
    assert list(process.argv[-3:]) == [str(tmp_path), "auto", "kafka,elasticmq"]
