"""Faust's recovery after a rebalance, made safe. Stock resumes the source partitions while the flow is open, so records fetched
meanwhile are delivered, thrown away by the resume, and never fetched again; and it goes on when the seek ran into its timeout."""

from typing import Any

from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery

from streams.engine.exit import Exit, die


class SafeRecovery(Recovery):
    """The flow is closed before source partitions are resumed, on both ways out of recovery; a missing seek ends the process."""

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        """The way out when an ordinary table with a changelog is in the app."""
        await self._safely(super().on_recovery_completed, generation_id)

    async def _resume_streams(self, generation_id: int = 0) -> None:
        """The way out when there is none."""
        await self._safely(super()._resume_streams, generation_id)

    async def _safely(self, stock: Any, generation_id: int) -> None:
        consumer: Any = self.app.consumer
        epoch = consumer.epoch
        consumer.stop_flow()
        self.app.flow_control.suspend()
        await stock(generation_id)
        if consumer.flow_active and consumer.epoch == epoch and consumer.assignment() and consumer.sought != epoch:
            die(Exit.NO_SEEK, "the source partitions were resumed, but not sought to their committed offsets")


class SafeTableManager(TableManager):
    """Hands out SafeRecovery."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = SafeRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
