"""Which queues run; pure. Settings win over the environment's SMS_QUEUE_URL and EMAIL_QUEUE_URL (F-027 to F-029), the command line
over both."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from bridge.options import Options
from runtime.settings import Bridge
from schemas.settings import ChannelSettings


class WantedQueue(Struct, frozen=True):
    """A queue to receive from. tenant: its owner; None when several tenants share it or nobody said: then the provider's account
    decides per item (law 10)."""

    channel: str
    url: str
    tenant: str | None
    source: Literal["settings", "environment", "command line"]

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]


def wanted(stored: Iterable[ChannelSettings], bridge: Bridge, options: Options) -> dict[tuple[str, str], WantedQueue]:
    """The queues that should run now, by (channel, URL)."""
    kept = [channel for channel in stored if not channel.deleted]
    queues: dict[tuple[str, str], WantedQueue] = {}

    def add(queue: WantedQueue) -> None:
        key = queue.channel, queue.url
        other = queues.get(key)
        if other is not None and other.tenant != queue.tenant:
            queue = WantedQueue(queue.channel, queue.url, None, queue.source)
        queues[key] = queue

    environment = from_environment(bridge)
    for channel in kept:
        url = channel.queue_url or environment.get(channel.channel_type, "")
        overridden = channel.channel_type in options.queue_urls
        if channel.is_active and url and not overridden and options.takes(channel.channel_type):
            add(WantedQueue(channel.channel_type, url, channel.tenant, "settings"))
    for name, url in environment.items():
        theirs = any(channel.channel_type == name and bridge.tenant in (None, channel.tenant) for channel in kept)
        if not theirs and name not in options.queue_urls and options.takes(name):
            add(WantedQueue(name, url, bridge.tenant, "environment"))
    for name, url in options.queue_urls.items():
        if options.takes(name):
            owners = {channel.tenant for channel in kept if channel.channel_type == name}
            tenant = bridge.tenant or (next(iter(owners)) if len(owners) == 1 else None)
            add(WantedQueue(name, url, tenant, "command line"))
    return queues


def from_environment(bridge: Bridge) -> Mapping[str, str]:
    """Channel -> queue URL as the seeds' variables name them."""
    named = {"sms": bridge.sms_queue_url, "email": bridge.email_queue_url}
    return {channel: url for channel, url in named.items() if url}
