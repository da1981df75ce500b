"""What peers need beyond our own environment, made on demand in the cache folder: Python packages of their own, jars, a compiler."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks.harness.rounds import Skipped
from trunkline.platform.downloads import cache_folder
from trunkline.platform.errors import MissingRuntime
from trunkline.platform.java import java

COMPILER = "org.eclipse.jdt:ecj:3.42.0"


def python_with(*requirements: str) -> str:
    """A Python of our version with these packages. Raises Skipped when they cannot be installed."""
    folder = _folder("python", *requirements, sys.version)
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return str(python)
    # `make setup` puts it beside this Python, where it need not be on the path.
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        raise Skipped("uv is not there to make an environment with " + " ".join(requirements))
    _do([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
    _do([uv, "pip", "install", "--quiet", "--python", str(python), *requirements])
    (folder / "complete").touch()
    return str(python)


def jars(*coordinates: str) -> list[str]:
    """Class path of Maven artifacts and what they depend on. Raises Skipped when they cannot be fetched."""
    import jgo

    try:
        environment = jgo.build("+".join(coordinates))
    except Exception as error:
        raise Skipped(f"{coordinates[0]}: {type(error).__name__}: {error}") from error
    return sorted(str(path) for path in Path(environment.path).rglob("*.jar"))


def java_program(source: Path, *coordinates: str) -> list[str]:
    """The command line of a Java class of ours, compiled against artifacts. Raises Skipped when something of it is missing."""
    try:
        runtime = str(java())
    except MissingRuntime as error:
        raise Skipped(str(error)) from error
    libraries = jars(*coordinates)
    folder = _folder("java", *coordinates, source.read_text())
    if not (folder / "complete").exists():
        compiler = os.pathsep.join(jars(COMPILER))
        main = "org.eclipse.jdt.internal.compiler.batch.Main"
        _do(
            [
                runtime,
                "-cp",
                compiler,
                main,
                "-17",
                "-nowarn",
                "-cp",
                os.pathsep.join(libraries),
                "-d",
                str(folder),
                str(source),
            ]
        )
        (folder / "complete").touch()
    return [runtime, "-Xmx1g", "-cp", os.pathsep.join([str(folder), *libraries]), source.stem]


def _folder(*parts: str) -> Path:
    return cache_folder() / "benchmarks" / sha256("\n".join(parts).encode()).hexdigest()[:16]


def _do(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skipped(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()[-300:]}")
