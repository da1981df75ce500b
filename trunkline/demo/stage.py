"""The demonstration from the first download to the last line of the account."""

import asyncio
import os
import secrets
import signal
import sys
import time
from typing import Any

from rich.console import Console

from runtime.settings import settings
from trunkline import environment, lifecycle, provision
from trunkline.demo.account import FATES, Line, total
from trunkline.demo.playing import Outcome, play
from trunkline.demo.view import accounted
from trunkline.installation import Installation
from trunkline.output import WIDE, print_json
from trunkline.platform.local import EXTERNAL, Ports

ASKED = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "TRUNKLINE_SQS__ENDPOINT_URL", "SMS_QUEUE_URL", "EMAIL_QUEUE_URL")
"""Each says that the traffic may go to queues of the user's own."""


def demonstrate(ports: Ports, *, once: bool, messages: int, rate: float, patience: float, as_json: bool) -> int:
    """Gives the exit code: 0 when every message is accounted for, else 1. What was up before stays up."""
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else WIDE // 2, highlight=False)
    here = _installation(ports)
    was_up = bool(lifecycle.running(here))
    started = time.monotonic()
    try:
        lifecycle.up(here, console.print)
        console.print(f"everything is up after {time.monotonic() - started:.0f} s; what is kept is in {here.folder}\n")
        outcome = asyncio.run(_play(console, messages, rate, patience))
        _tell(outcome, console, as_json=as_json)
        if not once:
            console.print(
                f"\nEverything stays up: http://127.0.0.1:{os.environ['TRUNKLINE_API__PORT']}/docs shows the API, "
                f"`trunkline status` the processes. Ctrl-C ends it."
            )
            _wait()
        return 0 if outcome.settled else 1
    finally:
        if not was_up:
            console.print("stopping everything; the data stay")
            lifecycle.down(here)


def _installation(ports: Ports) -> Installation:
    """The installation, with an SQS server of its own unless the user names one: credentials alone would be those of AWS, and the
    demonstration puts no traffic there unasked."""
    own = environment.own()
    if not any(own.get(name) for name in ASKED):
        for name in EXTERNAL["elasticmq"]:
            own.pop(name, None)
            os.environ.pop(name, None)
    return Installation(environment.data_folder(), ports, own)


async def _play(console: Console, messages: int, rate: float, patience: float) -> Outcome:
    found = settings()
    queues = await lifecycle.local_queues(found)
    run = f"demo-{secrets.token_hex(4)}"
    wanted: dict[str, Any] = {"run": run, "messages": messages, "rate": rate, "patience": patience}
    return await play(found, provision.DEMO, queues, os.environ, console, **wanted)


def _tell(outcome: Outcome, console: Console, *, as_json: bool) -> None:
    if as_json:
        lines = {line.kind: _plain(line) for line in outcome.lines}
        print_json(
            {
                "run": outcome.run,
                "settled": outcome.settled,
                "seconds": round(outcome.seconds, 2),
                "total": _plain(total(outcome.lines)),
                "messages": lines,
            }
        )
        return
    console.print(accounted(outcome.lines))
    all_ = total(outcome.lines)
    sum_ = " + ".join(f"{all_.fates[fate]} {fate}" for fate in FATES)
    console.print(
        f"{all_.sent} sent = {sum_}"
        if outcome.settled
        else f"{all_.sent} sent, but {all_.waiting} are not accounted for"
    )
    console.print(f"in {outcome.seconds:.1f} s, read from PostgreSQL: sqs_messages, communication_events, dead_letters")


def _plain(line: Line) -> dict[str, int]:
    return {
        "sent": line.sent,
        **{fate: line.fates[fate] for fate in FATES},
        "waiting": line.waiting,
        "events": line.events,
    }


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    asked = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda number, frame: None) for number in asked]
    signal.pause()
    for number, handler in zip(asked, before, strict=True):
        signal.signal(number, handler)
