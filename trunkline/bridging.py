"""What the bridge's commands share: reading channels, finding a channel's queue."""

from collections.abc import Callable, Mapping

from domain.channels.registry import channels, providers
from runtime.errors import ConfigurationError, UsageError
from runtime.settings import Settings

Build = Callable[[Mapping[str, str], str], str]
"""Makes the body of a test message of its fields and a token (domain/channels/provider.py)."""


def channels_of(worker_type: str, where: str) -> frozenset[str]:
    """The channels that a worker type stands for; empty for all. `where` it was given names the error.

    Raises UsageError for a flag, ConfigurationError for a variable.
    """
    if worker_type == "all":
        return frozenset()
    if worker_type in channels():
        return frozenset({worker_type})
    error = UsageError if where.startswith("--") else ConfigurationError
    raise error(f"{where}={worker_type!r} is no worker type; choose one of all, {', '.join(channels())}")


def positive(flag: str, value: int | None) -> int | None:
    """The value of a flag that must be at least 1. Raises UsageError."""
    if value is not None and value < 1:
        raise UsageError(f"{flag} {value}: must be at least 1")
    return value


async def queue_url(settings: Settings, channel: str, given: str | None) -> str:
    """The queue of one channel: as given, else as the bridge would choose it. Raises UsageError for no such channel,
    ConfigurationError when there is no queue or more than one."""
    from bridge.options import Options
    from bridge.queues import from_environment, wanted
    from runtime.errors import Unavailable
    from trunkline.wishes import directory

    if channel not in channels():
        raise UsageError(f"there is no channel {channel!r}; there are: {', '.join(channels())}")
    if given:
        return given
    options = Options(channels=frozenset({channel}))
    try:
        async with directory(settings.kafka) as found:
            urls = {queue.url for queue in wanted(found.channels(), settings.bridge, options).values()}
    except Unavailable:
        urls = {url for name, url in from_environment(settings.bridge).items() if name == channel}
    if len(urls) != 1:
        found_ = "more than one queue" if urls else "no active queue"
        raise ConfigurationError(f"{found_} of channel {channel}; name it by --queue-url")
    return urls.pop()


def provider_message(channel: str, message_type: str, fields: Mapping[str, str], token: str) -> str:
    """The body of a test message in the format of the channel's provider that knows this type.

    Raises UsageError that names what is missing or lists what there is.
    """
    if channel not in channels():
        raise UsageError(f"there is no channel {channel!r}; there are: {', '.join(channels())}")
    # The channel's first provider speaks where several could: it comes last, and stays.
    builders: dict[str, Build] = {}
    for provider in reversed(providers(channel)):
        builders |= provider.build
    if message_type not in builders:
        raise UsageError(f"{channel} has no message type {message_type!r}; there are: {', '.join(sorted(builders))}")
    try:
        return builders[message_type](fields, token)
    except ValueError as error:
        flags = ", ".join(
            f"--{name.strip().replace('_', '-')}" for name in str(error).removeprefix("missing:").split(",")
        )
        raise UsageError(f"{channel} {message_type} needs {flags}") from error
