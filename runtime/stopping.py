"""Starting up with an ear for the wish to stop: a server that takes a connection and never answers must not hold up Ctrl-C."""

import asyncio
from collections.abc import Coroutine
from typing import Any

CLEAN_UP_SECONDS = 3.0


async def finished(starting: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Whether `starting` came to its end. False when `stop` was set before that: it is cancelled then, and has some seconds to close
    what it had opened. Raises what it raises."""
    task, stopping = asyncio.ensure_future(starting), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CLEAN_UP_SECONDS)
            return False
        task.result()
        return True
    finally:
        stopping.cancel()
        task.cancel()
