"""The rooms that run as processes of their own, as the supervisor is told of them."""

import os
import sys
from collections.abc import Mapping

from trunkline import environment
from trunkline.platform.ports import HOST, free_port, is_free
from trunkline.platform.supervised import Process

# -P: a folder of the user's that happens to be called like one of our packages is not imported in its place.
PYTHON = (sys.executable, "-P", "-m")
COMMANDS = {
    "streams": ("faust", "-A", "streams", "worker"),
    "projections": ("trunkline", "projections"),
    "bridge": ("trunkline", "run-communication-processor"),
    "api": ("trunkline", "api"),
    "webhooks": ("trunkline", "webhooks"),
}
"""What runs in each, in the order in which they are started; they are stopped the other way round."""
PORTS = {
    "streams": "TRUNKLINE_STREAMS__HTTP_PORT",
    "projections": "TRUNKLINE_PROJECTIONS__HTTP_PORT",
    "bridge": "TRUNKLINE_BRIDGE__HTTP_PORT",
    "api": "TRUNKLINE_API__PORT",
    "webhooks": "TRUNKLINE_WEBHOOKS__PORT",
}


def probe(room: str, variables: Mapping[str, str]) -> str:
    """Where a room serves its probes and metrics."""
    return f"http://{HOST}:{variables[PORTS[room]]}"


def processes(variables: Mapping[str, str]) -> list[Process]:
    """The rooms of the installation that `variables` describe."""
    return [
        Process(room, [*PYTHON, *argv], env=dict(variables), ready=f"{probe(room, variables)}/readyz")
        for room, argv in COMMANDS.items()
    ]


def give_way(room: str) -> None:
    """Lets a process that is started by hand serve its probes on a port of its own, and says so, when `trunkline up` runs one already.

    To be called before the settings are read.
    """
    variable = PORTS[room]
    port = os.environ.get(variable)
    if port and port == environment.of_up(variable) and not is_free(int(port)):
        os.environ[variable] = str(free_port())
        told = f"health and metrics are on port {os.environ[variable]}: {port} is that of the {room} of `trunkline up`"
        print(told, file=sys.stderr)
