"""The Faust app with everything of the engine plugged in, and a worker that leaves logging to us."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import faust
from aiokafka import TopicPartition
from faust.app.base import BootStrategy

from runtime import aiokafka_repair, logs
from streams.engine.causes import HORIZON
from streams.engine.log import Log
from streams.engine.start_rule import Bounds, start
from streams.engine.table import FoldTableManager
from streams.engine.transport import Transport


class Boot(BootStrategy):
    """No web server of Faust's: its default listens on all addresses, and the worker command overwrites `web_enabled=False`."""

    enable_web = False


class Worker(faust.Worker):
    """Logs as the settings say. Faust's own set-up puts the root logger to DEBUG at its default level, which costs every send."""

    app: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spinner = None

    def _setup_logging(self) -> None:
        asked = (
            logging.getLevelName(self.loglevel) if isinstance(self.loglevel, int) else str(self.loglevel or "").upper()
        )
        logs.configure(self.app.observability, level=asked if asked in ("DEBUG", "INFO") else None)


class App(faust.App):
    """batch_topics: full names of the topics that travel in batches. decisions: the log, set before the worker starts.
    house: what lives as long as the process (`open` before anything is joined, `close` after the consumer stopped)."""

    BootStrategy = Boot

    def __init__(self, *args: Any, batch_topics: frozenset[str], observability: Any, **kwargs: Any) -> None:
        aiokafka_repair.apply()
        self.batch_topics, self.observability = batch_topics, observability
        self.decisions: Log | None = None
        self.house: Any = None
        super().__init__(
            *args,
            TableManager=FoldTableManager,
            Worker=Worker,
            key_serializer="raw",
            value_serializer="raw",
            topic_allow_declare=False,
            topic_disable_leader=True,
            table_standby_replicas=1,  # 0 would choose an assignor that does not co-partition
            worker_redirect_stdouts=False,
            web_tables_enabled=False,
            stream_recovery_delay=0.0,
            **kwargs,
        )
        self.on_before_shutdown.connect(self._close, weak=False)

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    async def on_first_start(self) -> None:
        """Instead of Faust's, which only creates folders: nothing here writes into them."""
        await self.house.open()

    async def _close(self, *_: Any, **__: Any) -> None:
        await self.house.close()

    async def start_rule(self, committed: Mapping[Any, int | None]) -> dict[Any, int]:
        """The offset at which each source partition begins (streams.engine.start_rule). Ends the process where there is none."""
        found = await bounds(self.consumer, self.decisions, committed)
        return self.house.refuse_in_words(lambda: {tp: start(tp, each, self.conf.id) for tp, each in found.items()})


async def bounds(consumer: Any, log: Any, committed: Mapping[Any, int | None]) -> dict[Any, Bounds]:
    """What the start rule needs to know about each partition, by Faust's own consumer."""
    tps = list(committed)
    # All at once: each of them waits behind the fetch in flight, for up to 1.5 s.
    begins, ends, young = await asyncio.gather(
        consumer.earliest_offsets(*tps),
        consumer.highwaters(*tps),
        _young(consumer, [tp for tp in tps if committed[tp] is None]),
    )
    out = {}
    for tp in tps:
        found = young.get(tp)
        out[tp] = Bounds(
            committed[tp],
            begins[tp],
            ends[tp],
            None if found is None else found.offset,
            log.folds[tp.partition].position > 0,
        )
    return out


async def _young(consumer: Any, fresh: Sequence[Any]) -> Mapping[Any, Any]:
    """The first record of each partition that is younger than the cause horizon."""
    if not fresh:
        return {}
    thread = consumer._thread
    horizon = int(time.time() * 1000) - HORIZON
    asked = {TopicPartition(tp.topic, tp.partition): horizon for tp in fresh}
    found: Mapping[Any, Any] = await thread.call_thread(thread._ensure_consumer().offsets_for_times, asked)
    return found
