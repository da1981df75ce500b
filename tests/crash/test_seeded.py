"""Every seeded bug still fits the product's source, and puts itself only where it is told to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.scripts import SEEDED
from tests.crash.seeded.bugs import BUGS

HERE = Path(__file__).parent / "seeded"


def test_every_bug_has_its_run() -> None:
    assert set(BUGS) == set(SEEDED)


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_a_bug_fits(bug: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(HERE), "TRUNKLINE_SEEDED_BUG": bug}
    program = [sys.executable, "-c", "print('started')"]
    done = subprocess.run(program, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("started\n", "")


def test_a_bug_reaches_who_imported_the_function_before(tmp_path: Path) -> None:
    program = (
        "from bridge.delivery import delete\n"
        "from tests.crash.seeded.bugs import BUGS\n"
        "BUGS['M2']()\n"
        "print(delete.__code__.co_filename)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "seeded:bridge.returns.delete\n"


def test_a_bug_that_does_not_fit_ends_the_process(tmp_path: Path) -> None:
    program = (
        "from tests.crash.seeded.bugs import change; change('streams.engine.fold', 'Fold.fold', ('no such line', ''))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 78
