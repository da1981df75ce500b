"""The image that the Dockerfile describes, made without a container engine: its own lines, carried out in folders and a clean environment.

What is translated: `/source`, `/wheels` and `/var/lib/trunkline` are folders of the test; `python -m pip install` is `uv pip install`
into a new virtual environment, without `--no-cache-dir`, so that what `make` has downloaded serves again; `FROM` is the Python that runs
the tests.
What is left out: installing uv, which is there, and the account, which needs root. A line that is neither fails.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.shell import BIN, Shell

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("python -m pip install --no-cache-dir uv", "useradd ")
FOLDERS = ("/source", "/wheels", "/var/lib/trunkline")


class Image:
    """place: an empty folder. shell: in it the installed commands can be run as in a container. command: what the image starts."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.environment: dict[str, str] = {}
        self.exposed: list[int] = []
        self.command: list[str] = []
        self.home = place
        for folder in FOLDERS:
            self._here(folder).mkdir(parents=True)
        self._uv("venv", "--quiet", "--python", sys.executable, str(place / "venv"))
        for line in instructions((ROOT / "Dockerfile").read_text()):
            word, _, rest = line.partition(" ")
            getattr(self, f"_{word.lower()}")(rest)

    def shell(self, folder: Path, **env: str) -> Shell:
        """A container: the image's environment and more, nothing of this checkout."""
        return Shell(folder, {**self.environment, **env}, self._place / "venv" / "bin")

    def _from(self, rest: str) -> None:
        assert rest.startswith("python:3.11-slim")

    def _copy(self, rest: str) -> None:
        source, target = rest.removeprefix("--from=build ").split()
        if source == ".":
            for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines():
                if (ROOT / name).is_file():  # what is removed and not yet committed is not there
                    (self._here(target) / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, self._here(target) / name)
        elif self._here(source) != self._here(target):
            shutil.copy(self._here(source), self._here(target))

    def _run(self, rest: str) -> None:
        if rest.startswith(LEFT_OUT):
            return
        line = re.sub("|".join(FOLDERS), lambda found: shlex.quote(str(self._here(found[0]))), rest)
        python = shlex.quote(str(self._place / "venv" / "bin" / "python"))
        line = line.replace("python -m pip install --no-cache-dir", f"uv pip install --quiet --python {python}")
        done = subprocess.run(
            ["sh", "-c", f"PATH={BIN}:$PATH; {line}"], cwd=self.home, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"

    def _env(self, rest: str) -> None:
        for each in shlex.split(rest):
            name, _, value = each.partition("=")
            self.environment[name] = str(self._here(value)) if value in FOLDERS else value

    def _user(self, rest: str) -> None:
        assert rest == "trunkline", "the processes have an account of their own"

    def _workdir(self, rest: str) -> None:
        self.home = self._here(rest)

    def _expose(self, rest: str) -> None:
        self.exposed.append(int(rest))

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _here(self, path: str) -> Path:
        """A path of the image in our folder."""
        return self._place / path.lstrip("/")

    def _uv(self, *argv: str) -> None:
        subprocess.run([str(BIN / "uv"), *argv], check=True, capture_output=True)


def instructions(text: str) -> list[str]:
    """The instructions of a Dockerfile, one line each."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
