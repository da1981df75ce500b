"""Every command as a user meets it first: a flag that is wrong, a setting that is wrong, servers that are not there. (Help: test_wheel.)"""

import signal
import socket

import pytest

from tests.e2e.shell import Shell
from tests.e2e.verbs import carried_out, scripts


@pytest.mark.parametrize("name", scripts())
def test_a_flag_that_is_wrong_ends_a_script_with_2(shell: Shell, name: str) -> None:
    argv = (name, "settings") if name == "trunkline" else (name,)
    told = shell.run(*argv, "--no-such-flag", code=2)
    assert "--no-such-flag" in told.err or "requires an argument" in told.err
    assert told.out == ""


def test_no_command_takes_a_flag_that_it_does_not_know(shell: Shell) -> None:
    asked = [(*path, "--no-such-flag") for path in carried_out()]
    for argv, told in zip(asked, shell.run_many(asked), strict=True):
        assert (told.code, told.out) == (2, ""), argv
        assert told.err.strip(), argv


def test_help_is_there_whatever_the_settings_are(shell: Shell) -> None:
    shell.run("trunkline", "events", "tail", "--help", env={"TRUNKLINE_PROFILE": "holiday"})


@pytest.mark.parametrize(
    ("verb", "variables", "named"),
    [
        ("settings", {"TRUNKLINE_KAFKA__PARTITIONS": "many"}, "TRUNKLINE_KAFKA__PARTITIONS"),
        ("run_communication_processor", {"WORKER_TYPE": "fax"}, "WORKER_TYPE"),
        ("up", {"TRUNKLINE_PROFILE": "holiday"}, "TRUNKLINE_PROFILE"),
        ("api", {"SERVICE_PORT": "99999"}, "SERVICE_PORT"),
        ("migrate", {"DATABASE_URL": "mysql://h"}, "DATABASE_URL"),
        ("up", {"SERVICE_PORT": "eighty"}, "SERVICE_PORT"),
    ],
)
def test_a_setting_that_is_wrong_is_named(shell: Shell, verb: str, variables: dict[str, str], named: str) -> None:
    argv = [verb] if verb in scripts() else ["trunkline", verb]
    told = shell.run(*argv, code=78, env=variables)
    assert named in told.err
    assert variables[named].partition("://")[0] in told.err
    assert told.out == ""


def test_a_dotenv_file_is_read_and_its_mistake_is_named(shell: Shell) -> None:
    (shell.folder / ".env").write_text("TRUNKLINE_KAFKA__PARTITIONS=some\n")
    assert "TRUNKLINE_KAFKA__PARTITIONS" in shell.run("trunkline", "settings", code=78).err
    (shell.folder / ".env").write_text("TRUNKLINE_KAFKA__PARTITIONS=3\nDATABASE_URL=postgresql://u:hidden@h/d\n")
    told = shell.run("trunkline", "settings").out
    assert "TRUNKLINE_KAFKA__PARTITIONS (.env)" in told
    assert "hidden" not in told


def test_servers_that_do_not_answer_are_told_in_words(shell: Shell) -> None:
    nowhere = {"KAFKA_BROKERS": "127.0.0.1:1", "DATABASE_URL": "postgresql://u@127.0.0.1:1/d"}
    kafka = shell.run("trunkline", "topics", "diff", code=1, env=nowhere).err
    assert kafka.startswith("trunkline topics: Kafka at 127.0.0.1:1 does not answer")
    assert len(kafka.splitlines()) == 1
    postgres = shell.run("trunkline", "migrate", code=1, env=nowhere).err
    assert postgres.startswith("trunkline migrate: PostgreSQL at 127.0.0.1 does not answer")
    assert len(postgres.splitlines()) == 1


def test_a_reader_that_goes_away_ends_a_command_quietly(shell: Shell) -> None:
    line = f"{shell.which('trunkline')} settings --json | head -n 1; echo ${{PIPESTATUS[0]}}"
    told = shell.run("bash", "-c", line)
    assert (told.out, told.err) == ("[\n0\n", "")


@pytest.mark.parametrize("argv", [("events", "tail"), ("tenants", "list"), ("streams",)])
def test_ctrl_c_ends_a_command_that_waits_for_a_server(shell: Shell, argv: tuple[str, ...]) -> None:
    """A broker that takes connections and never answers must not keep a user."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(30)
        running = shell.start("trunkline", *argv, env={"KAFKA_BROKERS": f"127.0.0.1:{deaf.getsockname()[1]}"})
        connection, _ = deaf.accept()
        with connection:
            assert running.end(signal.SIGINT, 10) in (0, 130), running.log
