"""A Faust table without changelog: a read-only view of the folds of the decisions log (law 3).

A changelog is last-write-wins, so a zombie could overwrite a newer value there; any fold of a prefix of the log is valid, whoever
made it. Keys are aggregate keys, values the domain states. What may be read: partitions that are ours and caught up.
"""

from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any, NoReturn

import faust
from faust.stores.base import Store

from streams.engine.entry import Entry
from streams.engine.log import Log
from streams.engine.recovery import SafeTableManager


class ReadOnlyTable(TypeError):
    """Somebody tried to write. State changes only by decisions."""

    def __init__(self, table: "FoldTable") -> None:
        super().__init__(
            f"table {table.name!r} is a fold of topic {table.decisions.topic!r}: it changes only by decisions, never by assignment"
        )


class FoldStore(Store):  # type: ignore[type-arg]
    """The mapping behind a FoldTable. A key is looked up in each partition, so nothing is hashed."""

    table: Any

    def _folds(self) -> list[Any]:
        return [self.table.decisions.folds[p].store for p in self.table.owned]

    def __getitem__(self, key: str) -> Any:
        entry = self._entry(key)
        if entry is None:
            raise KeyError(key)
        return entry.state

    def __contains__(self, key: Any) -> bool:
        return self._entry(key) is not None

    def _entry(self, key: str) -> Entry | None:
        raw = key.encode()
        for store in self._folds():
            entry = store.get(raw)
            if entry is not None:
                return entry
        return None

    def __iter__(self) -> Iterator[str]:
        return (raw.decode() for store in self._folds() for raw in store)

    def __len__(self) -> int:
        return sum(map(len, self._folds()))

    def keys(self) -> Any:
        return KeysView(self)

    def values(self) -> Any:
        return _Values(self)

    def items(self) -> Any:
        return _Items(self)

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """Key and state of everything, one pass over the stores."""
        return ((raw.decode(), entry.state) for store in self._folds() for raw, entry in store.items())

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ReadOnlyTable(self.table)

    __setitem__ = __delitem__ = clear = update = pop = popitem = setdefault = apply_changelog_batch = _refuse

    def persisted_offset(self, tp: Any) -> None:
        return None

    def reset_state(self) -> None:
        """Called by `faust reset`: the next start folds from the beginning."""
        self.table.wipe()

    async def backup_partition(self, *_: Any, **__: Any) -> None:
        self._refuse()

    def restore_backup(self, *_: Any, **__: Any) -> None:
        self._refuse()


class _Items(ItemsView[str, Any]):
    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return self._mapping.pairs()  # type: ignore[attr-defined]


class _Values(ValuesView[Any]):
    def __iter__(self) -> Iterator[Any]:
        return (state for _, state in self._mapping.pairs())  # type: ignore[attr-defined]


class FoldTable(faust.Table):  # type: ignore[type-arg]
    """decisions: the log whose folds it shows (`log` is taken by mode.Service). wipe(): deletes the local stores."""

    def __init__(self, app: Any, *, decisions: Log, wipe: Any = None, **kwargs: Any) -> None:
        self.decisions = decisions
        self.owned: tuple[int, ...] = ()
        self.term = 0
        self.wipe = wipe or (lambda: None)
        super().__init__(app, **kwargs)
        app.on_partitions_revoked.connect(self._on_revoked, weak=False)

    def own(self, partitions: list[int], term: int) -> None:
        """Shows these partitions, unless they were revoked while they were being caught up (`term` is an old one then)."""
        if term == self.term:
            self.owned = tuple(partitions)

    async def _on_revoked(self, *_: Any, **__: Any) -> None:
        self.term += 1
        self.owned = ()  # the folds are kept: they are the warm start if a partition comes back

    def partition(self, number: int) -> Any:
        """The store of one partition. Raises LookupError when it is not ours now."""
        if number not in self.owned:
            raise LookupError(f"partition {number} of table {self.name!r} is not ours now")
        return self.decisions.folds[number].store

    # no changelog (faust/tables/base.py)

    def _new_store(self) -> Any:
        return FoldStore("fold:", self.app, self, table_name=self.name, loop=self.loop)

    async def on_start(self) -> None:
        await self.add_runtime_dependency(self.data)

    async def on_stop(self) -> None:
        self.owned = ()
        self.decisions.close()

    @property
    def changelog_topic(self) -> Any:
        raise AttributeError(f"table {self.name!r} has no changelog topic")

    @changelog_topic.setter
    def changelog_topic(self, topic: Any) -> None:
        raise AttributeError(f"table {self.name!r} has no changelog topic")

    # what Faust calls for a write, in faust/tables/table.py and mode's ManagedUserDict

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ReadOnlyTable(self)

    on_key_set = on_key_del = on_clear = send_changelog = using_window = _refuse
    __setitem__ = __delitem__ = update = clear = pop = popitem = setdefault = raw_update = _refuse


class FoldTableManager(SafeTableManager):
    """Lists and starts FoldTables, but keeps them out of everything about changelogs. Ordinary tables work beside them."""

    _channels: Any

    def add(self, table: Any) -> Any:
        if not isinstance(table, FoldTable):
            return super().add(table)
        if self._tables_finalized.is_set():
            raise RuntimeError("Too late to add tables at this point")
        if table.name in self:
            raise ValueError(f"Table with name {table.name!r} already exists")
        self[table.name] = table
        self._channels[table] = None  # no changelog channel, so no subscription (manager.py, _update_channels)
        return table

    def __bool__(self) -> bool:
        """Asked by Faust's recovery: only tables with a changelog need it."""
        return bool(self._changelogs)
