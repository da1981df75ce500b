"""Files that others read while they are written."""

import threading
from pathlib import Path

import pytest

from trunkline.platform.files import locked, read_json, write_atomically


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    contents = ["[" + ",".join([digit] * 50_000) + "]" for digit in "12"]
    write_atomically(path, contents[0])
    done = threading.Event()
    torn: list[int] = []

    def read() -> None:
        while not done.is_set():
            text = path.read_text()
            if text not in contents:
                torn.append(len(text))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(200):
        write_atomically(path, contents[turn % 2])
    done.set()
    reader.join()
    assert torn == []


def test_a_crash_before_the_swap_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    write_atomically(path, '{"old": 1}')

    def crash(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, '{"new": 2}')
    assert read_json(path) == {"old": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "password"
    write_atomically(path, "secret", mode=0o600)
    assert path.stat().st_mode & 0o077 == 0


def test_no_file_and_no_json_are_nothing(tmp_path: Path) -> None:
    (tmp_path / "torn").write_text('{"pid": 12')
    assert read_json(tmp_path / "missing") is None
    assert read_json(tmp_path / "torn") is None


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with locked(tmp_path / "lock"):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with locked(tmp_path / "lock"):
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
