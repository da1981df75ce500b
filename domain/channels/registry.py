"""Every channel and provider that exists: as a file of ours (Python, or a description in YAML) or by an entry point of somebody else's
package; and which of them a payload comes from.

`extra`: providers that a tenant has described (domain/declared); where a payload could be theirs, it is.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NamedTuple

import domain.channels
from domain.channels.provider import NOTHING_GIVEN, Given, Provider
from domain.declared import described

ENTRY_POINTS = "trunkline.providers"
"""The group under which other packages name their PROVIDER (docs/adding-a-channel.md)."""


class Recognised(NamedTuple):
    """why: in words, for people."""

    provider: Provider
    why: str


@cache
def channels() -> tuple[str, ...]:
    """Names of all channels, sorted: the folders beside this file, and what other packages bring."""
    ours = {module.name for module in iter_modules(domain.channels.__path__) if module.ispkg}
    return tuple(sorted(ours | {each.channel for each in outsiders()}))


@cache
def outsiders() -> tuple[Provider, ...]:
    """The providers of other packages. Raises TypeError, naming the entry point, for what is none."""
    found = []
    for point in entry_points(group=ENTRY_POINTS):
        provider = point.load()
        if not isinstance(provider, Provider):
            raise TypeError(f"entry point {point.name} = {point.value} of {ENTRY_POINTS} is no Provider")
        found.append(provider)
    return tuple(found)


@cache
def providers(channel: str) -> tuple[Provider, ...]:
    """The providers of one channel; first the one whose validation speaks for what is nobody's (the package says DEFAULT), then by name.
    Raises KeyError for a channel that does not exist."""
    if channel not in channels():
        raise KeyError(channel)
    found = [each for each in outsiders() if each.channel == channel]
    default = ""
    if any(module.name == channel for module in iter_modules(domain.channels.__path__)):
        package = import_module(f"{domain.channels.__name__}.{channel}")
        default = getattr(package, "DEFAULT", "")
        found += [*_programmed(package), *_described(package)]
    return tuple(sorted(found, key=lambda provider: (provider.name != default, provider.name)))


def _programmed(package: ModuleType) -> Iterator[Provider]:
    for found in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{found.name}")
        if hasattr(module, "PROVIDER"):
            yield module.PROVIDER


def _described(package: ModuleType) -> Iterator[Provider]:
    for found in files(package).iterdir():
        if found.name.endswith(".yaml"):
            yield described(found.read_text(encoding="utf-8"))


def provider(channel: str, name: str, extra: Sequence[Provider] = ()) -> Provider:
    """One provider. Raises KeyError when there is none of this name."""
    for each in _of(channel, extra):
        if each.name == name:
            return each
    return _by_name(channel)[name]


@cache
def _by_name(channel: str) -> dict[str, Provider]:
    return {each.name: each for each in providers(channel)}


def provider_of(channel: str, data: Any, extra: Sequence[Provider] = ()) -> Provider:
    """The provider of the channel whose payload this looks like; else the first one, whose validation says what is wrong."""
    known = providers(channel)
    for provider in (*_of(channel, extra), *known) if extra else known:
        if provider.recognises(data):
            return provider
    return known[0]


def recognise(
    data: Any, given: Given = NOTHING_GIVEN, channel: str = "", name: str = "", extra: Sequence[Provider] = ()
) -> Recognised | None:
    """Who sent this, going by what is told, then by the request's headers and path, then by the payload's shape. None when nothing
    speaks for anybody. Raises KeyError for a channel or a provider that does not exist."""
    if channel and name:
        return Recognised(provider(channel, name, extra), "you said so")
    known = list(_known(channel, name, extra))
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
    if not channel:
        return None
    first = providers(channel)[0]
    return Recognised(first, f"nothing speaks for anybody; {first.name} says what is wrong")


def _known(channel: str, name: str, extra: Sequence[Provider]) -> Iterator[Provider]:
    for each in (channel,) if channel else channels():
        for one in (*_of(each, extra), *providers(each)):
            if not name or one.name == name:
                yield one


def _of(channel: str, extra: Sequence[Provider]) -> tuple[Provider, ...]:
    return tuple(each for each in extra if each.channel == channel)
