"""`python -m benchmarks.sqs_server`: the server in the foreground, until SIGTERM or Ctrl-C."""

import asyncio
import signal
import sys
from typing import Annotated

import cyclopts
import msgspec
import uvloop

from benchmarks.sqs_server.faults import Dice, Faults
from benchmarks.sqs_server.http import serve
from benchmarks.sqs_server.operations import Operations
from benchmarks.sqs_server.queues import Queues

app = cyclopts.App(name="python -m benchmarks.sqs_server", version_flags=())


async def run(host: str, port: int, dice: Dice) -> int:
    """Serves until told to stop; prints the address once it can be used. 1 when the port cannot be had."""
    queues = Queues(f"http://{host}:{port}")
    try:
        server = await serve(Operations(queues, dice), host, port)
    except OSError as error:
        print(f"cannot listen on {host}:{port}: {error.strerror}", file=sys.stderr)
        return 1
    queues.base = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    print(f"ready {queues.base}", flush=True)
    await stop.wait()
    return 0


@app.default
def main(
    *,
    port: Annotated[int, cyclopts.Parameter(help="0: a free one, which is printed")] = 9325,
    host: str = "127.0.0.1",
    faults: Annotated[str, cyclopts.Parameter(help="JSON as PUT /faults takes it")] = "{}",
    seed: Annotated[int, cyclopts.Parameter(help="of the dice that decide about faults")] = 0,
) -> int:
    """An in-memory SQS server for benchmarks and crash tests."""
    dice = Dice(seed)
    try:
        dice.arm(msgspec.json.decode(faults, type=Faults))
    except msgspec.DecodeError as error:
        print(f"--faults: {error}; fields: {', '.join(Faults.__struct_fields__)}", file=sys.stderr)
        return 2
    return uvloop.run(run(host, port, dice))


if __name__ == "__main__":
    sys.exit(app())
