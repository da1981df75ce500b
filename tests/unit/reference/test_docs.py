"""What the pages say exists: files, commands, settings, metrics, make targets."""

import re
from pathlib import Path
from typing import get_args

import pytest

from runtime.settings import Settings, variables
from schemas.dead_letters import Stage
from streams.engine.exit import Exit
from trunkline.main import app
from trunkline.reference.artefact import ROOT
from trunkline.reference.pages.metrics import declared

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])


def text(page: Path) -> str:
    return page.read_text()


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), f"{target} does not exist"
        if anchor and page.name != "cli.md":
            assert anchor in anchors(found), f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_exist(page: Path) -> None:
    verbs = {name for name in app() if not name.startswith("-")}
    used = set(re.findall(r"`trunkline ([a-z][a-z_-]*)", text(page)))
    used |= set(re.findall(r"^(?:\$ )?(?:\.venv/bin/)?trunkline ([a-z][a-z_-]*)", text(page), re.MULTILINE))
    assert {verb.replace("_", "-") for verb in used} <= verbs


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = set(re.findall(r"`make ([a-z-]+)", text(page))) | set(
        re.findall(r"^make ([a-z-]+)", text(page), re.MULTILINE)
    )
    assert used <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_settings_and_metrics_exist(page: Path) -> None:
    known = {v for group in Settings.GROUPS.values() for n in group.model_fields for v in variables(group, n)}
    known |= {"TRUNKLINE_PROFILE", "TRUNKLINE_SECRET_KEY", "TRUNKLINE_DATA"}
    assert set(re.findall(r"\bTRUNKLINE_[A-Z_]*[A-Z]\b", text(page))) <= known
    metrics = {metric.name for metric in declared()}
    used = set(re.findall(r"`(trunkline_[a-z_]+)`", text(page)))
    assert used <= metrics


def test_operations_explain_every_exit_code() -> None:
    page = text(ROOT / "docs" / "operations.md")
    assert all(f"| {code.value} | {code.name} |" in page for code in Exit)


def test_operations_explain_every_stage() -> None:
    page = text(ROOT / "docs" / "operations.md")
    assert all(f"`{stage}`" in page for stage in get_args(Stage))


def test_every_page_is_in_the_site() -> None:
    site = (ROOT / "zensical.toml").read_text()
    pages = [page for page in PAGES if page.is_relative_to(ROOT / "docs")]
    missing = [page.relative_to(ROOT / "docs").as_posix() for page in pages]
    assert [page for page in missing if f'"{page}"' not in site] == []


def test_decisions_are_listed_and_numbered_without_a_gap() -> None:
    files = sorted(page.name for page in (ROOT / "docs" / "adr").glob("0*.md"))
    assert [name[:4] for name in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    listed = text(ROOT / "docs" / "adr" / "README.md")
    assert all(f"({name})" in listed for name in files)


def test_code_names_decisions_that_exist() -> None:
    """`docs/adr/0006` or `ADR 0012` in a docstring leads somewhere."""
    rooms = ("schemas", "domain", "runtime", "bridge", "streams", "projections", "api", "trunkline")
    named = {
        number
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        for number in re.findall(r"(?:docs/adr/|ADR )(\d{4})", path.read_text())
    }
    assert named
    assert named <= {page.name[:4] for page in (ROOT / "docs" / "adr").glob("0*.md")}
