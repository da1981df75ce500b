"""Looking at queues for the command line; nothing is deleted or hidden."""

from typing import Any

from bridge.options import Options
from bridge.queues import WantedQueue, wanted
from bridge.sqs import open_queue
from bridge.sqs.port import SqsError
from runtime.errors import TrunklineError, Unavailable
from runtime.settings import Settings
from schemas.times import text_of
from trunkline.bridging import queue_url
from trunkline.wishes import directory

ATTRIBUTES = {
    "waiting": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
    "visibility_timeout": "VisibilityTimeout",
}


async def shown(settings: Settings, channel: str | None, url: str | None) -> list[dict[str, Any]]:
    """One row per queue; a queue that does not answer says why."""
    if url:
        queues = [WantedQueue(channel or "", url, None, "command line")]
    else:
        options = Options(channels=frozenset({channel} if channel else ()))
        async with directory(settings.kafka) as found:
            queues = list(wanted(found.channels(), settings.bridge, options).values())
    return [await _row(settings, queue) for queue in queues]


async def _row(settings: Settings, wanted_: WantedQueue) -> dict[str, Any]:
    row: dict[str, Any] = {
        "channel": wanted_.channel,
        "queue": wanted_.url,
        "tenant": wanted_.tenant,
        "source": wanted_.source,
    }
    try:
        queue = open_queue(wanted_.url, settings.sqs)
        try:
            attributes = await queue.attributes()
        finally:
            await queue.close()
    except (SqsError, TrunklineError) as error:
        return {**row, "error": str(error)}
    counts = {name: int(attributes.get(attribute, 0)) for name, attribute in ATTRIBUTES.items()}
    return {**row, **counts, "attributes": attributes}


async def peeked(settings: Settings, channel: str | None, url: str | None, limit: int) -> list[dict[str, Any]]:
    """At most `limit` messages, received with visibility 0 so that they stay where they are. Raises Unavailable."""
    found = url or await queue_url(settings, channel or "", None)
    queue = open_queue(found, settings.sqs)
    try:
        messages = await queue.receive(limit, 1, visibility=0)
    except SqsError as error:
        raise Unavailable(f"{found}: {error}") from error
    finally:
        await queue.close()
    return [
        {
            "message_id": message.message_id,
            "receives": message.receives,
            "sent_at": text_of(int(message.attributes.get("SentTimestamp", 0))),
            "attributes": dict(message.attributes),
            "message_attributes": {name: value.text for name, value in message.message_attributes.items()},
            "body": message.body,
        }
        for message in messages
    ]
