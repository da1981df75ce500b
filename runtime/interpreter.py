"""The interpreter as our processes want it: uvloop's event loops where there are any, and a garbage collector that seldom looks."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, on uvloop."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop

    return uvloop.run(main)


def use_uvloop() -> None:
    """Event loops that somebody else makes in this process from now on are uvloop's: Faust's for the worker and for its consumer's
    thread."""
    if sys.platform != "win32":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def collect_rarely(objects: int) -> None:
    """The collector looks when so many objects live that did not at its last look, and never at those of now. What our batches leave
    behind is freed by counting; with Python's own threshold it would look several times per batch for nothing."""
    gc.freeze()
    gc.set_threshold(objects, 20, 50)
