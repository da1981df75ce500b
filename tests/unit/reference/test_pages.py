"""The committed reference pages are those of the code, and say what a reader looks for."""

from pathlib import Path

import pytest

from runtime.errors import ProblemsFound, UsageError
from runtime.settings import Settings, variables
from schemas.topics import TOPICS
from trunkline.reference import __main__ as command
from trunkline.reference.artefact import ROOT, Artefact, drift
from trunkline.reference.markdown import cell, table
from trunkline.reference.pages import pages
from trunkline.reference.pages.metrics import declared


def page(name: str) -> str:
    return (ROOT / "docs" / "reference" / f"{name}.md").read_text()


def test_pages_are_those_of_the_code() -> None:
    assert drift(pages()) == []


def test_every_page_is_generated() -> None:
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert written | {"docs/channels.md"} == {each.path for each in pages()}


def test_every_setting_has_its_names_and_a_description() -> None:
    text = page("settings")
    for group in Settings.GROUPS.values():
        for name, field in group.model_fields.items():
            assert field.description, f"{group.__name__}.{name} has no description"
            assert all(f"`{each}`" in text for each in variables(group, name))


def test_every_topic_and_metric_is_listed() -> None:
    assert all(f"`{topic.name}`" in page("topics") for topic in TOPICS)
    assert all(f"`{metric.name}`" in page("metrics") for metric in declared())


def test_metrics_bear_units_and_help() -> None:
    for metric in declared():
        assert metric.name.startswith("trunkline_")
        assert metric.help, f"{metric.name} has no help text"
        assert not set(metric.labels) & {"tenant", "id", "address", "contact"}


def test_rendering_twice_gives_the_same() -> None:
    assert [each.render() for each in pages()] == [each.render() for each in pages()]


def test_cells_keep_to_their_table() -> None:
    assert cell("a | b\n  c") == "a \\| b c"
    assert table(("x", "y"), [(1, "2")]) == "| x | y |\n| --- | --- |\n| 1 | 2 |\n"


def test_check_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["check"])
    assert "agree with the code" in capsys.readouterr().out
    monkeypatch.setattr(command, "pages", lambda: (Artefact("docs/reference/nothing.md", lambda: "x"),))
    with pytest.raises(ProblemsFound, match=r"docs/reference/nothing\.md is missing: run `make docs`"):
        command.main(["check"])


def test_wrong_arguments_are_refused() -> None:
    for arguments in ([], ["help"], ["write", "check"]):
        with pytest.raises(UsageError, match="usage"):
            command.main(arguments)


def test_root_is_the_checkout() -> None:
    assert (ROOT / "pyproject.toml").exists()
    assert Path(__file__).is_relative_to(ROOT)
