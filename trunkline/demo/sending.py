"""Puts the planned messages on their queues, as providers would: in order per channel, ten to a call."""

import asyncio
from collections.abc import Mapping, Sequence

from bridge.sqs import Queue, open_queue
from bridge.sqs.port import LARGEST_BATCH, Outgoing, SqsError
from runtime.errors import Unavailable
from runtime.settings import Sqs
from trunkline.demo.traffic import Planned


class Sending:
    """Sends a plan. `sent` is what the queues have taken so far."""

    def __init__(self, sqs: Sqs, queues: Mapping[str, str], plan: Sequence[Planned], rate: float) -> None:
        """queues: channel -> URL. rate: messages per second over all channels."""
        self._sqs, self._queues, self._plan, self._rate = sqs, queues, plan, rate
        self.sent: list[Planned] = []

    async def run(self) -> None:
        """Returns when everything was sent. Raises Unavailable when a queue does not take a message."""
        queues = {channel: open_queue(url, self._sqs) for channel, url in self._queues.items()}
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            for start in range(0, len(self._plan), LARGEST_BATCH):
                batch = self._plan[start : start + LARGEST_BATCH]
                channels = {message.channel for message in batch}
                await asyncio.gather(
                    *(self._send(queues[each], [m for m in batch if m.channel == each]) for each in channels)
                )
                await asyncio.sleep(max(0.0, started + len(self.sent) / self._rate - loop.time()))
        finally:
            for queue in queues.values():
                await queue.close()

    async def _send(self, queue: Queue, messages: Sequence[Planned]) -> None:
        # The correlation is what the account at the end is made by; an unknown outcome of a call may put a message there twice.
        outgoing = [Outgoing(body=message.body, attributes={"correlation": message.name}) for message in messages]
        try:
            failures = await queue.send_batch(outgoing)
        except SqsError as error:
            raise Unavailable(f"the queue of {messages[0].channel} takes no messages: {error}") from error
        if failures:
            raise Unavailable(f"the queue of {messages[0].channel} refuses a message: {failures[0].code}")
        self.sent += messages
