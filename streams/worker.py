"""Puts one worker together: settings, policies, log, engine, agent, health and metrics. `faust -A streams worker` runs it."""

import asyncio
import logging
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import faust.auth

from domain.aggregates import Aggregate, aggregates
from runtime import interpreter, topics, tracing
from runtime.errors import ConfigurationError, TrunklineError
from runtime.kafka import client_options, topic_name
from runtime.metrics import REGISTRY
from runtime.probes import probes
from runtime.settings import Settings, settings
from schemas.topics import COMMANDS, DEAD_LETTERS, DECISIONS, INBOUND, SETTINGS
from streams.engine.app import App
from streams.engine.exit import refuse
from streams.engine.log import Log
from streams.engine.loop import Engine
from streams.engine.parking import Brake
from streams.engine.producer import Producer
from streams.engine.rocks import Rocks, RocksReadThrough
from streams.engine.rules import Rules, SourceTopic
from streams.engine.stats import Stats
from streams.engine.store import Memory, Store
from streams.engine.table import FoldTable
from streams.engine.watchdog import Watchdog
from streams.metrics import StreamsCollector
from streams.policies import Policies
from streams.slot import Slot
from streams.sources import SOURCES

log = logging.getLogger(__name__)
T = TypeVar("T")
HEARTBEATS = 4
"""Heartbeats per session timeout."""
GARBAGE_THRESHOLD = 500_000
"""Thousands of records live at once, each with a dozen headers."""
SWITCH = 0.02
"""Seconds for which the deciding thread may keep the interpreter to itself while the fetching thread waits; a round is about as long."""
NEXT_PORT = 100
"""What a further worker on the same machine adds to the port for health and metrics."""


@cache
def app() -> App:
    """The app of this process, from its settings. Raises ConfigurationError."""
    interpreter.use_uvloop()
    return build(settings())


def build(
    with_: Settings,
    kinds: Mapping[str, Aggregate] | None = None,
    sources: Mapping[str, SourceTopic] = SOURCES,
    events: Any = None,
) -> App:
    """An app for these settings. kinds: the aggregates, those of the domain when None. Connects to nothing yet."""
    kafka, chosen = with_.kafka, with_.streams
    client, answer = client_options(kafka), kafka.request_timeout_ms / 1000
    names = {topic_name(kafka, topic): sources[topic.name] for topic in (INBOUND, COMMANDS)}
    made = App(
        kafka.topic_prefix + chosen.group,
        batch_topics=frozenset(names),
        observability=with_.observability,
        broker=[f"kafka://{broker.strip()}" for broker in kafka.brokers.split(",")],
        broker_credentials=credentials(client),
        topic_partitions=kafka.partitions,
        broker_session_timeout=chosen.session_timeout,
        broker_heartbeat_interval=chosen.session_timeout / HEARTBEATS,
        broker_rebalance_timeout=max(15.0, chosen.session_timeout),
        broker_request_timeout=max(2 * answer, chosen.session_timeout),
        broker_commit_interval=0.5,
        producer_request_timeout=answer,
        datadir=str(chosen.datadir),
    )
    producer = Producer(client)
    policies = Policies(client, topic_name(kafka, SETTINGS), producer)
    known = dict(aggregates() if kinds is None else kinds)
    rules = Rules(known, sources, policies.of) if events is None else Rules(known, sources, policies.of, events)
    house = House(made, with_, producer, policies, rules)
    table: Any = made.tables.add(
        FoldTable(made, name="aggregates", decisions=house.log, wipe=house.wipe, help="state of every aggregate")
    )
    brake = Brake(chosen.park_limit, chosen.park_window)
    engine = house.engine = Engine(made, house.log, table, names, topic_name(kafka, DEAD_LETTERS), policies.copy, brake)
    made.house, made.decisions = house, house.log

    @made.agent(made.topic(*names, key_type=bytes, value_type=bytes), name="decider")
    async def decider(stream: Any) -> None:
        await engine.run(stream)

    @made.timer(10.0)
    async def copies() -> None:
        await engine.repair_copies()

    @made.on_worker_init.connect(weak=False)
    def tuned(*_: Any, **__: Any) -> None:
        interpreter.collect_rarely(GARBAGE_THRESHOLD)
        sys.setswitchinterval(SWITCH)

    return made


def credentials(client: Mapping[str, Any]) -> Any:
    """Faust's form of the credentials in aiokafka's options; None for a plain connection."""
    context = client.get("ssl_context")
    if "sasl_oauth_token_provider" in client:
        return faust.auth.OAuthCredentials(oauth_cb=client["sasl_oauth_token_provider"], ssl_context=context)
    if "sasl_mechanism" in client:
        return faust.auth.SASLCredentials(
            username=client["sasl_plain_username"],
            password=client["sasl_plain_password"],
            mechanism=client["sasl_mechanism"],
            ssl_context=context,
        )
    return None if context is None else faust.auth.SSLCredentials(context)


class House:
    """What lives as long as the process: local store, policies, watchdog, health and metrics."""

    engine: Engine

    def __init__(self, app: App, with_: Settings, producer: Producer, policies: Policies, rules: Rules) -> None:
        self.app, self.settings, self.producer, self.policies, self.rules = app, with_, producer, policies, rules
        topic = topic_name(with_.kafka, DECISIONS)
        self.log = Log(client_options(with_.kafka), topic, rules, self.new_store, Stats(), producer)
        self.slot: Slot | None = None
        self._open = AsyncExitStack()

    def new_store(self, partition: int) -> Store:
        """Opens the local store of one partition; the topic is part of its path: another log, another fold."""
        if self.slot is None:
            return Memory()
        kind = Rocks if self.settings.streams.store == "rocksdict" else RocksReadThrough
        return kind(self.slot.folder / self.log.topic / str(partition), self.rules.aggregates)

    def wipe(self) -> None:
        """Deletes the local stores of workers that are not running (`faust -A streams reset`)."""
        slot = Slot(Path(self.settings.streams.datadir))
        shutil.rmtree(slot.folder / self.log.topic, ignore_errors=True)
        slot.release()

    async def open(self) -> None:
        """Checks the topics, reads the policies, serves health and metrics. Ends the process in words when that cannot work."""
        try:
            tracing.configure(self.settings.observability, "streams")
            await topics.require(self.settings.kafka, (INBOUND, COMMANDS, DECISIONS, SETTINGS, DEAD_LETTERS))
            if self.settings.streams.store != "memory":
                self.slot = Slot(self.settings.streams.datadir)
            await self.policies.start()
            await self._serve()
        except TrunklineError as error:
            refuse(error)
        collector = StreamsCollector(self.engine, self.policies)
        REGISTRY.register(collector)
        self._open.callback(REGISTRY.unregister, collector)
        consumer: Any = self.app.consumer
        watchdog = Watchdog(
            self.settings.streams.ready_limit,
            self.engine.ready,
            lambda: self.log.progress,
            consumer.uncommitted,
            self._stopping,
        )
        watchdog.start(asyncio.get_running_loop())

    async def close(self) -> None:
        """After the consumer has stopped: nothing is decided any more."""
        await self.policies.close()
        await self.producer.close()
        await self._open.aclose()

    def refuse_in_words(self, ask: Callable[[], T]) -> T:
        """What `ask` gives; ends the process with the sentence of a TrunklineError."""
        try:
            return ask()
        except TrunklineError as error:
            refuse(error)

    def _stopping(self) -> int | None:
        """The exit code when a stop was asked for or the worker crashed, else None."""
        if self.app.crashed:
            return 1
        return 0 if self.app.should_stop else None

    async def _serve(self) -> None:
        """On the port of the settings, or the next of its row that is free: workers of one machine share their settings."""
        first = self.settings.streams.http_port
        for port in range(first, min(first + 10 * NEXT_PORT, 65_536), NEXT_PORT) if first else [0]:
            try:
                await self._open.enter_async_context(probes(port, self.engine.waiting))
            except ConfigurationError:
                if port == first:
                    log.info("port %d is taken by another worker, trying the next ones", first)
                continue
            log.info("health and metrics on port %d", port)
            return
        raise ConfigurationError(f"no port from {first} on (every {NEXT_PORT}th) is free for health and metrics")
