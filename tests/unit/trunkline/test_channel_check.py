"""`trunkline channels test`: examples, configuration and queue, each finding in words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from domain.directory import Directory
from runtime.errors import ProblemsFound, Unavailable, UsageError
from schemas.settings import ChannelSettings
from trunkline import channel_check


def known(monkeypatch: pytest.MonkeyPatch, *channels: ChannelSettings, problem: Exception | None = None) -> None:
    @asynccontextmanager
    async def directory(kafka: Any) -> AsyncIterator[Directory]:
        if problem is not None:
            raise problem
        made = Directory()
        for each in channels:
            made.apply(each)
        yield made

    monkeypatch.setattr(channel_check, "directory", directory)


def test_examples_of_one_provider_need_no_servers(capsys: pytest.CaptureFixture[str]) -> None:
    channel_check.check("sms", "twilio", json=False)
    assert "fine" in capsys.readouterr().out


def test_a_channel_that_nobody_configured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    known(monkeypatch)
    channel_check.check("line", None, json=True)
    assert "no tenant has configured it" in capsys.readouterr().out


def test_a_configuration_that_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known(monkeypatch, ChannelSettings(tenant="acme", version=1, channel_type="line", config={"unverified": "hope"}))
    with pytest.raises(ProblemsFound, match="1 problems with channel line"):
        channel_check.check("line", None, json=False)
    assert "config.unverified is 'hope'" in capsys.readouterr().out


def test_kafka_away_is_a_finding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    known(monkeypatch, problem=Unavailable("Kafka at nowhere"))
    with pytest.raises(ProblemsFound):
        channel_check.check("line", None, json=False)
    assert "Kafka at nowhere" in capsys.readouterr().out


@pytest.mark.parametrize(("channel", "provider"), [("pigeon", None), ("sms", "pigeon")])
def test_what_does_not_exist(channel: str, provider: str | None) -> None:
    with pytest.raises(UsageError, match="pigeon"):
        channel_check.check(channel, provider, json=False)
