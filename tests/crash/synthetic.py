"""A perfect run without servers: what topics, offsets and tables would hold if nothing ever failed. For the checker's tests."""

import uuid
import zlib
from collections import defaultdict
from copy import deepcopy
from typing import Any

from tests.crash import fold
from tests.crash.facts import COMMANDS, DEAD_LETTERS, DECISIONS, INBOUND, RECEIPTS, Facts, Record
from tests.crash.ledger import OURS, WORDS, Item, Plan, Sent

NAMESPACE = uuid.UUID("b1d5ad8c-22f0-4f53-9d0e-0a4a0d0c3a11")
PARTITIONS = 4
AT = "2026-11-24T10:07:24.123Z"


def traffic(seed: int, bodies: int = 400) -> list[Sent]:
    """A ledger in which every body was accepted."""
    plan = Plan(seed, NAMESPACE, contacts=20, causal=3, garbage=0.03)
    made = [plan.next() if number % 5 else plan.causal_text(plan.causal[number % 3]) for number in range(bodies)]
    return [Sent(body, "ok", f"message-{body.number}") for body in [*made, *plan.rest()]]


class World:
    """Topics as a run would have filled them; `facts()` adds what follows from them."""

    def __init__(self, sent: list[Sent]) -> None:
        self.sent = sent
        self.topics: dict[str, list[Record]] = {
            name: [] for name in (INBOUND, COMMANDS, DECISIONS, RECEIPTS, DEAD_LETTERS)
        }
        self._ends: dict[tuple[str, int], int] = defaultdict(int)
        self._versions: dict[str, int] = defaultdict(int)
        self._decided: set[str] = set()
        for start in range(0, len(sent), 10):
            self._receive(sent[start : start + 10])

    def append(self, topic: str, key: str, value: dict[str, Any]) -> Record:
        partition = zlib.crc32(key.encode()) % PARTITIONS
        offset = self._ends[topic, partition]
        self._ends[topic, partition] += 1
        record = Record(partition, offset, 1_764_000_000_000 + offset, key, value, (("ce_tenant", b"acme"),))
        self.topics[topic].append(record)
        return record

    def _receive(self, batch: list[Sent]) -> None:
        receipts = []
        for sent in batch:
            assert sent.message is not None
            receipt: dict[str, Any] = {"message": sent.message, "attempt": 1, "tenant": "acme"}
            if sent.body.items:
                receipt |= {"status": "processed", "events": [item.event for item in sent.body.items]}
                for item in sent.body.items:
                    self._decide(
                        item, self.append(INBOUND, item.key, {"id": item.event, "provider_id": item.provider_id})
                    )
            else:
                receipt["status"] = "dead_lettered"
                self._give_up(sent)
            receipts.append(receipt)
        value = {
            "queue": "sms",
            "queue_url": "http://queue/sms",
            "channel": "sms",
            "bridge": "b1",
            "at": AT,
            "receipts": receipts,
        }
        self.append(RECEIPTS, "b1:sms", value)

    def _give_up(self, sent: Sent) -> None:
        letter = {
            "id": str(uuid.uuid5(NAMESPACE, str(sent.message))), "stage": "parse", "reason": "unreadable", "error": "no form", "at": AT,
            "channel": "sms", "tenant": "acme", "origin": {"queue": "sms", "message": sent.message}, "content": {"data": sent.body.text},
        }  # fmt: skip
        self.append(DEAD_LETTERS, "b1:sms", letter)

    def _decide(self, item: Item, source: Record) -> None:
        if item.event in self._decided:
            return
        self._decided.add(item.event)
        events = [self._event(item)]
        if item.text in WORDS:
            id_ = str(uuid.uuid5(uuid.UUID(item.event), "1"))
            scope = {"scope": "channel:sms", "state": "opted_out", "source": "keyword", "evidence": item.event}
            events.append({"id": id_, "type": "consent_changed", **scope})
        self.decision(item.key, item.event, source, events)

    def decision(self, key: str, cause: str, source: Record, events: list[dict[str, Any]]) -> Record:
        self._versions[key] += 1
        base = self._ends[DECISIONS, zlib.crc32(key.encode()) % PARTITIONS]
        place = {"topic": INBOUND, "partition": source.partition, "offset": source.offset}
        value = {
            "aggregate": key,
            "version": self._versions[key],
            "cause": cause,
            "source": place,
            "at": AT,
            "base": base,
            "events": events,
        }
        return self.append(DECISIONS, key, value)

    def _event(self, item: Item) -> dict[str, Any]:
        thread = str(uuid.uuid5(NAMESPACE, f"thread|{item.address}|{OURS}"))
        message = str(
            uuid.uuid5(NAMESPACE, f"message|{item.provider_id}|{item.key if item.type == 'message_status' else ''}")
        )
        event: dict[str, Any] = {
            "id": item.event, "message": message, "thread": thread, "channel": "sms", "provider": "twilio", "provider_id": item.provider_id,
            "ours": f"tel:{OURS}", "person": {"address": item.address},
        }  # fmt: skip
        if item.type == "message_received":
            return event | {"type": "message_received", "direction": "inbound", "content": {"text": item.text}}
        fact = [item.status, ""]
        failed = item.status in fold.FAILURES
        facts = {"failure": fact} if failed else {"progress": fact}
        return event | {"type": "message_status_reported", "direction": "outbound", "reported": item.status, **facts}

    def facts(self) -> Facts:
        facts = Facts(
            topics={name: sorted(records, key=lambda each: each[:2]) for name, records in self.topics.items()}
        )
        for name in (INBOUND, COMMANDS):
            for partition in range(PARTITIONS):
                facts.ends[name, partition] = facts.committed[name, partition] = self._ends[name, partition]
        facts.ends[DECISIONS, 0] = self._ends[DECISIONS, 0]
        facts.rows = {place: [deepcopy(row) for row in rows.values()] for place, rows in fold.expected(facts).items()}
        position = {"view": "inbox", "version": 1, "topic": DECISIONS, "partition": 0}
        facts.positions = [position | {"next_offset": facts.ends[DECISIONS, 0]}]
        facts.audit = [
            position | {"old_offset": 0, "new_offset": 5},
            position | {"old_offset": 5, "new_offset": facts.ends[DECISIONS, 0]},
        ]
        return facts
