"""One bridge process: wires the parts, follows the settings, stops on SIGTERM after what is in flight (F-032)."""

import asyncio
import signal
import socket
from collections.abc import Sequence

import structlog

from bridge import journal
from bridge.appender import Appender
from bridge.attempt import Rules
from bridge.claims import ClaimStore, claim_store
from bridge.counters import Counters
from bridge.delivery import Delivery
from bridge.dry_run import DryRun, NoClaims
from bridge.fleet import Fleet
from bridge.heartbeat import Heartbeat
from bridge.normaliser import Normaliser
from bridge.options import Options
from bridge.queues import WantedQueue, wanted
from bridge.receiver import Receiver
from bridge.records import Names
from bridge.sqs import open_queue
from bridge.tenants import Tenants
from domain.channels.registry import channels
from runtime import interpreter, topics, tracing
from runtime.errors import ConfigurationError, UsageError
from runtime.kafka import client_options, topic_name
from runtime.latest import Latest
from runtime.probes import probes
from runtime.settings import Settings
from runtime.stopping import finished
from schemas.topics import DEAD_LETTERS, INBOUND, RECEIPTS, SETTINGS

GARBAGE_THRESHOLD = 50_000
"""A quarter less CPU per message than with Python's own 700."""
LOOK_SECONDS = 0.5
"""How often the parts are asked whether they still work."""
log = structlog.get_logger(__name__)


class Shell:
    """Everything a bridge process has."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.settings = settings
        self.options = options
        self.bridge = settings.bridge
        self.rules = Rules(
            settings.bridge.max_receives,
            settings.bridge.invalid,
            settings.bridge.backoff_seconds,
            settings.bridge.claim_bytes,
        )
        kafka = settings.kafka
        self.names = Names(
            inbound=topic_name(kafka, INBOUND),
            receipts=topic_name(kafka, RECEIPTS),
            dead_letters=topic_name(kafka, DEAD_LETTERS),
            bridge=socket.gethostname(),
        )
        claims = claim_store(settings.bridge.claim_store, settings.sqs)
        self.claims: ClaimStore = NoClaims(claims) if options.dry_run else claims
        self.tenants = Tenants(settings.secret_key)
        self.latest = Latest(client_options(kafka), topic_name(kafka, SETTINGS))
        self.appender = Appender(client_options(kafka), kafka.partitions, settings.bridge.linger_ms / 1000)
        self.fleet = Fleet(self._receiver)
        self.stopping = asyncio.Event()

    async def run(self) -> int:
        """Until SIGTERM, Ctrl-C or the last cycle. Raises what ended it otherwise."""
        _check(self.options)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        try:
            if not await finished(self._open(), self.stopping):
                return 0
            async with probes(0 if self.options.dry_run else self.bridge.http_port, self.problems):
                await self._follow()
                if not await self.fleet.stop(self.bridge.drain_seconds, self.bridge.poll_grace):
                    log.warning("not everything in flight was finished in time; the queue brings it again")
                await self.appender.close()
        finally:
            await self.latest.close()
        return 0

    async def _open(self) -> None:
        await topics.require(self.settings.kafka, (INBOUND, RECEIPTS, DEAD_LETTERS, SETTINGS))
        await self.latest.start(self.tenants.apply)

    def problems(self) -> Sequence[str]:
        """Why this bridge is not ready."""
        found = self.fleet.problems()
        return [*found, self.appender.trouble] if self.appender.trouble else found

    async def _follow(self) -> None:
        """Adjusts the fleet to the settings until it is time to stop."""
        self.fleet.adjust(self._wanted())
        if self.options.in_cycles and not self._wanted():
            raise ConfigurationError(
                "no queue to receive from: set SMS_QUEUE_URL or EMAIL_QUEUE_URL, or configure a channel with "
                "`trunkline setup_channel_processors --channel <channel> --queue-url <url>`"
            )
        while not self.stopping.is_set() and not self.fleet.done:
            for failure in (self.appender.failure, self.latest.failed):
                if failure is not None:
                    raise failure
            if self.tenants.changed.is_set():
                self.tenants.changed.clear()
                self.fleet.adjust(self._wanted())
            try:
                await asyncio.wait_for(self.stopping.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    def _wanted(self) -> dict[tuple[str, str], WantedQueue]:
        return wanted(self.tenants.directory.channels(), self.bridge, self.options)

    def _receiver(self, queue: WantedQueue) -> Receiver:
        """Raises ConfigurationError when the queue cannot be opened."""
        client = open_queue(queue.url, self.settings.sqs)
        counters = Counters(queue)
        heartbeat = Heartbeat(client, queue.name)
        normaliser = Normaliser(queue, self.claims, self.rules, lambda: self.tenants.routes(queue))
        if self.options.dry_run:
            deliver, ready = DryRun(normaliser, self.options.show).deliver, _at_once
        else:
            deliver = Delivery(client, normaliser, self.appender, heartbeat, self.names, counters).deliver
            ready = self.appender.ready
        return Receiver(queue, client, heartbeat, deliver, ready, self.bridge, self.options, counters)


async def _at_once() -> None:
    """A dry run needs no broker to write to."""


def _check(options: Options) -> None:
    for channel in sorted(options.channels | set(options.queue_urls)):
        if channel not in channels():
            raise UsageError(f"there is no channel {channel!r}; there are: {', '.join(channels())}")


def main(settings: Settings, options: Options) -> int:
    """Runs a bridge; blocks. Gives the exit code. Raises TrunklineError that says what is wrong and what to do."""
    journal.configure(settings.observability.log_level if options.seed_lines else "WARNING")
    tracing.configure(settings.observability, "bridge")

    interpreter.collect_rarely(GARBAGE_THRESHOLD)

    async def run() -> int:
        return await Shell(settings, options).run()

    return interpreter.run(run())
