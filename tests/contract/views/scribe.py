"""Writes logs for the suite: contacts, settings, receipts and dead letters of several tenants, with odd characters, copies of appends
and writers that decided on stale state. What counts is for the readers to find out."""

import random
import uuid
from collections import defaultdict
from typing import Any

from tests.crash.facts import DEAD_LETTERS, DECISIONS, RECEIPTS, Facts, Record

PARTITIONS = 3
NAMESPACE = uuid.UUID("5ad5b9c2-6f23-4d36-946f-94fa1518fb29")
TENANTS = ("acme", "b-2")
STATUSES = ("queued", "sending", "sent", "delivered", "read", "failed", "undelivered", "canceled")
TEXTS = (
    "Hi",
    "Ja \u2014 Mar\u00eda \U0001f600",
    "zero\0inside",
    'quote " and \\ backslash',
    "\\u0000 written out",
    "",
    "x" * 3000,
)

RAWS = ({"data": "raw\0"}, {"data": "AAA=", "encoding": "base64"}, {"data": "s3://x", "encoding": "claim"})


def made(*parts: object) -> str:
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, parts))))


class Scribe:
    """seed: the same seed writes the same log."""

    def __init__(self, seed: int, contacts: int = 6) -> None:
        self.random = random.Random(seed)
        self.facts = Facts(topics={DECISIONS: [], RECEIPTS: [], DEAD_LETTERS: []})
        self.contacts = [(tenant, made("contact", tenant, n)) for tenant in TENANTS for n in range(contacts)]
        self._ends: dict[tuple[str, int], int] = defaultdict(int)
        self._counted: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
        self._events = 0

    def write(self, decisions: int = 200, batches: int = 40, letters: int = 30) -> Facts:
        """A log of about so many records."""
        for tenant in TENANTS:
            key = f"{tenant}:tenant:{tenant}"
            self.append(
                [(key, self._settings(type="tenant_created", tenant=tenant, namespace="wrapped", name="Ann\0"))]
            )
        while len(self.facts.topics[DECISIONS]) < decisions:
            self._append_something()
        for n in range(batches):
            self._receipts(n)
        for n in range(letters):
            self._letter(n % 20)
        return self.facts

    def _append_something(self) -> None:
        roll = self.random.random()
        if roll < 0.1:
            tenant = self.random.choice(TENANTS)
            self.append([(f"{tenant}:channel:sms", self._channel())])
        elif roll < 0.15:
            tenant = self.random.choice(TENANTS)
            policy = {self.random.choice("ab"): self.random.randrange(9)}
            self.append([(f"{tenant}:tenant:{tenant}", self._settings(type="tenant_policy_set", policy=policy))])
        else:
            partition = self.random.randrange(PARTITIONS)
            ours = [each for each in self.contacts if self.partition(f"{each[0]}:contact:{each[1]}") == partition]
            picked = [self.random.choice(ours) for _ in range(self.random.choice((1, 1, 3, 5)))]
            batch = [(f"{t}:contact:{c}", self._contact(t, c)) for t, c in picked]
            if roll < 0.7:
                self.append(batch)
            elif roll < 0.85:
                self.append(batch, stale=self.random.randrange(1, 12))
            else:
                self.append(batch, copies=2)

    def partition(self, key: str) -> int:
        return uuid.uuid5(NAMESPACE, key).int % PARTITIONS

    def append(self, batch: list[tuple[str, list[dict[str, Any]]]], *, stale: int = 0, copies: int = 1) -> None:
        """One append to the partition of its first key. stale: its writer had not seen the last so many records."""
        partition = self.partition(batch[0][0])
        base = max(0, self._ends[DECISIONS, partition] - stale)
        known = {key: version for offset, key, version in self._counted[partition] if offset < base}
        records = []
        for slot, (key, events) in enumerate(batch):
            known[key] = known.get(key, 0) + 1
            place = {"topic": "comms.inbound.v1", "partition": partition, "offset": self._ends[DECISIONS, partition]}
            records.append(
                {
                    "aggregate": key, "version": known[key], "cause": made("cause", key, known[key]), "source": place, "at": self._time(),
                    "base": base, "slot": slot, "correlation": made("correlation", key), "trace": f"00-{'a' * 32}-{'b' * 16}-01",
                    "events": events,
                }
            )  # fmt: skip
        for _ in range(copies):
            for value in records:
                self._decided(partition, value)

    def _decided(self, partition: int, value: dict[str, Any]) -> None:
        record = self._put(DECISIONS, partition, value["aggregate"], value)
        versions = {key: version for _, key, version in self._counted[partition]}
        if value["version"] == versions.get(value["aggregate"], 0) + 1:
            self._counted[partition].append((record.offset, value["aggregate"], value["version"]))

    def _put(self, topic: str, partition: int, key: str, value: dict[str, Any]) -> Record:
        offset = self._ends[topic, partition]
        self._ends[topic, partition] += 1
        record = Record(partition, offset, 1_764_000_000_000 + offset, key, value)
        self.facts.topics[topic].append(record)
        return record

    def _time(self) -> str:
        return f"2026-11-24T10:{self.random.randrange(60):02d}:{self.random.randrange(60):02d}.123Z"

    def _id(self) -> str:
        self._events += 1
        return made("event", self._events)

    def _settings(self, **fields: Any) -> list[dict[str, Any]]:
        return [{"id": self._id(), **fields}]

    def _channel(self) -> list[dict[str, Any]]:
        if self.random.random() < 0.2:
            return self._settings(type="channel_deleted", channel_type="sms")
        active, config = self.random.random() < 0.5, {"n\0": self.random.choice(TEXTS)}
        return self._settings(
            type="channel_configured", channel_type="sms", queue_url="http://queue/sms", is_active=active, config=config
        )

    def _contact(self, tenant: str, contact: str) -> list[dict[str, Any]]:
        channel = self.random.choice(("sms", "email"))
        message = made("message", contact, channel, self.random.randrange(12))
        common: dict[str, Any] = {
            "message": message, "thread": made("thread", contact, channel), "channel": channel, "provider": "twilio", "account": "AC1",
            "provider_id": f"SM-{message[:8]}", "ours": "tel:+14155550100", "kind": "kind",
            "person": {"address": f"tel:+1{contact[:6]}", "validity": "valid", "name": self.random.choice(TEXTS)},
        }  # fmt: skip
        if self.random.random() < 0.5:
            common |= {"provider_time": self._time(), "campaign": "c-1", "lead": "l-1"}
        kinds = ("received", "status", "opened", "complained", "consent", "odd", "opened_thread", "changed")
        picked = self.random.choices(kinds, k=self.random.choice((0, 1, 1, 2, 4)))
        for kind in ("received", "changed"):  # a decision answers one input
            while picked.count(kind) > 1:
                picked.remove(kind)
        return [self._event(kind, common) for kind in picked]

    def _event(self, kind: str, common: dict[str, Any]) -> dict[str, Any]:
        id_, text, roll = self._id(), self.random.choice(TEXTS), self.random.random()
        content: dict[str, Any] = {
            "text": text,
            "subject": text,
            "fields": {"Body": text},
            "raw": {"data": text, "size": len(text)},
        }
        match kind:
            case "received":
                content |= {"html": text, "attachments": [{"reference": "https://x", "name": text}]}
                content |= (
                    {"tags": [text], "metadata": {"n\0": text}} if roll < 0.5 else {"location": {"latitude": 1.5}}
                )
                direction = self.random.choice(("inbound", "outbound"))
                type_ = "message_received" if direction == "inbound" else "message_echoed"
                event = {"type": type_, "direction": direction, "content": content, "keyword": "stop"}
                roles = self.random.sample(("from", "to", "cc"), self.random.randrange(4))
                content |= {
                    "participants": [
                        {"address": f"mailto:{len(text) % 3}@example.org", "role": each, "name": text} for each in roles
                    ]
                }
                event |= {"mail_thread": made("mail thread", self.random.choice("ab"))} if roles else {}
                event |= {"meaning": type_, "in_reply_to": "SM-0", "reply_to": made("message", "SM-0")}
                return common | event | {"id": id_}
            case "status":
                reported = self.random.choice(STATUSES)
                time = self.random.choice(("", self._time()))
                event = {
                    "type": "message_status_reported",
                    "direction": "outbound",
                    "reported": reported,
                    "status": reported,
                }
                event["failure" if reported in STATUSES[5:] else "progress"] = [reported, time]
                if roll < 0.5:
                    event |= {"code": str(self.random.randrange(99)), "reason": text}
                return (
                    common | event | {"id": id_, "content": content | {"raw": {"data": "AAAA", "encoding": "base64"}}}
                )
            case "opened":
                type_ = self.random.choice(("message_opened", "message_clicked"))
                return common | {"type": type_, "direction": "outbound", "machine": roll < 0.5, "id": id_}
            case "changed":
                type_ = "message_edited" if roll < 0.7 else "message_deleted"
                return common | {"type": type_, "direction": "outbound", "id": id_, "content": content}
            case "complained":
                if roll < 0.3:
                    call = {"status": "busy", "sequence": 1}
                    return common | {"type": "call_reported", "direction": "inbound", "id": id_, "call": call}
                return common | {"type": "message_complained", "direction": "outbound", "id": id_}
            case "consent":
                state = self.random.choice(("opted_in", "opted_out"))
                scope = self.random.choice(("all", "channel:sms"))
                return {
                    "type": "consent_changed", "id": id_, "scope": scope, "state": state, "source": "keyword", "evidence": "e",
                    "reason": text, "channel": "sms", "thread": common["thread"],
                }  # fmt: skip
            case "odd":
                return {
                    "type": "something_of_a_later_release",
                    "id": id_,
                    "channel": "sms",
                    "content": {"raw": {"data": "s3://x", "encoding": "claim"}},
                }
            case _:
                return {
                    "type": "thread_opened",
                    "id": id_,
                    **{k: common[k] for k in ("thread", "channel", "ours", "person")},
                }

    def _receipts(self, n: int) -> None:
        bridge = f"bridge-{n % 3}"
        receipts = []
        for _ in range(self.random.randrange(1, 6)):
            message = f"m{self.random.randrange(40)}"
            failed = self.random.random() < 0.4
            receipt: dict[str, Any] = {
                "message": message, "attempt": self.random.randrange(1, 5), "status": "failed" if failed else "processed",
                "tenant": TENANTS[int(message[1:]) % 2], "sent_at": "2026-11-24T09:00:00.000Z", "receipt_handle": f"h{n}",
                "provider_ids": [f"SM{message}"], "attributes": {"a\0": "b\0"},
            }  # fmt: skip
            if failed:
                receipt |= {"error": "broker\0 down", "reason": "produce"}
            else:
                receipt |= {"events": [made(message)], "layers": ["sns"], "body": {"data": f"body of {message}"}}
            receipts.append(receipt)
        value = {
            "queue": "sms", "queue_url": "http://queue/sms", "channel": "sms", "bridge": bridge, "at": f"2026-11-24T11:{n:02d}:00.000Z",
            "receipts": receipts,
        }  # fmt: skip
        self._put(RECEIPTS, n % PARTITIONS, f"{bridge}:sms", value)

    def _letter(self, n: int) -> None:
        tenant = ("", *TENANTS)[n % 3]
        value = {
            "id": made("letter", n), "stage": "parse", "reason": "unreadable", "error": "no\0 form", "at": self._time(),
            "channel": self.random.choice(("", "sms")), "tenant": tenant, "provider_ids": [f"SM{n}"], "layers": ["sns", "raw"],
            "attributes": {"x": "y\0"}, "origin": {"queue": "sms", "message": f"m{n}"},
            "content": self.random.choice(RAWS),
        }  # fmt: skip
        self._put(DEAD_LETTERS, self.random.randrange(PARTITIONS), "k", value)
