"""The flow is closed while source partitions are resumed and sought (the seek race of stock Faust)."""

from types import SimpleNamespace
from typing import Any

import pytest
from faust.tables.recovery import Recovery
from faust.types import TP

from streams.engine import recovery
from streams.engine.exit import Exit
from streams.engine.recovery import SafeRecovery, SafeTableManager
from tests.unit.streams.fakes import Died, deaths


class Surroundings:
    """Notes whether the flow is open at the moment the partitions are resumed and sought."""

    def __init__(self, seek: bool = True) -> None:
        self.seeks, self.open_at = seek, dict[str, bool]()
        self.flow_active, self.active = True, True
        self.epoch, self.sought = 3, 2
        outer = self

        class Consumer:
            epoch = property(lambda _: outer.epoch)
            sought = property(lambda _: outer.sought)
            flow_active = property(lambda _: outer.flow_active)

            def stop_flow(self) -> None:
                outer.flow_active = False

            def resume_flow(self) -> None:
                outer.flow_active = True

            def assignment(self) -> set[Any]:
                return {TP("inbound", 0)}

            def resume_partitions(self, _: Any) -> None:
                outer.open_at["resume"] = outer.flow_active or outer.active

            async def perform_seek(self) -> None:
                outer.open_at["seek"] = outer.flow_active or outer.active
                if outer.seeks:
                    outer.sought = outer.epoch

        async def nothing(*_: Any) -> None: ...

        self.app = SimpleNamespace(
            consumer=Consumer(),
            consumer_generation_id=1,
            flow_control=SimpleNamespace(suspend=self._suspend, resume=self._resume),
            on_rebalance_complete=SimpleNamespace(send=nothing),
            conf=SimpleNamespace(broker_request_timeout=1.0),
            _fetcher=SimpleNamespace(maybe_start=nothing),
            on_rebalance_end=lambda: None,
            assignor=SimpleNamespace(assigned_standbys=set),
        )

    def _suspend(self) -> None:
        self.active = False

    def _resume(self) -> None:
        self.active = True

    def of(self, kind: type[Recovery]) -> Any:
        made: Any = object.__new__(kind)
        tables: Any = type(
            "Tables", (dict,), {"on_actives_ready": lambda _: None, "on_standbys_ready": lambda _: None}
        )()

        async def wait(coro: Any, **_: Any) -> None:
            await coro

        made.__dict__.update(
            app=self.app,
            tables=tables,
            log=SimpleNamespace(dev=lambda *_: None, info=lambda *_: None, warning=lambda *_: None),
            completed=SimpleNamespace(set=lambda: None),
            _wait=wait,
            _is_changelog_tp=lambda _: False,
            _set_recovery_ended=lambda: None,
            _actives_span=None,
        )
        return made


@pytest.mark.parametrize("way", ["_resume_streams", "on_recovery_completed"])
async def test_nothing_can_be_delivered_between_resume_and_seek(way: str) -> None:
    around = Surroundings()
    await getattr(around.of(SafeRecovery), way)(1)
    assert around.open_at == {"resume": False, "seek": False}
    assert around.flow_active and around.active


@pytest.mark.parametrize("way", ["_resume_streams", "on_recovery_completed"])
async def test_stock_leaves_the_flow_open(way: str) -> None:
    """What the test above guards against: the same, without the protection."""
    around = Surroundings()
    await getattr(around.of(Recovery), way)(1)
    assert around.open_at == {"resume": True, "seek": True}


async def test_a_resume_without_its_seek_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """N2: a seek slower than its timeout looks like a success to stock. Fails without the check of `sought`."""
    deaths(monkeypatch, recovery)
    with pytest.raises(Died) as died:
        await Surroundings(seek=False).of(SafeRecovery)._resume_streams(1)
    assert died.value.code == Exit.NO_SEEK


def test_the_table_manager_hands_it_out() -> None:
    import faust

    tables: Any = faust.App("t", TableManager=SafeTableManager).tables
    assert type(tables.recovery) is SafeRecovery
