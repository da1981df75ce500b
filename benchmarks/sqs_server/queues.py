"""The operations about queues themselves: one method each."""

import re
import time
from collections.abc import Callable

from benchmarks.sqs_server import wire
from benchmarks.sqs_server.errors import SqsError, invalid_parameter, queue_does_not_exist
from benchmarks.sqs_server.fifo import SUFFIX, FifoQueue
from benchmarks.sqs_server.queue import Queue
from benchmarks.sqs_server.waiters import Waiters

ACCOUNT = "000000000000"
REGION = "us-east-1"
QUEUE_NAME = re.compile(r"^[A-Za-z0-9_-]{1,80}$")


class Queues:
    """All queues of one server. `base` is the URL under which queue URLs are made."""

    def __init__(self, base: str, clock: Callable[[], float] = time.time) -> None:
        self.base = base
        self._clock = clock
        self._queues: dict[str, Queue] = {}
        self._waiters: dict[str, Waiters] = {}

    def find(self, url: str) -> Queue:
        """The queue of a URL. Raises SqsError when there is none."""
        queue = self._queues.get(url.rpartition("/")[2])
        if queue is None:
            raise queue_does_not_exist()
        return queue

    def exists(self, queue: Queue) -> bool:
        """Whether the queue has not been deleted since."""
        return self._queues.get(queue.name) is queue

    def waiters(self, queue: Queue) -> Waiters:
        """The receive calls that wait for messages of the queue."""
        return self._waiters[queue.name]

    def create_queue(self, request: wire.CreateQueue) -> wire.QueueUrl:
        name = request.queue_name
        fifo = request.attributes.get("FifoQueue") == "true"
        if not QUEUE_NAME.match(name.removesuffix(SUFFIX) if fifo else name) or fifo != name.endswith(SUFFIX):
            raise invalid_parameter(
                "QueueName",
                name,
                "1 to 80 letters, digits, hyphens or underscores; .fifo at the end of a FIFO queue's.",
            )
        now = self._clock()
        existing = self._queues.get(name)
        if existing is None:
            queue = (FifoQueue if fifo else Queue)(name, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", now)
            queue.dead_letter_queue = self._by_arn
            queue.configure(request.attributes, now)
            self._queues[name] = queue
            waiters = self._waiters[name] = Waiters()
            queue.arrived = lambda: waiters.wake(1)
        elif any(existing.attributes(now).get(key) != value for key, value in request.attributes.items()):
            raise SqsError(
                "QueueNameExists",
                "A queue already exists with the same name and a different value.",
                legacy="QueueAlreadyExists",
            )
        return wire.QueueUrl(self._url(name))

    def get_queue_url(self, request: wire.GetQueueUrl) -> wire.QueueUrl:
        if request.queue_name not in self._queues:
            raise queue_does_not_exist()
        return wire.QueueUrl(self._url(request.queue_name))

    def list_queues(self, request: wire.ListQueues) -> wire.QueueUrls:
        return wire.QueueUrls(
            [self._url(name) for name in sorted(self._queues) if name.startswith(request.queue_name_prefix)]
        )

    def delete_queue(self, request: wire.Request) -> dict[str, str]:
        queue = self.find(request.queue_url)
        del self._queues[queue.name]
        self._waiters.pop(queue.name).wake(1_000_000)
        return {}

    def purge_queue(self, request: wire.Request) -> dict[str, str]:
        self.find(request.queue_url).purge()
        return {}

    def get_queue_attributes(self, request: wire.GetQueueAttributes) -> wire.QueueAttributes:
        attributes = self.find(request.queue_url).attributes(self._clock())
        if "All" in request.attribute_names:
            return wire.QueueAttributes(attributes)
        unknown = [name for name in request.attribute_names if name not in attributes and name != "RedrivePolicy"]
        if unknown:
            raise SqsError("InvalidAttributeName", f"Unknown Attribute {unknown[0]}.")
        return wire.QueueAttributes({name: attributes[name] for name in request.attribute_names if name in attributes})

    def set_queue_attributes(self, request: wire.SetQueueAttributes) -> dict[str, str]:
        self.find(request.queue_url).configure(request.attributes, self._clock())
        return {}

    def _url(self, name: str) -> str:
        return f"{self.base}/{ACCOUNT}/{name}"

    def _by_arn(self, arn: str) -> Queue | None:
        return self._queues.get(arn.rpartition(":")[2])
