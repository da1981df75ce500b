"""The jars of each Java server: coordinates, sizes and SHA-256 digests, pinned in `<server>.jars` beside this file.

`python -m trunkline.platform.jars` resolves them anew (after a change of a version here) and writes the pins.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

# What each server is made of, besides what these depend on. log4j-slf4j-impl: without it Kafka logs nothing.
ROOTS = {
    "kafka": ("org.apache.kafka:kafka_2.13:4.3.0", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"),
    "elasticmq": ("org.elasticmq:elasticmq-server_2.13:1.6.14",),
}


@dataclass(frozen=True)
class Jar:
    """One jar of a Maven repository: coordinates, size in bytes, SHA-256 in hexadecimal."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    def path(self, repository: Path) -> Path:
        """Where the jar lies in a repository folder."""
        folder = repository.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"

    def is_whole(self, repository: Path) -> bool:
        """Whether the file in `repository` is this jar, byte by byte."""
        path = self.path(repository)
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def pins(server: str) -> Path:
    """The file with the pinned jars of a server."""
    return Path(__file__).with_name(f"{server}.jars")


def pinned(server: str) -> tuple[Jar, ...]:
    """The jars that make up `server`, sorted by coordinate."""
    jars = []
    for line in pins(server).read_text(encoding="ascii").splitlines():
        coordinate, size, digest = line.split()
        group, artifact, version = coordinate.split(":")
        jars.append(Jar(group, artifact, version, int(size), digest))
    return tuple(jars)


def digest(server: str) -> str:
    """Changes whenever a pin of `server` does."""
    return hashlib.sha256(pins(server).read_bytes()).hexdigest()[:16]


def main() -> None:
    """Resolves ROOTS with all they depend on, downloads them, and writes the pins."""
    from jgo.maven import MavenContext

    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder))
        for server, roots in ROOTS.items():
            found: dict[str, str] = {}
            for root in roots:
                # One by one, the first wins: resolved together, one root's version rules would change the other's jars.
                asked, needed = context.resolver.resolve([context.create_dependency(root)])
                for dependency in [*asked, *(each for each in needed if each.scope in ("compile", "runtime"))]:
                    name = f"{dependency.groupId}:{dependency.artifactId}"
                    if name not in found:
                        content = dependency.artifact.resolve().read_bytes()
                        sha256 = hashlib.sha256(content).hexdigest()
                        found[name] = f"{name}:{dependency.version} {len(content)} {sha256}\n"
            pins(server).write_text("".join(sorted(found.values())), encoding="ascii")


if __name__ == "__main__":
    main()
