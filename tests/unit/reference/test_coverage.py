"""`make coverage` measures what the tests run through, and reports it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trunkline.reference.artefact import ROOT


@pytest.mark.feature("F-137")
def test_a_report_tells_what_tests_run_through(tmp_path: Path) -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\ncoverage:")[2].partition("\n\n")[0]
    assert re.search(r"coverage run -m pytest .*tests/servers tests/contract tests/unit\n", recipe)
    assert recipe.index("coverage run") < recipe.index("coverage combine") < recipe.index("coverage report")

    def coverage(*argv: str) -> str:
        env = {**os.environ, "COVERAGE_FILE": str(tmp_path / "data")}
        done = subprocess.run(
            [sys.executable, "-m", "coverage", *argv], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    coverage("run", "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/unit/domain/test_delivery.py")
    coverage("combine", "--quiet")
    report = coverage("report", "--include=domain/delivery.py", "--show-missing")
    found = re.search(r"TOTAL\s+\d+\s+\d+\s+\d+\s+\d+\s+(\d+)%", report)
    assert found and int(found[1]) > 80
