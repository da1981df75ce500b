"""Does what docs/adding-a-channel.md says: its files, put beside the channels that exist, read every one of their examples."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

import domain.channels
from domain.channels import registry
from domain.channels.provider import Provider
from domain.intake import QueueMessage, Routes, Taken, take
from trunkline.reference.artefact import ROOT

PAGE = (ROOT / "docs" / "adding-a-channel.md").read_text()
ROUTES = Routes(namespaces={"acme": UUID("6f2a9c1e-4b7d-4e0a-9c55-0d3f8e71b2a4")}, queue="acme")


@pytest.fixture
def lighthouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider of the page, in the folder of the page."""
    package, provider = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    folder = tmp_path / "pager"
    folder.mkdir()
    (folder / "__init__.py").write_text(package)
    (folder / "lighthouse.py").write_text(provider)
    monkeypatch.setattr(domain.channels, "__path__", [*domain.channels.__path__, str(tmp_path)])
    registry.channels.cache_clear()
    registry.providers.cache_clear()
    yield registry.providers("pager")[0]
    registry.channels.cache_clear()
    registry.providers.cache_clear()
    for name in [name for name in sys.modules if name.startswith("domain.channels.pager")]:
        del sys.modules[name]


def told(taken: Taken) -> tuple[str, ...]:
    """What a message came to, in the words of an example's outcome."""
    events = [f"{e.type}:{e.status.status}" if e.status else e.type for _, e in taken.events]
    return (*events, *(f"rejected:{each.reason}" for each in taken.rejected))


def test_channel_is_found_by_existing(lighthouse: Provider) -> None:
    assert "pager" in registry.channels()
    assert lighthouse.name == "lighthouse"


def test_every_example_comes_to_what_it_says(lighthouse: Provider) -> None:
    for name, example in lighthouse.examples.items():
        assert told(take(QueueMessage(channel="pager", body=example.body), ROUTES)) == example.outcome, name


def test_test_message_is_read_back(lighthouse: Provider) -> None:
    fields = {"from_number": "+4530112233", "to_number": "+4570101010", "body": "Call me"}
    body = lighthouse.build["message_received"](fields, "0" * 32)
    ((key, event),) = take(QueueMessage(channel="pager", body=body), ROUTES).events
    assert key == f"acme:contact:{event.contact}"
    assert (event.channel, event.provider, event.content.text) == ("pager", "lighthouse", "Call me")
