"""Looking at queues (F-349): what SQS says about them, and what is in them, without taking anything out."""

from cyclopts import App

command = App(name="queues", help="Show the channels' queues and look into them.")


@command.command
def show(*, channel: str | None = None, queue_url: str | None = None, json: bool = False) -> None:
    """Show depth and attributes of every queue that the bridge receives from.

    Parameters
    ----------
    channel
        Only this channel's.
    queue_url
        This queue instead.
    json
        Print JSON with all attributes.
    """
    import asyncio

    from runtime.settings import settings
    from trunkline import output
    from trunkline.looking import shown

    rows = asyncio.run(shown(settings(), channel, queue_url))
    columns = ("channel", "queue", "waiting", "in_flight", "delayed", "visibility_timeout", "error")
    output.show(rows, columns, as_json=json, empty="no queue is configured and active")


@command.command
def peek(channel: str | None = None, /, *, queue_url: str | None = None, limit: int = 10, json: bool = False) -> None:
    """Look at messages without taking them out: they stay visible to everybody. Each look counts as a receive at SQS.

    Bodies are shown as they are, with personal data.

    Parameters
    ----------
    channel
        The channel whose queue to look into.
    queue_url
        This queue instead.
    limit
        At most so many messages, 1 to 10.
    json
        Print JSON.
    """
    import asyncio

    from runtime.errors import UsageError
    from runtime.settings import settings
    from trunkline import output
    from trunkline.looking import peeked

    if not 1 <= limit <= 10:
        raise UsageError(f"--limit {limit}: must be 1 to 10")
    if not channel and not queue_url:
        raise UsageError("name a channel or a --queue-url")
    rows = asyncio.run(peeked(settings(), channel, queue_url, limit))
    output.show(
        rows, ("message_id", "receives", "sent_at", "body"), as_json=json, empty="the queue shows no message now"
    )
