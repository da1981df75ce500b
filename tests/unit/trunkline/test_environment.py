"""Where variables come from: the user's own, then files, then what `trunkline up` left behind."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from trunkline import environment


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("TRUNKLINE_PROFILE", "TRUNKLINE_DATA", "KAFKA_BROKERS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_users_own_wins_then_the_profile_then_the_file_then_what_was_left(folder: Path) -> None:
    environment.leave({"A": "left", "B": "left", "C": "left", "D": "left"})
    (folder / ".env").write_text("A=file\nB=file\nC=file\n")
    (folder / ".env.local").write_text("A=profile\nB=profile\n")
    environ = {"A": "own"}
    environment.load(environ)
    assert environ == {"A": "own", "B": "profile", "C": "file", "D": "left"}
    assert [environment.source(name) for name in "ABC"] == ["environment", ".env.local", ".env"]
    assert environment.left() == ["D"]
    assert environment.own(environ) == {"A": "own", "B": "profile", "C": "file"}


def test_an_empty_variable_counts_as_none(folder: Path) -> None:
    (folder / ".env").write_text("A=file\nB=\n")
    environ = {"A": ""}
    environment.load(environ)
    assert environ == {"A": "file"}


def test_what_is_left_behind_is_its_owners_alone_and_a_shell_reads_it() -> None:
    environment.leave({"DATABASE_URL": "postgresql://u:p$a#s%40@127.0.0.1/x?y=1&z=2"})
    path = environment.left_behind()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = subprocess.run(
        ["sh", "-c", f'. {path}; printf %s "$DATABASE_URL"'],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    environ: dict[str, str] = {}
    environment.load(environ)
    assert told.stdout == environ["DATABASE_URL"] == "postgresql://u:p$a#s%40@127.0.0.1/x?y=1&z=2"
