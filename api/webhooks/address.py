"""What the path of a webhook says: /webhooks/{channel}[/{provider}][/{purpose}][/{key}].

Without a provider (the seeds' /webhooks/whatsapp, /webhooks/messenger, /webhooks/email) headers and payload tell which it is. The purpose
(`inbound`, `tracking` ...) is what the request must be about (domain/reading.py). The key says whose it is.
"""

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


def address(path: str) -> Address | None:
    """Where a decoded path leads; None for a channel or a provider that does not exist, or more than there can be said."""
    if not path.startswith(PREFIX):
        return None
    channel, *more = path[len(PREFIX) :].removesuffix("/").split("/")
    channel = _name(channel)
    if channel not in channels():
        return None
    if not more:
        return Address(channel, None, "")
    provider = next((each for each in providers(channel) if each.name == _name(more[0])), None)
    keys = [each for each in more[1:] if each.lower() not in PURPOSES]
    if provider is None or len(keys) > 1 or len(more) > 3 or "" in keys:
        return None
    return Address(channel, provider, keys[0] if keys else "")


def _name(segment: str) -> str:
    return segment.lower().replace("-", "_")
