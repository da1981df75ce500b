"""Examples become what they became when somebody last looked."""

import pytest

from domain.channels.provider import Provider
from domain.channels.registry import channels, providers
from tests.contract.channels import golden

PROVIDERS = [provider for channel in channels() for provider in providers(channel)]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: f"{p.channel}/{p.name}")
def test_examples_become_what_they_became(provider: Provider) -> None:
    """A difference that is meant is written by `python -m tests.contract.channels.golden`, and read in the diff."""
    assert golden.path_of(provider).read_text() == golden.text_of(provider)


def test_no_golden_file_is_left_of_a_provider_that_is_gone() -> None:
    assert set(golden.FOLDER.glob("*/*.jsonl")) == set(map(golden.path_of, PROVIDERS))
