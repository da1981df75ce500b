"""One wheel in a bare environment brings everything (F-020); nothing of the checkout is on the path."""

import json
from pathlib import Path

import pytest

from tests.e2e.image import Image
from tests.e2e.shell import Finished, Shell
from tests.e2e.verbs import scripts, verbs

pytestmark = pytest.mark.feature("F-020")


@pytest.fixture
def bare(image: Image, tmp_path: Path) -> Shell:
    """An empty folder in which only the wheel and what it needs is installed."""
    shell = image.shell(tmp_path)
    for name in image.environment:
        del shell.variables[name]
    return shell


def test_every_command_has_help(bare: Shell) -> None:
    asked = [(*path, "--help") for path in verbs()]
    for argv, told in zip(asked, bare.run_many(asked), strict=True):
        is_help(told, argv)


@pytest.mark.parametrize("argv", [(name,) for name in scripts()], ids=" ".join)
def test_every_console_script_has_help(bare: Shell, argv: tuple[str, ...]) -> None:
    is_help(bare.run(*argv, "--help"), argv)


def is_help(told: Finished, argv: tuple[str, ...]) -> None:
    assert told.code == 0, argv
    assert told.out.startswith("Usage: trunkline"), argv
    assert len(told.out.splitlines()) > 3, argv
    assert told.err == "", argv


def test_it_knows_its_version_settings_and_servers(bare: Shell) -> None:
    assert bare.run("trunkline", "--version").out.strip()
    rows = json.loads(bare.run("trunkline", "settings", "--json").out)
    assert {row["source"] for row in rows} == {"default"}
    assert "would start kafka" in bare.run("trunkline", "up", "--dry-run", code=3).err
    where = bare.run(
        "python", "-c", "import trunkline, projections.migrations as m; print(trunkline.__file__, m.__file__)"
    )
    assert all("site-packages" in path for path in where.out.split())


def test_faust_finds_the_app(bare: Shell) -> None:
    assert "aggregates" in bare.run("faust", "-A", "streams", "tables").out
