"""What is put through: texts to a business as Twilio reports them, from our own example, with sender, id and text of each its own."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from msgspec import json

from benchmarks.harness.deployment import TENANT, namespace_of
from benchmarks.harness.kafka import Record, partition
from bridge.records import INBOUND_HEADERS
from domain.aggregates import Context, aggregates
from domain.channels.sms.twilio_examples import EXAMPLES, OURS
from domain.intake import QueueMessage, Routes, take
from schemas.decisions import Decision, Source
from schemas.envelope import headers
from schemas.inbound import InboundEvent
from schemas.topics import INBOUND
from streams.engine.rules import DECISION_HEADERS

TEXTS = (
    "Is my table ready?",
    "Hi, is it still possible to move my appointment to Thursday 3pm? Thanks — María",
    "Where are you? I am at the north entrance, next to the big clock.",
    "ok",
    "Grüße! Wir kommen zehn Minuten später, bitte nicht warten.",
    "The parcel arrived, but one of the two boxes is open and something may be missing. What should I do?",
)
SENT_AT = "2026-11-24T10:07:24.123Z"
_FIELDS = dict(parse_qsl(EXAMPLES["received"].body, keep_blank_values=True))


def sid(seed: int, number: int) -> str:
    """Twilio's id of one of the texts."""
    return f"SM{seed:08x}{number:024x}"


def texts(count: int, contacts: int, seed: int = 0) -> Iterator[str]:
    """Bodies of `count` inbound texts from `contacts` numbers, as Twilio posts them. The same arguments give the same bodies."""
    random = Random(seed)
    for number in range(count):
        sender = random.randrange(contacts)
        yield _body(sid(seed, number), sender, random.choice(TEXTS))


def first_texts(contacts: int, seed: int) -> Iterator[str]:
    """Bodies of one text from each of these numbers."""
    for sender in range(contacts):
        yield _body(sid(seed, sender), sender, TEXTS[sender % len(TEXTS)])


def _body(id_: str, sender: int, text: str) -> str:
    own = {"MessageSid": id_, "SmsMessageSid": id_, "SmsSid": id_, "From": f"+1415{2_000_000 + sender:07d}"}
    return urlencode(_FIELDS | own | {"To": OURS, "Body": text})


def inbound(count: int, contacts: int, seed: int = 0, tenants: Sequence[str] = (TENANT,)) -> Iterator[Record]:
    """The same texts as records of comms.inbound.v1; the tenants take turns."""
    return events(texts(count, contacts, seed), tenants)


def events(bodies: Iterable[str], tenants: Sequence[str] = (TENANT,)) -> Iterator[Record]:
    """Bodies as records of comms.inbound.v1, made by the bridge's own pure parts; the tenants take turns."""
    routes = [Routes(namespaces={tenant: namespace_of(tenant)}, queue=tenant) for tenant in tenants]
    encode = json.Encoder().encode
    for number, body in enumerate(bodies):
        turn = number % len(tenants)
        taken = take(QueueMessage(channel="sms", body=body, sent_at=SENT_AT), routes[turn])
        for key, event in taken.events:
            head = headers(INBOUND_HEADERS, id_=event.id, subject=key.encode(), time=SENT_AT, tenant=tenants[turn])
            yield Record(key.encode(), encode(event), head)


class Decider:
    """Turns inbound records into the records of comms.decisions.v1 that the engine would write, with the product's own decider.

    It keeps what the log holds: appends to a log that others wrote to need another one. Each record counts as an append of its own.
    """

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self._aggregate = aggregates()["contact"]
        self._entries: dict[bytes, tuple[int, Any]] = {}
        self._ends = [0] * partitions
        self._encode = json.Encoder().encode
        self._decode = json.Decoder(InboundEvent).decode

    def decisions(self, records: Iterable[Record], at: str = SENT_AT) -> Iterator[Record]:
        """One decision per inbound record."""
        context = Context(at)
        for record in records:
            event = self._decode(record.value)
            version, state = self._entries.get(record.key) or (0, self._aggregate.initial())
            events = tuple(self._aggregate.decide(state, event, context))
            for each in events:
                state = self._aggregate.evolve(state, each)
            self._entries[record.key] = version + 1, state
            number = partition(record.key, self.partitions)
            offset = self._ends[number]
            self._ends[number] += 1
            decision = Decision(
                aggregate=record.key.decode(),
                version=version + 1,
                cause=event.id,
                source=Source(INBOUND.name, number, offset),
                at=at,
                base=offset,
                events=events,
            )
            head = headers(DECISION_HEADERS, id_=event.id, subject=record.key, time=at, tenant=event.tenant)
            yield Record(record.key, self._encode(decision), head)
