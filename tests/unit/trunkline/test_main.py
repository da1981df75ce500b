"""The command line: verbs found by existing, exit codes, and sentences instead of stack traces."""

import subprocess
import sys
from pkgutil import iter_modules

import pytest

from trunkline import commands
from trunkline.main import app, main

VERBS = sorted(module.name.replace("_", "-") for module in iter_modules(commands.__path__))


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUNKLINE_DATA", str(tmp_path / "data"))


def test_the_help_of_all_lists_every_file_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert all(verb in told for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_its_own_verbs_have_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert f"trunkline {verb}" in told
    assert len(told.splitlines()) > 3
    for inner in app()[verb]:
        if not inner.startswith("-"):
            assert main([verb, inner, "--help"]) == 0


@pytest.mark.parametrize("verb", ["setup_channel_processors", "setup-channel-processors"])
def test_underscores_are_understood(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert "--queue-url" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ["nothing-like-it"],
        ["settings", "--nothing-like-it"],
        ["demo", "--messages", "many"],
        ["demo", "--messages", "0"],
        ["up", "--ports", "some"],
        ["setup_channel_processors"],
        ["setup_channel_processors", "--channel", "sms"],
        ["setup_channel_processors", "--list", "--delete", "sms"],
        ["channels", "set", "sms", "--queue-url", "not a url", "--tenant", "acme"],
        ["dead-letters", "redrive", "--tenant", "acme"],
        ["dead-letters", "list", "--tenant", "acme", "--quarantine"],
        ["events", "search", "--since", "yesterday"],
    ],
)
def test_a_mistaken_command_line_is_exit_code_2_and_words(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    told = capsys.readouterr()
    assert told.err.strip()
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TRUNKLINE_PROFILE", "holiday"),
        ("TRUNKLINE_KAFKA__PARTITIONS", "many"),
        ("TRUNKLINE_KAFKA__SECURITY_PROTOCOL", "HOPE"),
        ("SERVICE_PORT", "99999"),
    ],
)
def test_a_bad_setting_is_exit_code_78_and_words(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from runtime.settings import settings

    monkeypatch.setenv(variable, value)
    settings.cache_clear()
    try:
        assert main(["settings"]) == 78
    finally:
        settings.cache_clear()
    told = capsys.readouterr()
    assert value in told.err
    assert "Traceback" not in told.out + told.err


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    program = "import sys; from trunkline.main import main; sys.exit(main(['settings']))"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), told) == (0, b"")


def test_ctrl_c_is_130_without_a_stack_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from trunkline import effective

    def interrupted() -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(effective, "effective", interrupted)
    assert main(["settings"]) == 130
    assert capsys.readouterr().err == ""


def test_help_imports_nothing_heavy() -> None:
    heavy = "faust", "aiokafka", "sqlalchemy", "fastapi", "botocore", "aioboto3", "uvicorn", "asyncpg"
    program = (
        "import sys; from trunkline.main import main; main([]); "
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
