"""One installation for all tests here, brought up as a user brings it up, and a second one of the user's own making beside it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.image import Image
from tests.e2e.lab import Lab
from tests.e2e.shell import Shell
from trunkline.platform import processes
from trunkline.platform.supervisor import mark


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder for everything. Not below pytest's own: it closes that one to the account PostgreSQL runs as."""
    folder = Path(tempfile.mkdtemp(prefix="trunkline-e2e-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def installation(place: Path) -> Iterator[Shell]:
    """A shell in the folder in which `trunkline up` was said."""
    folder = place / "installation"
    folder.mkdir()
    shell = Shell(folder)
    try:
        shell.run("trunkline", "up", "--ports", "auto", seconds=180)
        yield shell
    finally:
        shell.close()
        shell.run("trunkline", "down", seconds=120)
        assert processes.marked(mark(folder / ".trunkline" / "processes")) == []


@pytest.fixture
def up(installation: Shell) -> Shell:
    """The installation, all of it ready."""
    if installation.finish(["trunkline", "status"]).code:
        installation.run("trunkline", "up", "--ports", "auto", seconds=120)
    return installation


@pytest.fixture(scope="session")
def lab(installation: Shell, place: Path) -> Iterator[Lab]:
    """Own topics, tables and queues on the installation's servers, set up step by step as the documentation says."""
    folder = place / "lab"
    folder.mkdir()
    made = Lab(installation, folder)
    try:
        made.set_up()
        yield made
    finally:
        made.shell.close()


@pytest.fixture(scope="session")
def image(place: Path) -> Image:
    """What the Dockerfile makes: the wheel and what it needs in a clean environment."""
    return Image(place / "image")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    made = Shell(tmp_path)
    yield made
    made.close()
