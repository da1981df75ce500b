"""Namespaces and providers' secrets at rest."""

from uuid import UUID

import pytest

from runtime import secrets
from runtime.errors import ConfigurationError

NAMESPACE = UUID("6f1f9e0e-6d55-4b3a-9d7e-0c8f1f6a2b10")


def test_a_wrapped_namespace_comes_back() -> None:
    key = secrets.new_key()
    text = secrets.wrap(NAMESPACE, key)
    assert secrets.unwrap(text, key) == NAMESPACE
    assert NAMESPACE.hex not in text


def test_another_key_is_told_in_words() -> None:
    text = secrets.wrap(NAMESPACE, secrets.new_key())
    with pytest.raises(ConfigurationError, match="TRUNKLINE_SECRET_KEY is not the key"):
        secrets.unwrap(text, secrets.new_key())


@pytest.mark.parametrize(("key", "said"), [(None, "not set"), ("", "not set"), ("short", "too short")])
def test_a_missing_or_short_key_is_told_in_words(key: str | None, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        secrets.wrap(NAMESPACE, key)


def test_text_that_was_never_wrapped_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="is not the key"):
        secrets.unwrap("no base64 at all!", secrets.new_key())


def test_a_providers_secret_is_read_by_its_key_alone() -> None:
    key = secrets.new_key()
    sealed = secrets.seal("tök3n", key)
    assert sealed.startswith("sealed:")
    assert "tök3n" not in sealed
    assert secrets.unseal(sealed, key) == "tök3n"
    assert secrets.seal("tök3n", key) != sealed
    with pytest.raises(ConfigurationError, match="sealed with"):
        secrets.unseal(sealed, secrets.new_key())
    with pytest.raises(ConfigurationError, match="sealed with"):
        secrets.unseal("sealed:nothing", key)
