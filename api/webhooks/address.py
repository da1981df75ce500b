"""What the path of a webhook says: /webhooks/{channel}[/{provider}][/{purpose}][/{key}].

Without a provider (the seeds' /webhooks/whatsapp, /webhooks/messenger, /webhooks/email) headers and payload tell which it is. The purpose
(`inbound`, `tracking` ...) is what the request must be about (domain/reading.py). The key says whose it is.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.channels.provider import Provider
from domain.channels.registry import channels, providers
from domain.reading import PURPOSES

PREFIX = "/webhooks/"


class Address(NamedTuple):
    """provider: None where the path does not name it. key: empty where it says nothing."""

    channel: str
    provider: Provider | None
    key: str


def address(path: str, described: Sequence[Provider] = ()) -> Address | None:
    """Where a decoded path leads; None for a channel or a provider that does not exist, or more than there can be said. described:
    providers that tenants have described."""
    if not path.startswith(PREFIX):
        return None
    channel, *more = path[len(PREFIX) :].removesuffix("/").split("/")
    channel = _name(channel)
    if channel not in channels():
        return None
    if not more:
        return Address(channel, None, "")
    provider = _provider(channel, _name(more[0]), described)
    keys = [each for each in more[1:] if each.lower() not in PURPOSES]
    if provider is None or len(keys) > 1 or len(more) > 3 or "" in keys:
        return None
    return Address(channel, provider, keys[0] if keys else "")


def _provider(channel: str, name: str, described: Sequence[Provider]) -> Provider | None:
    known = (*(each for each in described if each.channel == channel), *providers(channel))
    return next((each for each in known if each.name == name), None)


def _name(segment: str) -> str:
    return segment.lower().replace("-", "_")
