"""The one folder with everything the local platform downloads."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.progress import Progress

from trunkline.platform.errors import DownloadFailed
from trunkline.platform.files import locked, write_atomically
from trunkline.platform.jars import Jar, digest, pinned

CACHE_VARIABLE = "TRUNKLINE_CACHE"
PARALLEL = 8


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where downloads live: TRUNKLINE_CACHE, else `trunkline` in the user's cache folder (XDG base directory specification)."""
    if chosen := environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser().absolute()
    if shared := environ.get("XDG_CACHE_HOME"):
        return Path(shared).expanduser().absolute() / "trunkline"
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()).absolute() / ".cache" / "trunkline"


class Downloads:
    """The jars of the Java servers in `folder`. A jar counts only when its digest is the pinned one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder()
        self.repository = self.folder / "maven"

    def complete(self, server: str) -> bool:
        """Whether everything `server` needs is here; looks at sizes only, the digests were verified when the mark was set."""
        if not self._mark(server).exists():
            return False
        paths = [(jar.path(self.repository), jar.size) for jar in pinned(server)]
        return all(path.is_file() and path.stat().st_size == size for path, size in paths)

    def classpath(self, server: str) -> str:
        """The Java class path of `server`; downloads first what is missing."""
        if not self.complete(server):
            self.fetch(server)
        return os.pathsep.join(str(jar.path(self.repository)) for jar in pinned(server))

    def fetch(self, server: str, progress: Progress | None = None) -> None:
        """Downloads what is missing of `server`, verified; takes up an interrupted download where it ended.

        Shows the bytes in `progress`. Raises DownloadFailed when the repository cannot be reached or sends something else.
        """
        with locked(self.folder / f"{server}.lock"):
            if self.complete(server):
                return
            missing = [jar for jar in pinned(server) if not jar.is_whole(self.repository)]
            advance = self._bar(server, missing, progress)
            with ThreadPoolExecutor(PARALLEL) as pool:
                for done in [pool.submit(self._fetch_jar, jar, advance) for jar in missing]:
                    done.result()
            # Last: a run that was interrupted before this point verifies every jar again.
            write_atomically(self._mark(server), "every jar was verified\n")

    def _bar(self, server: str, jars: list[Jar], progress: Progress | None) -> Callable[[int], None]:
        if progress is None:
            return lambda size: None
        task = progress.add_task(f"{server}: {len(jars)} jars", total=sum(jar.size for jar in jars))
        return lambda size: progress.advance(task, size)

    def _fetch_jar(self, jar: Jar, advance: Callable[[int], None]) -> None:
        from jgo.maven import MavenContext, PythonResolver
        from requests import RequestException

        @contextlib.contextmanager
        def chunks(filename: str, total: int) -> Iterator[Callable[[int], None]]:
            yield advance

        # jgo takes any file that is there for the jar: what is here now is no whole one.
        jar.path(self.repository).unlink(missing_ok=True)
        context = MavenContext(PythonResolver(progress_callback=chunks), repo_cache=self.repository, timeout=60)
        project = context.project(jar.group, jar.artifact)
        try:
            project.at_version(jar.version).artifact().resolve()
        except (RequestException, OSError, RuntimeError) as error:
            raise DownloadFailed(
                f"{jar.coordinate} could not be downloaded into {self.repository}: {error}. "
                "Check the network (Maven Central, or HTTPS_PROXY) and run the same command again: it goes on from here."
            ) from error
        if not jar.is_whole(self.repository):
            jar.path(self.repository).unlink(missing_ok=True)
            raise DownloadFailed(
                f"{jar.coordinate} arrived damaged or was replaced: its SHA-256 is not {jar.sha256}. It was removed; "
                "run the same command again, and if this repeats distrust the network between here and Maven Central."
            )

    def _mark(self, server: str) -> Path:
        return self.folder / f"{server}-{digest(server)}.complete"
