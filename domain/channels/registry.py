"""Every channel and provider that exists as a file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import domain.channels
from domain.channels.provider import Provider


@cache
def channels() -> tuple[str, ...]:
    """Names of all channels, sorted: the folders beside this file."""
    return tuple(sorted(module.name for module in iter_modules(domain.channels.__path__) if module.ispkg))


@cache
def providers(channel: str) -> tuple[Provider, ...]:
    """The providers of one channel, by name. Raises KeyError for a channel that does not exist."""
    if channel not in channels():
        raise KeyError(channel)
    package = import_module(f"{domain.channels.__name__}.{channel}")
    modules = (import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__))
    found = (module.PROVIDER for module in modules if hasattr(module, "PROVIDER"))
    return tuple(sorted(found, key=lambda provider: provider.name))


def provider_of(channel: str, data: Any) -> Provider:
    """The provider of the channel whose payload this looks like; else the first one, whose validation says what is wrong."""
    known = providers(channel)
    for provider in known:
        if provider.recognises(data):
            return provider
    return known[0]
