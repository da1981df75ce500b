"""Everything that deciding and folding need to know and that does not change while a worker runs."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from domain.aggregates import Aggregate, Input
from schemas.envelope import Header, fixed_headers, subject_headers
from schemas.events import AnyEvent
from schemas.identity import split_key
from schemas.settings import Policy
from streams.engine.slim import slim_decoder


class SourceTopic(NamedTuple):
    """One topic whose records are decided. name: without deployment prefix. decode(bytes) -> input, raises msgspec's errors or
    ValueError. belongs(input, key) -> whether the record's key is the aggregate that the input names (laws 7 and 10)."""

    name: str
    decode: Callable[[bytes], Any]
    belongs: Callable[[Any, str], bool]


class Refused(ValueError):
    """A record that can never be decided. `reason` is a short name, fit for a label; the text says what is wrong."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


DECISION_HEADERS = fixed_headers("trunkline.decision.v1", "trunkline/streams")


class Owner(NamedTuple):
    """What an aggregate key says. headers: those that all decisions of this aggregate share."""

    key: str
    tenant: str
    aggregate: Aggregate
    headers: tuple[Header, ...]


class Rules:
    """aggregates: by kind. sources: by name. context(tenant) -> (settings version, policy) at this moment. events: the union of
    events that a decision may hold."""

    def __init__(
        self,
        aggregates: Mapping[str, Aggregate],
        sources: Mapping[str, SourceTopic],
        context: Callable[[str], tuple[int, Policy]],
        events: Any = AnyEvent,
    ) -> None:
        self.aggregates = dict(aggregates)
        self.sources = dict(sources)
        self.context = context
        self.decode_slim = slim_decoder(events).decode
        self.owner = lru_cache(65_536)(self._owner)
        self._by_kind = {kind.encode(): aggregate for kind, aggregate in self.aggregates.items()}

    def _owner(self, key: bytes | None) -> Owner:
        """Who decides for this key. Raises Refused when it is no aggregate key or of a kind that nobody knows."""
        try:
            text = (key or b"").decode()
            tenant, kind, _ = split_key(text)
        except ValueError as error:
            raise Refused("not_a_key", "the record's key is not an aggregate key (tenant:kind:id)") from error
        aggregate = self.aggregates.get(kind)
        if aggregate is None:
            known = ", ".join(sorted(self.aggregates))
            raise Refused("unknown_aggregate", f"no aggregate of kind {kind!r} exists; known: {known}")
        return Owner(text, tenant, aggregate, subject_headers(DECISION_HEADERS, text.encode(), tenant))

    def aggregate_of(self, key: bytes) -> Aggregate:
        """Who folds the decisions of this key; cheaper than `owner` for keys that come once. Raises Refused like it."""
        parts = key.split(b":", 2)
        known = self._by_kind.get(parts[1]) if len(parts) == 3 else None
        return known or self._owner(key).aggregate

    def input_of(self, topic: str, data: bytes) -> Input:
        """Decodes an input that was decodable when it was parked. Raises KeyError for a source topic that is gone."""
        return self.sources[topic].decode(data)
