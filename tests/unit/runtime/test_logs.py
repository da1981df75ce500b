"""Logs: JSON lines for ours and the libraries'."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from runtime import logs
from runtime.settings import Observability


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_ours_and_the_libraries_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Observability(log_format="json"))
    structlog.get_logger("bridge.shell").warning("queue does not answer", queue="sms")
    logging.getLogger("aiokafka.client").warning("no broker %s", "here")
    logging.getLogger("aiokafka.client").info("chatter")
    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["queue"], ours["level"], ours["logger"]) == (
        "queue does not answer",
        "sms",
        "warning",
        "bridge.shell",
    )
    assert theirs["event"] == "no broker here"


def test_the_level_of_the_settings_holds(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Observability(log_format="json", log_level="ERROR"))
    structlog.get_logger("bridge.shell").warning("quiet")
    assert capsys.readouterr().err == ""
