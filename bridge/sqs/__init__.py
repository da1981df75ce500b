"""How the bridge speaks to a queue: five calls (port.py) and two clients behind them, raw.py and boto.py.

Comes in: a queue URL and the settings of group `sqs`. Goes out: messages, and what failed of each batch call.
"""

from bridge.sqs.port import Message, Queue
from bridge.sqs.urls import QueueUrl
from runtime.settings import Sqs

__all__ = ["Message", "Queue", "QueueUrl", "open_queue"]


def open_queue(url: str, sqs: Sqs) -> Queue:
    """The queue at `url` behind the client that the settings choose; connects lazily, close it with `await queue.close()`.

    Raises ConfigurationError for a URL that is none, an unknown AWS profile, or when no credentials can be found.
    """
    if sqs.client == "aioboto3":
        from bridge.sqs.boto import BotoQueue

        return BotoQueue(url, sqs)
    from bridge.sqs.raw import RawQueue

    return RawQueue(url, sqs)
