"""`trunkline demo`: from nothing, over again, and when a message does not arrive."""

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.e2e.installed import ready, status
from tests.e2e.shell import Shell
from tests.waiting import until_now
from trunkline.demo.account import FATES


def test_in_an_empty_folder_every_message_is_accounted_for(place: Path) -> None:
    folder = place / "demo"
    folder.mkdir()
    shell = Shell(folder)
    told = shell.run("trunkline", "demo", "--once", "--messages", "60", "--rate", "200", "--json", seconds=120)
    account = json.loads(told.out)
    assert account["settled"] is True
    for line in [account["total"], *account["messages"].values()]:
        assert line["sent"] == sum(line[fate] for fate in FATES)
        assert line["waiting"] == 0
    assert account["total"]["sent"] >= 60
    assert all(account["total"][fate] for fate in FATES)
    assert {name: summed(account, name) for name in ("sent", "events", *FATES)} == {
        name: account["total"][name] for name in ("sent", "events", *FATES)
    }
    assert "stopping everything; the data stay" in told.err
    assert {row["state"] for row in status(shell).values()} == {"stopped"}


def test_a_message_that_does_not_arrive_is_exit_code_1(up: Shell) -> None:
    """The projections stand still while the messages go through; what was up before the demonstration stays up."""
    pid = status(up)["projections"]["pid"]
    asked = ["trunkline", "demo", "--once", "--messages", "40", "--rate", "100", "--patience", "4"]
    demo = up.start(*asked)
    try:
        demo.until_said("everything is up")
        os.kill(pid, signal.SIGSTOP)
        assert demo.process.wait(60) == 1
    finally:
        os.kill(pid, signal.SIGCONT)
    assert "are not accounted for" in demo.log
    assert "Traceback" not in demo.log
    until_now(lambda: ready(status(up)), 60, "the projections have caught up")


def test_it_stays_up_until_ctrl_c(up: Shell) -> None:
    demo = up.start("trunkline", "demo", "--messages", "10")
    demo.until_said("Ctrl-C ends it")
    assert "sent = " in demo.log
    assert demo.end(signal.SIGINT) == 0
    assert ready(status(up))


def summed(account: dict[str, Any], name: str) -> int:
    return sum(line[name] for line in account["messages"].values())
