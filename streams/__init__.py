"""SHELL MIDDLE. Faust: inbound events and commands come in, decisions go out (`faust -A streams worker`).

The only room that knows Faust. The hardened engine is streams/engine; streams/worker.py puts the app together. `app` is made when it
is asked for, so that importing the engine (for a replay, for a test) neither reads settings nor connects to anything.
"""

import sys
from typing import Any


def __getattr__(name: str) -> Any:
    """`app`, as the faust command asks for it. A setting that cannot work ends the command with a sentence."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from runtime.errors import TrunklineError
    from streams.worker import app

    try:
        return app()
    except TrunklineError as error:
        sys.stderr.write(f"streams: {error}\n")
        raise SystemExit(error.exit_code) from None
