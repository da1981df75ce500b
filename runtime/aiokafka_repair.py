"""Repair of aiokafka 0.14.0's group consumer: it ignores the top-level error_code of OffsetFetch v2 and later.

While the coordinator still loads the group (for seconds after a broker restart) it would answer "no committed offset", and the
consumer would start at auto_offset_reset: lost or repeated records. Every process with a consumer group calls `apply()` first.
"""

from typing import Any

from aiokafka import errors
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.commit import OffsetFetchRequest

_stock = GroupCoordinator._send_req


async def _send_req(self: GroupCoordinator, request: Any) -> Any:
    """As aiokafka's own, but raises the broker's (retriable) error; the callers of aiokafka retry it."""
    response = await _stock(self, request)
    code = getattr(response, "error_code", 0)
    if isinstance(request, OffsetFetchRequest) and code:
        error = errors.for_code(code)
        if error is errors.NotCoordinatorForGroupError:
            self.coordinator_dead()
        raise error()
    return response


def apply() -> None:
    """Puts the repair in place, for this process; doing it again changes nothing."""
    GroupCoordinator._send_req = _send_req
