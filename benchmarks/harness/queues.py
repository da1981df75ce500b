"""Queues of our SQS server: made, filled, and watched until they are empty."""

from collections.abc import Iterable
from itertools import islice

import msgspec

from bridge.sqs import open_queue
from bridge.sqs.port import Outgoing
from bridge.sqs.raw import RawQueue
from runtime.settings import Sqs

ACCOUNT = "000000000000"


class BenchmarkQueue:
    """One queue."""

    def __init__(self, endpoint_url: str, name: str) -> None:
        self.url = f"{endpoint_url}/{ACCOUNT}/{name}"
        self._name = name
        settings = Sqs(client="raw", endpoint_url=endpoint_url, region="us-east-1")
        queue = open_queue(self.url, settings)
        assert isinstance(queue, RawQueue)
        self._queue = queue

    async def create(self) -> None:
        """Makes it, with a visibility timeout that no run outlasts."""
        body = msgspec.json.encode({"QueueName": self._name, "Attributes": {"VisibilityTimeout": "600"}})
        await self._queue._call("AmazonSQS.CreateQueue", body)

    async def fill(self, bodies: Iterable[str]) -> int:
        """Sends messages; gives their number."""
        bodies, count = iter(bodies), 0
        while batch := [Outgoing(body=body) for body in islice(bodies, 10)]:
            failed = await self._queue.send_batch(batch)
            assert not failed, failed
            count += len(batch)
        return count

    async def waiting(self) -> int:
        """How many messages can be received."""
        return int((await self._queue.attributes())["ApproximateNumberOfMessages"])

    async def empty(self) -> bool:
        """Whether every message was deleted."""
        attributes = await self._queue.attributes()
        return attributes["ApproximateNumberOfMessages"] == "0" == attributes["ApproximateNumberOfMessagesNotVisible"]

    async def close(self) -> None:
        """Purges it and gives the connections back."""
        await self._queue._call("AmazonSQS.DeleteQueue", msgspec.json.encode({"QueueUrl": self.url}))
        await self._queue.close()
