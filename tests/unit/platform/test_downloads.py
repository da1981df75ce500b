"""Downloads: one folder, and only whole, verified files count."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jgo.maven
import pytest
from rich.progress import Progress

from trunkline.platform import downloads, jars
from trunkline.platform.downloads import Downloads, cache_folder
from trunkline.platform.errors import DownloadFailed
from trunkline.platform.jars import Jar

CONTENT = {"one": b"1" * 1000, "two": b"2" * 2000}


def jar(name: str) -> Jar:
    return Jar("org.example", name, "1.0", len(CONTENT[name]), hashlib.sha256(CONTENT[name]).hexdigest())


@dataclass
class Repository:
    """Stands for Maven Central: serves `content`, counts what was asked for, breaks off after `breaks_after` bytes."""

    content: dict[str, bytes]
    asked: list[str]
    breaks_after: int | None = None

    def context(self, resolver: Any, repo_cache: Path, timeout: int) -> Any:
        def project(group: str, artifact: str) -> Any:
            def resolve() -> Path:
                path = jar(artifact).path(repo_cache)
                if path.exists():
                    return path
                self.asked.append(artifact)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.content[artifact][: self.breaks_after])
                if self.breaks_after is not None:
                    raise OSError("connection reset")
                with resolver.progress_callback(path.name, len(self.content[artifact])) as advance:
                    advance(len(self.content[artifact]))
                return path

            return SimpleNamespace(
                at_version=lambda version: SimpleNamespace(artifact=lambda: SimpleNamespace(resolve=resolve))
            )

        return SimpleNamespace(project=project)


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Repository:
    served = Repository(dict(CONTENT), [])
    monkeypatch.setattr(jgo.maven, "MavenContext", served.context)
    monkeypatch.setattr(downloads, "pinned", lambda server: (jar("one"), jar("two")))
    return served


def test_the_folder_is_the_users_choice() -> None:
    home = {"HOME": "/home/ann"}
    assert cache_folder(home) == Path("/home/ann/.cache/trunkline")
    assert cache_folder({**home, "XDG_CACHE_HOME": "/cache"}) == Path("/cache/trunkline")
    assert cache_folder({**home, "XDG_CACHE_HOME": "/cache", "TRUNKLINE_CACHE": "/big"}) == Path("/big")


def test_a_second_fetch_asks_for_nothing(tmp_path: Path, repository: Repository) -> None:
    with Progress(disable=True) as progress:
        Downloads(tmp_path).fetch("kafka", progress)
        assert [(task.total, task.completed) for task in progress.tasks] == [(3000, 3000)]
    assert sorted(repository.asked) == ["one", "two"]
    assert Downloads(tmp_path).classpath("kafka").count("1.0.jar") == 2
    assert len(repository.asked) == 2


def test_an_interrupted_download_goes_on_where_it_ended(tmp_path: Path, repository: Repository) -> None:
    jar("one").path(tmp_path / "maven").parent.mkdir(parents=True)
    jar("one").path(tmp_path / "maven").write_bytes(CONTENT["one"])
    repository.breaks_after = 500
    with pytest.raises(DownloadFailed, match="connection reset"):
        Downloads(tmp_path).fetch("kafka")
    assert jar("two").path(tmp_path / "maven").stat().st_size == 500, (
        "the half file must be there for this test to mean something"
    )
    assert not Downloads(tmp_path).complete("kafka")

    repository.breaks_after = None
    Downloads(tmp_path).fetch("kafka")
    assert repository.asked == ["two", "two"], "the whole jar was fetched again, or the half one was not"
    assert jar("two").path(tmp_path / "maven").read_bytes() == CONTENT["two"]


def test_a_file_of_the_right_size_with_other_bytes_is_refused_and_removed(
    tmp_path: Path, repository: Repository
) -> None:
    repository.content["two"] = b"3" * 2000
    with pytest.raises(DownloadFailed, match=r"org\.example:two:1\.0.*SHA-256"):
        Downloads(tmp_path).fetch("kafka")
    assert not jar("two").path(tmp_path / "maven").exists()
    assert not Downloads(tmp_path).complete("kafka")


def test_a_jar_that_was_removed_later_is_noticed(tmp_path: Path, repository: Repository) -> None:
    Downloads(tmp_path).fetch("kafka")
    jar("one").path(tmp_path / "maven").unlink()
    assert not Downloads(tmp_path).complete("kafka")


@pytest.mark.parametrize("server", jars.ROOTS)
def test_pins_hold_what_was_asked_for(server: str) -> None:
    coordinates = [each.coordinate for each in jars.pinned(server)]
    assert set(jars.ROOTS[server]) <= set(coordinates)
    assert coordinates == sorted(set(coordinates))
    assert all(len(each.sha256) == 64 and each.size > 100 for each in jars.pinned(server))
