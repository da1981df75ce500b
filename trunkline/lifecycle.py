"""Up, down and status of an installation: its servers, what must exist in them, and its processes under a supervisor."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from runtime.errors import ConfigurationError
from runtime.settings import Settings, settings
from schemas.topics import TOPICS
from trunkline import provision
from trunkline.installation import Installation
from trunkline.platform import background
from trunkline.platform.ports import require_free
from trunkline.platform.server import Server
from trunkline.platform.supervised import Process, State
from trunkline.rooms import COMMANDS, PORTS, processes

READY = 60.0
"""Seconds until the processes have to be ready."""
Tell = Callable[[str], None]
"""Takes a sentence about what has just been done."""


def progress() -> Progress:
    """Bars for downloads."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    )


def up(installation: Installation, tell: Tell) -> None:
    """Brings everything up and waits until it is ready; what is up already is left as it is. Raises TrunklineError."""
    supervised = background.status(installation.processes).supervisor is not None
    if not supervised:
        # What a killed supervisor left behind holds the ports, and takes the servers along when it ends.
        background.stop(installation.processes)
    start_servers(installation, tell)
    variables = installation.take_effect()
    found = settings()
    keeper = [installation.platform.process()] if installation.platform.servers else []
    wanted = [*keeper, *processes(variables)]
    if supervised and not background.same(installation.processes, wanted):
        tell("what is to run has changed: everything is started again")
        background.stop(installation.processes)
        start_servers(installation, tell)
        supervised = False
    asyncio.run(_prepare(installation, found, tell))
    if not supervised:
        for room, variable in PORTS.items():
            require_free(int(variables[variable]), room)
    background.start_detached(installation.processes, wanted)
    background.wait_until_ready(installation.processes, READY, [name for name in COMMANDS if name != "bridge"])
    if found.profile == "local":
        asyncio.run(_local_tenant(found, tell))
    if asyncio.run(provision.has_queue(found)):
        background.wait_until_ready(installation.processes, READY, ["bridge"])
        tell(f"ready: {', '.join(COMMANDS)}")
    else:
        tell("ready, but the bridge has no queue yet: `trunkline channels set` configures one")


def start_servers(installation: Installation, tell: Tell) -> None:
    """Starts the servers that the user does not bring; shows downloads. Raises PlatformError."""
    platform = installation.platform
    for server, variable in platform.external.items():
        if server not in {each.name for each in platform.servers}:
            tell(f"{server}: yours, named by {variable}")
    if platform.missing_downloads():
        tell(f"downloading into {platform.downloads.folder}")
    with progress() as bars:
        platform.start(bars)
    for each in platform.servers:
        tell(f"{each.name}: process {each.pid} on {each.address}, data in {each.folder}")


async def _prepare(installation: Installation, found: Settings, tell: Tell) -> None:
    from projections import migrations
    from runtime import topics

    created = await topics.create(found.kafka)
    await topics.require(found.kafka, TOPICS)
    tell(f"topics: created {', '.join(created)}" if created else "topics: all there")
    changed = await migrations.migrate(found)
    tell(f"tables: {changed}")


async def _local_tenant(found: Settings, tell: Tell) -> None:
    queues = await local_queues(found)
    if await provision.create_tenant(found, provision.DEMO, "Demonstration"):
        tell(f"tenant {provision.DEMO}: created")
    for channel, url in queues.items():
        changed = await provision.configure_channel(found, provision.DEMO, channel, queue_url=url, is_active=True)
        tell(f"channel {channel}: {'reads' if changed else 'already reads'} {url}")


async def local_queues(found: Settings) -> dict[str, str]:
    """Channel to queue URL: the user's, else a queue of ours, created where it is missing.

    Raises ConfigurationError on AWS itself: nothing is created there that was not asked for.
    """
    given = {"sms": found.bridge.sms_queue_url, "email": found.bridge.email_queue_url}
    missing = tuple(channel for channel in provision.CHANNELS if not given[channel])
    if missing and not found.sqs.endpoint_url:
        raise ConfigurationError(
            f"no queue for {', '.join(missing)}: set {' and '.join(f'{each.upper()}_QUEUE_URL' for each in missing)}, or create "
            "queues and name them with `trunkline setup_channel_processors`; on AWS itself no queue is created unasked"
        )
    names = {provision.queue_name(channel): channel for channel in missing}
    made = await provision.create_queues(found.sqs, tuple(names))
    return {**{c: url for c, url in given.items() if url}, **{names[name]: url for name, url in made.items()}}


def down(installation: Installation) -> None:
    """Stops processes and servers; the data stay."""
    background.stop(installation.processes)
    installation.platform.stop()


def running(installation: Installation) -> list[str]:
    """The servers and processes of this installation that run now, also those whose supervisor was killed."""
    servers = [each.name for each in installation.platform.servers if each.alive()]
    states = background.status(installation.processes)
    return servers + [each.name for each in states.processes if each.pid and each.name in COMMANDS]


def plan(installation: Installation) -> list[str]:
    """What `up` would start, a sentence each."""
    up_already = running(installation)
    sentences = [
        f"would start {each.name}, with its data in {each.folder}"
        for each in installation.platform.servers
        if each.name not in up_already
    ]
    sentences += [f"would download {each}" for each in installation.platform.missing_downloads()]
    return sentences + [
        f"would run {room}: {' '.join(argv)}" for room, argv in COMMANDS.items() if room not in up_already
    ]


def status(installation: Installation) -> list[dict[str, Any]]:
    """One row per server and process: what it does now, how often it was restarted, how it ended last."""
    folder = installation.processes
    declared = {each.name: each for each in background.declared(folder)}
    rows = [_server_row(server) for server in installation.platform.servers]
    states = [each for each in background.status(folder).processes if each.name in COMMANDS]
    return rows + [_process_row(state, declared[state.name]) for state in states]


def _server_row(server: Server) -> dict[str, Any]:
    state = "running" if server.healthy() else "silent" if server.alive() else "stopped"
    return {
        "name": server.name,
        "state": state,
        "pid": server.pid,
        "at": server.address if state != "stopped" else None,
        "ready": state == "running",
    }


def _process_row(state: State, process: Process) -> dict[str, Any]:
    answer = background.ask(process.ready or "") if state.state == "running" else ""
    starts_in = max(0, round(state.starts_at - time.time())) if state.starts_at else None
    running = state.state in ("running", "orphaned")
    return {
        "name": state.name,
        "state": state.state if starts_in is None else f"restarts in {starts_in} s",
        "pid": state.pid,
        "at": (process.ready or "").removeprefix("http://").removesuffix("/readyz"),
        "ready": answer == "200",
        "uptime": duration(time.time() - state.started_at) if running and state.started_at else None,
        "restarts": state.restarts,
        "last_exit": state.last_exit,
        "why": None if answer in ("", "200") else answer,
    }


def duration(seconds: float) -> str:
    """`3 s`, `4 min 10 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
