"""The page of features names the tests whose markers name them."""

from pathlib import Path

import pytest

from trunkline.reference.pages import features

TESTS = """
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.feature("F-001", "F-002")]

@pytest.mark.feature("F-003")
@pytest.mark.feature("F-005")
def test_decorated() -> None: ...

@pytest.mark.parametrize("name", ["a", pytest.param("b", marks=pytest.mark.feature("F-017"))])
async def test_one_of_its_parameters(name: str) -> None: ...

@pytest.mark.parametrize("number", ["F-020"])
def test_of_something_else(number: str) -> None: ...
"""


def shown(root: Path, **files: str) -> dict[str, list[str]]:
    """What tests with these names and texts show."""
    for name, text in files.items():
        path = root / "tests" / "some" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return features.shown(root)


def test_markers_of_files_functions_and_parameters_count(tmp_path: Path) -> None:
    assert shown(tmp_path, test_it=TESTS) == {
        "F-001": ["tests/some/test_it.py"],
        "F-002": ["tests/some/test_it.py"],
        "F-003": ["tests/some/test_it.py::test_decorated"],
        "F-005": ["tests/some/test_it.py::test_decorated"],
        "F-017": ["tests/some/test_it.py::test_one_of_its_parameters"],
    }


def test_a_marker_by_itself_is_the_whole_file(tmp_path: Path) -> None:
    assert shown(tmp_path, test_it='import pytest\npytestmark = pytest.mark.feature("F-110")') == {
        "F-110": ["tests/some/test_it.py"]
    }


def test_several_tests_stand_in_order_and_other_files_do_not_count(tmp_path: Path) -> None:
    one = '@pytest.mark.feature("F-110")\ndef test_it() -> None: ...'
    found = shown(tmp_path, test_b=one, test_a=one, conftest=one, helper=one)
    assert found == {"F-110": ["tests/some/test_a.py::test_it", "tests/some/test_b.py::test_it"]}


def test_a_number_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="features that nobody asked for: F-998, F-999"):
        shown(tmp_path, test_it='@pytest.mark.feature("F-999", "F-998", "F-001")\ndef test_it() -> None: ...')


def test_every_feature_has_a_number_and_a_title_of_its_own() -> None:
    numbers = [line.split("\t")[0] for line in features.FILE.read_text().splitlines()]
    assert numbers == sorted(set(numbers)) == list(features.titles())
    assert all(features.titles().values())


def test_what_no_test_shows_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "titles", lambda: {"F-001": "one", "F-002": "two"})
    monkeypatch.setattr(features, "shown", lambda: {"F-002": ["tests/test_a.py::test_a", "tests/test_b.py"]})
    text = features.render()
    assert "1 of 2 are shown" in text
    assert "| F-001 | one | open |" in text
    assert "| F-002 | two | `tests/test_a.py::test_a`<br>`tests/test_b.py` |" in text
