"""Settings: every name they are read from, and clear words for bad ones."""

import pytest

from runtime.errors import ConfigurationError
from runtime.settings import Bridge, Kafka, Postgres, Settings, profile, settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    for name in ("KAFKA_BROKERS", "DATABASE_URL", "SMS_QUEUE_URL", "WORKER_TYPE", "TRUNKLINE_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()


@pytest.mark.parametrize("name", ["TRUNKLINE_KAFKA__BROKERS", "KAFKA_BROKERS"])
def test_a_setting_is_read_from_our_name_and_from_the_seeds_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "broker:9092")
    assert Kafka().brokers == "broker:9092"


def test_our_own_name_wins_over_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BROKERS", "general:9092")
    monkeypatch.setenv("TRUNKLINE_KAFKA__BROKERS", "ours:9092")
    assert Kafka().brokers == "ours:9092"


@pytest.mark.feature("F-170")
def test_a_file_of_the_profile_wins_over_the_general_file(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from pathlib import Path

    Path(".env").write_text("SMS_QUEUE_URL=http://q/1/general\nEMAIL_QUEUE_URL=http://q/1/mail\n")
    Path(".env.production").write_text("SMS_QUEUE_URL=http://q/1/production\n")
    monkeypatch.setenv("TRUNKLINE_PROFILE", "production")
    assert (Bridge().sms_queue_url, Bridge().email_queue_url) == ("http://q/1/production", "http://q/1/mail")


@pytest.mark.feature("F-170")
def test_an_unknown_profile_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUNKLINE_PROFILE", "staging9")
    with pytest.raises(ConfigurationError, match=r"staging9.*local, production, test"):
        profile()


@pytest.mark.feature("F-170")
def test_a_leftover_setting_of_another_framework_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "project.settings")
    assert Settings().profile == "local"


def test_a_bad_value_is_named_with_what_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUNKLINE_BRIDGE__BATCH_SIZE", "eleven")
    with pytest.raises(
        ConfigurationError, match=r"TRUNKLINE_BRIDGE__BATCH_SIZE=eleven \(environment\): input.*valid integer"
    ):
        settings()


def test_passwords_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hidden-word@host/base")
    assert "hidden-word" not in repr(Postgres())
