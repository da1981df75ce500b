"""What goes back to the queue: deletions of what is done with, visibility of what failed.

A 200 answer may still say `Failed` for single entries; those are tried again for as long as the message is ours (M2 in faults.md).
"""

import asyncio
from collections.abc import Sequence

from bridge.attempt import Attempt
from bridge.counters import Counters
from bridge.heartbeat import now
from bridge.sqs.port import Failure, Queue, SqsError
from runtime import failpoints

LONGEST_BACKOFF = 15 * 60
PAUSE = 0.2


async def delete(queue: Queue, handles: Sequence[str], deadline: float, counters: Counters) -> int:
    """Deletes, trying again until `deadline`: then the queue shows them again, which is harmless. How many are deleted."""
    pending = list(dict.fromkeys(handles))
    count, pause = len(pending), PAUSE
    while True:
        try:
            failures = await _sent(queue, pending)
        except SqsError as error:
            counters.sqs_error("delete", error)
            if not error.transient:
                return count - len(pending)
        else:
            # Our fault is a handle that has expired: the message is somebody else's by now.
            lost = sum(failure.sender_fault for failure in failures)
            pending = [pending[failure.position] for failure in failures if not failure.sender_fault]
            count -= lost
            for failure in failures:
                counters.failed_entry("delete", failure)
            if not pending:
                return count
        if now() + pause > deadline:
            return count - len(pending)
        await asyncio.sleep(pause)
        pause *= 2


async def _sent(queue: Queue, handles: Sequence[str]) -> Sequence[Failure]:
    if not failpoints.ACTIVE:
        return await queue.delete_batch(handles)
    sending = asyncio.ensure_future(queue.delete_batch(handles))
    await asyncio.wait({sending}, timeout=0.002)
    failpoints.hit("B5")
    return await sending


async def give_back(queue: Queue, attempts: Sequence[Attempt], first: int, counters: Counters) -> None:
    """Makes failed messages visible again after their back-off. What waits behind another of its group comes back at once, last
    first, so that the group keeps its order. When this fails the queue's own timeout brings them."""
    entries = [
        (attempt.message.receipt_handle, backoff(first, attempt.receives)) for attempt in attempts if attempt.backs_off
    ]
    entries += [(attempt.message.receipt_handle, 0) for attempt in reversed(attempts) if attempt.reason == "held"]
    if not entries:
        return
    try:
        failures = await queue.change_visibility_batch(entries)
    except SqsError as error:
        counters.sqs_error("give back", error)
        return
    for failure in failures:
        counters.failed_entry("give back", failure)


def backoff(first: int, receives: int) -> int:
    """Seconds until a message that was received `receives` times is tried again: `first`, doubling up to 15 minutes."""
    return min(LONGEST_BACKOFF, first << min(receives - 1, 20))
