"""The supervisor as a process: restarts, exit codes, an orderly end, and what a kill of it leaves behind."""

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from trunkline.platform import background, processes
from trunkline.platform.errors import PlatformError
from trunkline.platform.supervised import Process, State
from trunkline.platform.supervisor import LARGEST_LOG, mark

ORDER = """
import signal, sys, time
name, order = sys.argv[1:]
def stop(*_):
    open(order, 'a').write(name + '\\n')
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print(name, 'up', flush=True)
while True: time.sleep(600)
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    background.stop(tmp_path)
    assert processes.marked(mark(tmp_path)) == []


def loyal(folder: Path, *names: str) -> list[Process]:
    """Processes that end on SIGTERM and write down in which order."""
    return [Process(name, [sys.executable, "-c", ORDER, name, str(folder / "order")]) for name in names]


def state(folder: Path, name: str) -> State:
    return next(each for each in background.status(folder).processes if each.name == name)


def is_up(folder: Path, name: str) -> bool:
    log = folder / "logs" / f"{name}.log"
    return log.exists() and "up" in log.read_text()


def living(folder: Path) -> list[int]:
    return sorted(each.pid for each in processes.marked(mark(folder)))


def test_a_killed_child_is_restarted_and_its_exit_recorded(folder: Path) -> None:
    background.start_detached(folder, loyal(folder, "bridge", "views"))
    first, other = state(folder, "bridge").pid, state(folder, "views").pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: state(folder, "bridge").state == "backoff")
    assert state(folder, "bridge").last_exit == -signal.SIGKILL
    until(lambda: state(folder, "bridge").state == "running")
    bridge = state(folder, "bridge")
    assert bridge.pid not in (None, first)
    assert bridge.restarts == 1
    assert state(folder, "views").pid == other


def test_a_child_that_keeps_failing_is_restarted_ever_more_slowly(folder: Path) -> None:
    failing = [sys.executable, "-c", "import time; print('born', time.time(), flush=True); raise SystemExit(7)"]
    background.start_detached(folder, [Process("streams", failing)])
    until(lambda: state(folder, "streams").restarts >= 3)
    until(lambda: state(folder, "streams").state == "backoff")
    assert state(folder, "streams").last_exit == 7
    births = [float(line.split()[1]) for line in (folder / "logs" / "streams.log").read_text().splitlines()]
    pauses = [later - earlier for earlier, later in pairwise(births)][:3]
    assert pauses[0] >= 0.5
    assert pauses[1] >= 1
    assert pauses[2] >= 2


def test_a_program_that_does_not_exist_is_told_in_its_log(folder: Path) -> None:
    background.start_detached(folder, [Process("bridge", ["/nowhere/bridge"]), *loyal(folder, "views")])
    assert state(folder, "bridge").last_exit == 127
    assert "/nowhere/bridge" in (folder / "logs" / "bridge.log").read_text()
    assert state(folder, "views").state == "running"


def test_stop_ends_the_children_in_reverse_order(folder: Path) -> None:
    background.start_detached(folder, loyal(folder, "first", "second", "third"))
    for name in ("first", "second", "third"):
        until(partial(is_up, folder, name))
    background.stop(folder)
    assert (folder / "order").read_text().split() == ["third", "second", "first"]
    status = background.status(folder)
    assert status.supervisor is None
    assert [(each.state, each.pid, each.last_exit) for each in status.processes] == [("stopped", None, 0)] * 3


def test_sigterm_ends_it_with_0_and_a_deaf_child_with_sigkill(folder: Path) -> None:
    pid = background.start_detached(folder, [Process("deaf", [sys.executable, "-c", DEAF], stop_timeout=0.5)])
    until(lambda: is_up(folder, "deaf"))
    identity = processes.Identity.of(psutil.Process(pid))
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    until(lambda: identity.process() is None)
    assert time.monotonic() - began < 5
    assert processes.exit_code(identity) == 0
    assert state(folder, "deaf").last_exit == -signal.SIGKILL
    assert living(folder) == []


def test_started_twice_it_is_the_same_supervisor(folder: Path) -> None:
    children = loyal(folder, "bridge")
    pid = background.start_detached(folder, children)
    child = state(folder, "bridge").pid
    assert background.start_detached(folder, children) == pid
    assert state(folder, "bridge").pid == child


def test_other_processes_replace_the_ones_before(folder: Path) -> None:
    pid = background.start_detached(folder, loyal(folder, "bridge"))
    assert background.start_detached(folder, loyal(folder, "bridge", "views")) != pid
    assert [each.name for each in background.status(folder).processes] == ["bridge", "views"]
    assert len(living(folder)) == 2


def test_after_a_kill_of_the_supervisor_a_start_leaves_one_of_each(folder: Path) -> None:
    children = [*loyal(folder, "bridge"), Process("deaf", [sys.executable, "-c", DEAF])]
    pid = background.start_detached(folder, children)
    until(lambda: is_up(folder, "bridge") and is_up(folder, "deaf"))
    orphans = living(folder)
    assert len(orphans) == 2
    supervisor = processes.Identity.of(psutil.Process(pid))
    os.kill(pid, signal.SIGKILL)
    until(lambda: supervisor.process() is None)
    assert [each.state for each in background.status(folder).processes] == ["orphaned", "orphaned"]

    for orphan in orphans:  # keeps the wait for the deaf one short
        if "SIG_IGN" in " ".join(psutil.Process(orphan).cmdline()):
            os.kill(orphan, signal.SIGKILL)
    assert background.start_detached(folder, children) != pid
    status = background.status(folder)
    assert [each.state for each in status.processes] == ["running", "running"]
    assert living(folder) == sorted(each.pid for each in status.processes if each.pid)
    assert not set(orphans) & set(living(folder))
    assert (folder / "order").read_text() == "bridge\n", "the orphan had no chance to end in order"


def test_a_kill_of_the_supervisor_then_stop_leaves_nothing(folder: Path) -> None:
    pid = background.start_detached(folder, loyal(folder, "bridge"))
    until(lambda: is_up(folder, "bridge"))
    os.kill(pid, signal.SIGKILL)
    background.stop(folder)
    assert living(folder) == []


def test_two_starts_at_once_are_one_supervisor(folder: Path) -> None:
    children = loyal(folder, "bridge")
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(background.start_detached(folder, children))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert len(living(folder)) == 1


def test_in_the_foreground_it_is_the_only_one_and_ends_with_0(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from trunkline.platform.background import run_in_foreground;"
        "from trunkline.platform.supervised import Process;"
        "sys.exit(run_in_foreground(Path(sys.argv[1]), [Process('sleeper', ['sleep', '600'])]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], env=environment) as running:
        until(lambda: background.status(folder).supervisor == running.pid and len(living(folder)) == 1)
        with pytest.raises(PlatformError, match=f"process {running.pid} already supervises"):
            background.run_in_foreground(folder, [])
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    assert living(folder) == []


def test_a_large_log_is_put_aside_at_a_start(folder: Path) -> None:
    log = folder / "logs" / "bridge.log"
    log.parent.mkdir()
    with log.open("wb") as file:
        file.truncate(LARGEST_LOG + 1)
    background.start_detached(folder, loyal(folder, "bridge"))
    until(lambda: is_up(folder, "bridge"))
    assert log.stat().st_size < 1000
    assert (folder / "logs" / "bridge.log.1").stat().st_size == LARGEST_LOG + 1


def test_ready_is_waited_for_and_the_reason_told(folder: Path) -> None:
    answers = iter([503, 503])

    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(next(answers, 200))
            self.end_headers()
            self.wfile.write(b"contact table is behind")

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever).start()
        url = f"http://127.0.0.1:{server.server_port}/readyz"
        background.start_detached(folder, [Process("views", ["sleep", "600"], ready=url)])
        with pytest.raises(PlatformError, match=r"views at http://.*: 503 contact table is behind"):
            background.wait_until_ready(folder, timeout=0)
        background.wait_until_ready(folder, timeout=30)
        server.shutdown()


def test_environments_are_readable_by_their_owner_alone(folder: Path) -> None:
    background.start_detached(
        folder, [Process("views", ["sleep", "600"], env={"DATABASE_URL": "postgresql://u:secret@h/d"})]
    )
    for path in folder.rglob("*"):
        if path.is_file() and b"secret" in path.read_bytes():
            assert path.stat().st_mode & 0o077 == 0, path
    assert "secret" not in (folder / "state.json").read_text()
