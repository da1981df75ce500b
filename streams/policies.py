"""comms.settings.v1 as a worker uses it: reads every tenant's policy from it, and keeps the copies on it right.

A copy is the latest state of a settings aggregate. Law 4 for copies: written after the decision and before its source is acked; what
a crash or a zombie left wrong is written again after the next catch-up, or by the timer of the worker.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from domain.directory import Directory
from runtime.latest import Latest
from schemas.envelope import fixed_headers, headers
from schemas.identity import split_key
from schemas.settings import AnySettings, Policy
from schemas.times import text_of
from streams.engine.draft import LogEntry
from streams.engine.exit import Exit, die
from streams.engine.fold import Fold
from streams.engine.producer import BROKER_TROUBLE, Producer

HEADERS = fixed_headers("trunkline.settings.v1", "trunkline/streams")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnySettings).decode


class Policies:
    """client: keyword arguments for aiokafka. topic: full name of the settings topic. deadline: seconds to write a copy."""

    def __init__(self, client: Mapping[str, Any], topic: str, producer: Producer, deadline: float = 60.0) -> None:
        self.topic, self.producer, self.deadline = topic, producer, deadline
        self.copies = 0
        self._latest = Latest(client, topic)
        self.directory = Directory()
        self._last: dict[bytes, int] = {}

    async def start(self) -> None:
        """Returns when the topic is read to its end as of now; follows it from then on. Raises Unavailable."""
        await self._latest.start(self.apply)

    async def close(self) -> None:
        await self._latest.close()

    def apply(self, key: bytes, value: bytes | None) -> None:
        """Takes one record of the topic."""
        if value is None:
            self._last.pop(key, None)
            return
        try:
            record = _decode(value)
        except msgspec.MsgspecError as error:
            text = f"a record of {self.topic} cannot be read ({error}); a newer version wrote it: upgrade this worker"
            die(Exit.UNREADABLE, text, key=key.decode("utf-8", "replace"))
        self._last[key] = record.version
        self.directory.apply(record)

    def of(self, tenant: str) -> tuple[int, Policy]:
        """Version of a tenant's settings and its policy at this moment; version 0 and the defaults when it has none."""
        return self.directory.policy(tenant)

    async def copy(self, fold: Fold, keys: Iterable[bytes]) -> None:
        """Makes the copies of these settings aggregates durable where the topic's last one differs. Ends the process when it
        cannot."""
        records: list[LogEntry] = []
        versions = {}
        now = int(time.time() * 1000)
        for key in sorted(keys):
            entry = fold.store.get(key)
            if entry is None or self._last.get(key) == entry.version:
                continue
            owner = fold.rules.owner(key)
            make = owner.aggregate.settings_copy
            record = make(owner.key, entry.version, entry.state) if make else None
            if record is None:
                continue
            id_, tenant = f"{owner.key}@{entry.version}", split_key(owner.key)[0]
            head = headers(HEADERS, id_=id_, subject=key, time=text_of(now), tenant=tenant)
            records.append((key, _encode(record), head))
            versions[key] = entry.version
        if not records:
            return
        try:
            await self.producer.write(self.topic, 0, records, now, self.deadline)
        except BROKER_TROUBLE as error:
            die(Exit.APPEND_DEADLINE, "copies of settings cannot be written; are the brokers up?", error=repr(error))
        self._last |= versions
        self.copies += len(records)
