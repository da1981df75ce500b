"""Sends a plan to the queues and writes the ledger: a free lane at a given rate, and a causal lane that waits for the inbound log."""

import asyncio
import http.client
import json
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer

from tests.crash.ledger import Body, Ledger, Plan
from tests.crash.queues import Queues, Refused

TICK = 0.1
BATCH = 10


class Traffic:
    """urls: queue name of the plan -> queue URL. topic: the inbound log with its prefix."""

    def __init__(
        self, plan: Plan, ledger: Ledger, endpoint_url: str, urls: Mapping[str, str], brokers: str, topic: str
    ) -> None:
        self.plan, self.ledger, self.urls = plan, ledger, urls
        self._queues = Queues(endpoint_url)
        self._brokers, self._topic = brokers, topic
        self._waiting: dict[str, str] = {}
        self._seen: set[str] = set()

    async def run(self, at_least: int, rate: float, quiet: asyncio.Event) -> None:
        """Sends `rate` bodies a second until `quiet` is set, then the rest up to `at_least` bodies as fast as the queues take them, then
        what is due to be repeated."""
        follower = asyncio.create_task(self._follow())
        try:
            loop = asyncio.get_running_loop()
            began, freely = loop.time(), 0
            while not quiet.is_set() or self.plan.made < at_least:
                bodies = self._causal()
                due = BATCH * BATCH if quiet.is_set() else int((loop.time() - began) * rate) - freely
                bodies += [self.plan.next() for _ in range(due)]
                freely += due
                await self._send(bodies)
                if not quiet.is_set():
                    await asyncio.sleep(TICK)
            await self._send(self.plan.rest())
        finally:
            follower.cancel()
            await asyncio.gather(follower, return_exceptions=True)
            self._queues.close()

    def _causal(self) -> list[Body]:
        """The next text of every causal contact whose last one is in the inbound log."""
        bodies = []
        for contact in self.plan.causal:
            if self._waiting.get(contact) is None or self._waiting[contact] in self._seen:
                body = self.plan.causal_text(contact)
                self._waiting[contact] = body.items[0].event
                bodies.append(body)
        return bodies

    async def _send(self, bodies: Iterable[Body]) -> None:
        by_queue: dict[str, list[Body]] = {}
        for body in bodies:
            by_queue.setdefault(body.queue, []).append(body)
        for queue, all_ in by_queue.items():
            for start in range(0, len(all_), BATCH):
                await self._send_batch(queue, all_[start : start + BATCH])

    async def _send_batch(self, queue: str, bodies: list[Body]) -> None:
        for body in bodies:
            self.ledger.intend(body)
        try:
            messages = await asyncio.to_thread(self._queues.send, self.urls[queue], [body.text for body in bodies])
        except Refused as error:
            raise AssertionError(f"the queue {queue} refuses what a provider may send: {error}") from error
        except (OSError, http.client.HTTPException):
            messages = [None] * len(bodies)
        for body, message in zip(bodies, messages, strict=True):
            self.ledger.settle(body, "ok" if message else "unknown", message)

    async def _follow(self) -> None:
        """Notes which causal texts are in the inbound log."""
        consumer = AIOKafkaConsumer(self._topic, bootstrap_servers=self._brokers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            async for record in consumer:
                self._seen.add(json.loads(record.value)["id"])
        finally:
            await consumer.stop()
