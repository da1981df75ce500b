"""Conformance: every private hook of faust, mode and aiokafka that the engine stands on (docs/adr/0005).

Each hook is pinned by a fingerprint of its source. When an upgrade changes one, its test fails and says why the hook matters: read the
new source, adapt the engine, run tests/servers/streams and the crash campaign, and only then pin the new fingerprint (printed by the
failure).
"""

import hashlib
import inspect
from importlib import import_module
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import faust
import faust.tables.manager
import faust.transport.conductor
import faust.transport.consumer
import faust.transport.drivers.aiokafka
import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import GroupLoadInProgressError, NotCoordinatorForGroupError
from aiokafka.protocol.commit import OffsetFetchRequest

from runtime import aiokafka_repair
from streams.engine.app import App

HOOKS = {
    "faust.transport.consumer:Consumer._drain_messages": (
        "44a2500309e8",
        "replaced: one batch per fetch, not a task per message",
    ),
    "faust.transport.consumer:Consumer._wait_next_records": (
        "6218e1969a63",
        "fetches for our drain, waits while the flow is stopped",
    ),
    "faust.transport.consumer:Consumer.perform_seek": (
        "0e8c130ff4b0",
        "extended: partitions without a committed offset, too",
    ),
    "faust.transport.consumer:Consumer.on_partitions_revoked": (
        "d04b7ae72c6f",
        "extended: offsets are forgotten after it",
    ),
    "faust.transport.consumer:Consumer.on_partitions_assigned": ("29ce96596f05", "extended: it begins an epoch"),
    "faust.transport.consumer:Consumer._commit_offsets": (
        "1a6979904118",
        "extended: a refused commit is not noted as committed",
    ),
    "faust.transport.consumer:Consumer._filter_tps_with_pending_acks": (
        "f6f923977423",
        "extended: asks batch partitions, too",
    ),
    "faust.transport.consumer:Consumer._new_offset": (
        "1d2c7ea89a7a",
        "replaced for batch topics: one number, no lists of acks",
    ),
    "faust.transport.consumer:Consumer._should_commit": ("5ce941793947", "a commit happens when the offset grows"),
    "faust.transport.consumer:Consumer.wait_empty": (
        "e4662fe24f09",
        "waits for batches by `acked` and by weak references",
    ),
    "faust.transport.consumer:Consumer._wait_for_ack": ("d9c9337d4af8", "woken by `notify(self._waiting_for_ack)`"),
    "faust.transport.consumer:Consumer.stop_flow": (
        "cf7e875a2b0d",
        "closes the flow before source partitions are resumed",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._create_worker_consumer": (
        "c2701bfc3e6f",
        "chooses the assignor by standbys (N3)",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.seek_wait": (
        "12e8d34e554e",
        "seeks in the consumer's own thread",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._seek_wait": (
        "9d221e816d94",
        "waits until the position is known",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.earliest_offsets": (
        "5d697cd76873",
        "asked by the start rule",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.highwaters": ("b49ed48ec173", "asked by the start rule"),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._commit": (
        "932852ce7a23",
        "gives False for a refused commit",
    ),
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._fetch_records": (
        "39a2c6c79fc1",
        "gives nothing while the flow is stopped",
    ),
    "faust.tables.recovery:Recovery._resume_streams": (
        "d986a6710c1a",
        "wrapped: on_rebalance_complete, resume, seek, open the flow",
    ),
    "faust.tables.recovery:Recovery.on_recovery_completed": (
        "6ef567acf072",
        "wrapped: the same, with changelog tables in the app",
    ),
    "faust.tables.recovery:Recovery._restart_recovery.fun": (
        "6bd8a8558a2d",
        "asks `not tables`; ends silently when a wait times out",
    ),
    "faust.tables.manager:TableManager.recovery.fget": ("f0bf5de78b4c", "replaced: hands out SafeRecovery"),
    "faust.tables.manager:TableManager.add": ("4c5232ce6ba1", "replaced for fold tables: not among the changelogs"),
    "faust.tables.manager:TableManager._update_channels": (
        "88e3941facc9",
        "gives tables without a channel a changelog channel",
    ),
    "faust.tables.base:Collection.on_start": ("daddcc354ad0", "replaced: would declare a changelog topic"),
    "faust.tables.base:Collection._new_store": ("914a2bda605d", "replaced: a view of the folds"),
    "faust.tables.base:Collection.call_recover_callbacks": ("fa99eea3186c", "called after the catch-up"),
    "faust.app.base:App._new_transport": ("42db531312dd", "replaced: plugs the batch transport in"),
    "faust.app.base:App.on_first_start": ("ec655d9c2234", "replaced: checks before anything is joined"),
    "faust.app.base:App._stop_consumer": (
        "55854a5de12c",
        "stops the flow, clears queues, waits for batches, stops tables",
    ),
    "faust.app.base:App.on_stop": ("bfe5a933defb", "sends on_before_shutdown after the consumer has stopped"),
    "faust.app.base:App._on_partitions_revoked": ("d5c895bbe57d", "clears queues, waits for batches, then the signal"),
    "faust.app.base:App._on_partitions_assigned": ("de932b7927db", "starts the recovery"),
    "faust.app.base:App.on_rebalance_end": ("b7ff69e1e377", "`app.rebalancing` tells the watchdog and readyz"),
    "faust.app.base:BootStrategy._should_enable_web": ("2b6c66a4448a", "`enable_web` of the class is the last word"),
    "mode.worker:Worker._setup_logging": ("5b69bd16b1ef", "replaced: our own logging"),
    "faust.worker:Worker.on_setup_root_logger": ("0d468284fb5c", "not called: would put the root logger to DEBUG"),
    "faust.cli.worker:worker._init_worker_options": ("24f65ab580a4", "overwrites web_enabled, hence Boot.enable_web"),
    "mode.utils.queues:FlowControlEvent.resume": ("4dcdc1253fd0", "clears the queues: what was in them is gone"),
    "mode.services:Service.wait_first": ("feade6a31f8a", "reports a timeout as stopped (N2)"),
    "runtime.aiokafka_repair:_stock": ("fa4b12e914ce", "GroupCoordinator._send_req, wrapped by the repair (N1)"),
    "aiokafka.consumer.fetcher:Fetcher.fetched_records": (
        "be4348896b9b",
        "records of one partition in order of offsets",
    ),
    "aiokafka:AIOKafkaProducer.create_batch": ("c4efda4bb7a0", "our batches"),
    "aiokafka:AIOKafkaProducer.send_batch": ("bf42b0f0c5c0", "its future's offset is the base offset of the batch"),
    "aiokafka.producer.message_accumulator:BatchBuilder.append": ("657d76f55157", "gives None when the batch is full"),
}
"""Where it is -> (fingerprint of its source, what it is to the engine)."""


def fingerprint(name: str) -> str:
    module, _, path = name.partition(":")
    hook: Any = import_module(module)
    for part in path.split("."):
        hook = getattr(hook, part)
    return hashlib.sha256(inspect.getsource(inspect.unwrap(hook)).encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", HOOKS)
def test_the_hook_is_what_the_engine_was_written_for(name: str) -> None:
    pinned, why = HOOKS[name]
    now = fingerprint(name)
    assert now == pinned, f"{name} changed ({why}); its fingerprint is {now!r} now"


@pytest.mark.parametrize(
    ("package", "pinned"), [("faust-streaming", "0.15.3"), ("mode-streaming", "0.7.1"), ("aiokafka", "0.14.0")]
)
def test_the_versions_are_the_ones_that_were_proven(package: str, pinned: str) -> None:
    assert version(package) == pinned


def test_the_attributes_that_are_not_methods_exist() -> None:
    """State of Faust's that the engine reads or writes."""
    source = inspect.getsource(faust.transport.consumer)
    for name in (
        "_unacked_messages",
        "_committed_offset",
        "_read_offset",
        "_waiting_for_ack",
        "_buffered_partitions",
        "flow_active",
    ):
        assert f"self.{name}" in source, name
    assert "_tp_index" in inspect.getsource(faust.transport.conductor.Conductor)
    tables = inspect.getsource(faust.tables.manager.TableManager)
    assert "self._changelogs" in tables and "self._channels" in tables
    app = faust.App("t")
    assert app.rebalancing is False and app.tables.recovery.completed is not None  # type: ignore[attr-defined]
    assert faust.transport.drivers.aiokafka.Transport.Consumer is faust.transport.drivers.aiokafka.Consumer


async def test_the_repair_raises_what_aiokafka_ignores(monkeypatch: pytest.MonkeyPatch) -> None:
    """N1: while the coordinator loads the group it answers with an error and no offsets; read as `nothing committed`, the consumer
    would start anywhere. Fails without runtime.aiokafka_repair.apply: the stock function returns the answer."""
    answers = [14, 16, 0]
    dead: list[bool] = []

    async def stock(self: Any, request: Any) -> Any:
        return SimpleNamespace(error_code=answers.pop(0))

    monkeypatch.setattr(aiokafka_repair, "_stock", stock)
    around: Any = SimpleNamespace(coordinator_dead=lambda: dead.append(True))
    request = object.__new__(OffsetFetchRequest)
    with pytest.raises(GroupLoadInProgressError):
        await aiokafka_repair._send_req(around, request)
    with pytest.raises(NotCoordinatorForGroupError):
        await aiokafka_repair._send_req(around, request)
    assert dead == [True]
    assert (await aiokafka_repair._send_req(around, request)).error_code == 0


def test_building_an_app_applies_the_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `aiokafka_repair.apply()` in streams/engine/app.py."""
    monkeypatch.setattr(GroupCoordinator, "_send_req", aiokafka_repair._stock)
    App("t", batch_topics=frozenset(), observability=None)
    assert GroupCoordinator._send_req is aiokafka_repair._send_req
