"""`trunkline up`, `status` and `down` over again, after kills, and where a port is taken. Data are kept throughout."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns

import psutil

from tests.e2e.installed import ROOMS, SERVERS, ready, send, status, until_shown
from tests.e2e.lab import Lab
from tests.e2e.shell import Shell
from tests.waiting import until_now
from trunkline.installation import Installation
from trunkline.platform import processes
from trunkline.platform.ports import free_port
from trunkline.platform.supervisor import mark

SHORT = {"TRUNKLINE_BRIDGE__WAIT_SECONDS": "1"}


def test_up_again_leaves_everything_as_it_is(up: Shell) -> None:
    before = status(up)
    assert ready(before)
    told = up.run("trunkline", "up", "--ports", "auto")
    assert "/docs" in told.out
    assert {name: row["pid"] for name, row in status(up).items()} == {name: row["pid"] for name, row in before.items()}
    assert up.run("trunkline", "up", "--dry-run").out == "everything is up\n"


def test_what_is_started_by_hand_beside_it_gives_way(up: Shell) -> None:
    assert "health and metrics are on port" in up.run("run_communication_processor", "--max-cycles", "1", env=SHORT).err
    projections = up.start("trunkline", "projections")
    projections.until_said("Uvicorn running")
    assert "health and metrics are on port" in projections.log
    assert projections.end() == 0


def test_a_killed_process_is_restarted_and_its_exit_is_shown(up: Shell) -> None:
    before = status(up)
    os.kill(before["projections"]["pid"], signal.SIGKILL)
    until_now(lambda: status(up)["projections"]["last_exit"] == -signal.SIGKILL, 30, "its end is shown")
    until_now(lambda: ready(status(up)), 60, "it is back")
    after = status(up)
    assert after["projections"]["restarts"] == before["projections"]["restarts"] + 1
    assert after["projections"]["pid"] != before["projections"]["pid"]
    assert all(after[name]["pid"] == row["pid"] for name, row in before.items() if name != "projections")
    (line,) = (line for line in up.run("trunkline", "status").out.splitlines() if line.startswith("projections"))
    assert " -9 " in line


def test_after_kills_of_supervisor_and_servers_up_leaves_one_of_each_and_the_data(up: Shell) -> None:
    """Stale pid files, orphans, servers that are gone."""
    before, folder, text = status(up), up.folder / ".trunkline" / "processes", f"before {time_ns()}"
    send(up, text)
    until_shown(up, text)
    supervisor = psutil.Process(json.loads((folder / "supervisor.pid").read_text())["pid"])
    supervisor.kill()
    supervisor.wait(30)
    for name in SERVERS:
        os.kill(before[name]["pid"], signal.SIGKILL)
    told = up.run("trunkline", "status", code=3)
    assert "orphaned" in told.out
    assert "not ready: " in told.err
    up.run("trunkline", "up", "--ports", "auto", seconds=120)
    after = status(up)
    assert ready(after)
    assert len(processes.marked(mark(folder))) == len(["servers", *ROOMS])
    assert not {row["pid"] for row in after.values()} & {row["pid"] for row in before.values()}
    until_shown(up, text)
    send(up, f"after {text}")
    until_shown(up, f"after {text}")


def test_a_change_of_settings_starts_everything_again(up: Shell) -> None:
    """Rooms are not started while their servers are stopped, and what was said stays so."""
    port, text = str(free_port()), f"kept {time_ns()}"
    send(up, text)
    until_shown(up, text)
    told = up.run("trunkline", "up", "--ports", "auto", env={"SERVICE_PORT": port}, seconds=120)
    assert f"http://127.0.0.1:{port}/docs" in told.out
    after = status(up)
    assert ready(after)
    assert after["api"]["at"] == f"127.0.0.1:{port}"
    assert [after[name]["restarts"] for name in ROOMS] == [0] * len(ROOMS)
    until_shown(up, text)
    assert f"http://127.0.0.1:{port}/docs" in up.run("trunkline", "up", "--ports", "auto").out


def test_before_the_first_start_nothing_is_said_to_run(shell: Shell) -> None:
    assert "nothing runs; `trunkline up` starts everything" in shell.run("trunkline", "status", code=3).err
    assert "nothing of" in shell.run("trunkline", "down").out


def test_a_port_that_a_process_needs_is_taken(lab: Lab, tmp_path: Path) -> None:
    with held(0) as port:
        env = {**lab.shell.variables, "TRUNKLINE_API__PORT": str(port)}
        told = Shell(tmp_path, env).run("trunkline", "up", "--ports", "auto", code=1).err
        assert f"api cannot listen on 127.0.0.1:{port}: it is taken by process {os.getpid()}" in told
        assert "automatic ports" in told
    assert processes.marked(mark(tmp_path / ".trunkline" / "processes")) == []


def test_a_port_that_a_server_needs_is_taken(lab: Lab, tmp_path: Path) -> None:
    """With fixed ports. Whoever holds 9092 on this machine is named; else this test does."""
    env = {name: value for name, value in lab.shell.variables.items() if name != "KAFKA_BROKERS"}
    shell = Shell(tmp_path, env)
    shell.variables.pop("KAFKA_BROKERS", None)
    with held(9092):
        told = shell.run("trunkline", "up", code=1).err
    assert "kafka cannot listen on 127.0.0.1:9092: it is taken by process" in told


def test_the_users_own_name_of_a_port_counts(shell: Shell) -> None:
    """SERVICE_PORT, as the seeds call it, also where an earlier `up` left another one behind."""
    own = Installation(shell.folder / "data", "fixed", {"SERVICE_PORT": "9000"})
    assert own.http_ports()["TRUNKLINE_API__PORT"] == 9000
    left = shell.folder / ".trunkline"
    left.mkdir()
    (left / "env").write_text("export TRUNKLINE_API__PORT='8010'\n")
    rows = {row["name"]: row for row in json.loads(shell.run("trunkline", "settings", "--json").out)}
    assert (rows["api.port"]["value"], Path(rows["api.port"]["source"].split("(")[1]).name) == (8010, "env)")
    told = shell.run("trunkline", "settings", "--json", env={"SERVICE_PORT": "9000"}).out
    assert {row["name"]: row for row in json.loads(told)}["api.port"]["value"] == 9000


def test_down_stops_everything_and_can_be_said_again(up: Shell) -> None:
    """The last test here, so that the servers need not be started once more."""
    before = {name: row["pid"] for name, row in status(up).items()}
    would = up.run("trunkline", "down", "--dry-run", code=3).err
    assert all(name in would for name in before)
    assert {name: row["pid"] for name, row in status(up).items()} == before
    assert "the data stay in" in up.run("trunkline", "down", seconds=120).out
    assert not any(is_alive(pid) for pid in before.values())
    assert {row["state"] for row in status(up).values()} == {"stopped"}
    assert "nothing of" in up.run("trunkline", "down").out
    assert "would start kafka" in up.run("trunkline", "up", "--dry-run", code=3).err


def is_alive(pid: int) -> bool:
    """Whether there is such a process, other than one that nobody has looked after since it ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def held(port: int) -> Iterator[int]:
    """A port of 127.0.0.1 on which somebody listens; 0: any."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen()
        except OSError:
            assert port, "no port at all is free"
        yield port or int(listening.getsockname()[1])
