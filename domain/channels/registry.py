"""Every channel and provider that exists as a file, and which of them a payload comes from."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

import domain.channels
from domain.channels.provider import NOTHING_GIVEN, Given, Provider


class Recognised(NamedTuple):
    """why: in words, for people."""

    provider: Provider
    why: str


@cache
def channels() -> tuple[str, ...]:
    """Names of all channels, sorted: the folders beside this file."""
    return tuple(sorted(module.name for module in iter_modules(domain.channels.__path__) if module.ispkg))


@cache
def providers(channel: str) -> tuple[Provider, ...]:
    """The providers of one channel; first the one whose validation speaks for what is nobody's (the package says DEFAULT), then by name.
    Raises KeyError for a channel that does not exist."""
    if channel not in channels():
        raise KeyError(channel)
    package = import_module(f"{domain.channels.__name__}.{channel}")
    modules = (import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__))
    found = (module.PROVIDER for module in modules if hasattr(module, "PROVIDER"))
    default = getattr(package, "DEFAULT", "")
    return tuple(sorted(found, key=lambda provider: (provider.name != default, provider.name)))


def provider(channel: str, name: str) -> Provider:
    """One provider. Raises KeyError when there is none of this name."""
    return _by_name(channel)[name]


@cache
def _by_name(channel: str) -> dict[str, Provider]:
    return {each.name: each for each in providers(channel)}


def provider_of(channel: str, data: Any) -> Provider:
    """The provider of the channel whose payload this looks like; else the first one, whose validation says what is wrong."""
    known = providers(channel)
    for provider in known:
        if provider.recognises(data):
            return provider
    return known[0]


def recognise(data: Any, given: Given = NOTHING_GIVEN, channel: str = "", name: str = "") -> Recognised | None:
    """Who sent this, going by what is told, then by the request's headers and path, then by the payload's shape. None when nothing
    speaks for anybody. Raises KeyError for a channel or a provider that does not exist."""
    if channel and name:
        return Recognised(provider(channel, name), "you said so")
    known = list(_known(channel, name))
    if not known:
        raise KeyError(name)
    for each in known:
        marks = each.headers & given.headers.keys()
        if marks and (each.recognises(data) or not any(other.recognises(data) for other in known)):
            return Recognised(each, f"only {each.name} sends the header {min(marks)}")
    path = [part.lower().replace("-", "_") for part in given.url.partition("?")[0].split("/")]
    named = [each for each in known if each.name in path]
    for each in named:
        if each.recognises(data):
            return Recognised(each, f"the path names {each.name} and the payload has its shape")
    for each in known:
        if each.recognises(data):
            return Recognised(each, f"the payload has the shape of {each.channel}/{each.name}")
    if named:
        return Recognised(named[0], f"the path names {named[0].name}; the payload has nobody's shape")
    return Recognised(known[0], f"nothing speaks for anybody; {known[0].name} says what is wrong") if channel else None


def _known(channel: str, name: str) -> Iterator[Provider]:
    for each in (channel,) if channel else channels():
        for one in providers(each):
            if not name or one.name == name:
                yield one
