"""Does what docs/adding-a-channel.md says: writes the package, lets it be found by its entry point, runs its test, reads a message."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.channels import registry
from domain.channels.promises import broken_promises
from domain.channels.provider import Provider
from domain.intake import QueueMessage, Routes, take
from runtime.errors import ProblemsFound, UsageError
from trunkline.reference.artefact import ROOT
from trunkline.scaffold.writing import write

PAGE = (ROOT / "docs" / "adding-a-channel.md").read_text()
ROUTES = Routes(namespaces={"acme": UUID("6f2a9c1e-4b7d-4e0a-9c55-0d3f8e71b2a4")}, queue="acme")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What `trunkline channels new pager --provider lighthouse` writes."""
    folder = tmp_path / "trunkline-pager"
    write("pager", "lighthouse", folder)
    return folder


@pytest.fixture
def lighthouse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The package as `pip install -e` makes it known: its module on the path, its entry point beside it."""
    (entry,) = re.findall(r"^pager-lighthouse = \"(.*)\"$", (folder / "pyproject.toml").read_text(), re.MULTILINE)
    info = folder / "trunkline_pager-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trunkline-pager\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[{registry.ENTRY_POINTS}]\npager-lighthouse = {entry}\n")
    monkeypatch.syspath_prepend(str(folder))
    _forget()
    yield registry.providers("pager")[0]
    monkeypatch.undo()
    sys.modules.pop("trunkline_pager", None)
    _forget()


def _forget() -> None:
    for cached in (registry.channels, registry.outsiders, registry.providers, registry._by_name):
        cached.cache_clear()


def test_the_page_shows_what_the_command_writes(folder: Path) -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert shown == (folder / "trunkline_pager.py").read_text()
    (entry,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert entry in (folder / "pyproject.toml").read_text()


def test_the_channel_is_found_by_its_entry_point(lighthouse: Provider) -> None:
    assert "pager" in registry.channels()
    assert lighthouse.name == "lighthouse"
    assert broken_promises(lighthouse) == []


def test_its_own_test_passes(folder: Path) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "--rootdir",
            str(folder),
            str(folder),
        ],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_a_test_message_is_read_back(lighthouse: Provider) -> None:
    fields = {"from_number": "+4530112233", "to_number": "+4570101010", "body": "Call me"}
    body = lighthouse.build["message_received"](fields, "0" * 32)
    ((key, event),) = take(QueueMessage(channel="pager", body=body), ROUTES).events
    assert key == f"acme:contact:{event.contact}"
    assert (event.channel, event.provider, event.content.text) == ("pager", "lighthouse", "Call me")


def test_a_broken_promise_is_told(lighthouse: Provider) -> None:
    assert broken_promises(lighthouse._replace(personal=frozenset({"from"})))
    assert broken_promises(lighthouse._replace(recognises=lambda data: True))
    told = broken_promises(lighthouse._replace(items=lambda data, given: data["of tomorrow"]))
    assert any("raises KeyError" in problem for problem in told)


@pytest.mark.parametrize(
    ("name", "problem"), [("Pager", "no name"), ("sms", "there is a channel sms"), ("pager", "exist already")]
)
def test_nothing_is_overwritten(folder: Path, name: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        write(name, "lighthouse", folder)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="would write"):
        write("pager", "lighthouse", tmp_path / "x", dry_run=True)
    assert not (tmp_path / "x").exists()
