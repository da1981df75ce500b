"""Start of a worker that owns every contact: how long until it is ready, and what a contact costs in memory, per local store.

Full size is 1,000,000 contacts with five decisions each (about 6 GB at the broker); START_UP_CONTACTS chooses another.
"""

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import uuid5

import msgspec

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import NAMESPACE, TENANT, Deployment, deployment
from benchmarks.harness.kafka import Record
from benchmarks.harness.measurement import Measured
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Rounds
from benchmarks.harness.run import Run
from domain.aggregates import Context, aggregates
from schemas.decisions import Decision, Source
from schemas.envelope import moment_headers, subject_headers
from schemas.identity import derived
from schemas.inbound import InboundEvent
from schemas.topics import DECISIONS, INBOUND
from schemas.values import Content, Person
from streams.engine.rules import DECISION_HEADERS

TITLE = "Start-up of a streams worker"
CONTACTS = int(os.environ.get("START_UP_CONTACTS", "1000000"))
EACH = 5
"""Decisions per contact."""
PARTITIONS = 8
AT = "2026-11-24T10:07:24.123Z"
TEXT = "Hi, is it still possible to move my appointment to Thursday 3pm? Thanks — María"
READY = "partitions are caught up"
STORES = ("memory", "rocksdict", "rocksdict-read-through")


def decisions(contacts: int) -> Iterator[Record]:
    """What a worker would have decided on `EACH` texts of every contact, round by round."""
    aggregate, encode, context = aggregates()["contact"], msgspec.json.Encoder().encode, Context(AT)
    states: list[Any] = [aggregate.initial()] * contacts
    for round_ in range(EACH):
        for number in range(contacts):
            event = text(number, round_)
            key = f"{TENANT}:contact:{event.contact}"
            events = tuple(aggregate.decide(states[number], event, context))
            for each in events:
                states[number] = aggregate.evolve(states[number], each)
            decision = Decision(
                aggregate=key,
                version=round_ + 1,
                cause=event.id,
                source=Source(INBOUND.name, 0, 0),
                at=AT,
                base=0,
                events=events,
            )
            shared = subject_headers(DECISION_HEADERS, key.encode(), TENANT)
            head = moment_headers(shared, id_=f"{key}@{round_ + 1}", time=AT, causation=event.id)
            yield Record(key.encode(), encode(decision), head)


def text(contact: int, number: int) -> InboundEvent:
    """One text of one contact; ids are derived as the bridge derives them."""
    urn = f"tel:+1415{contact:07d}"
    id_ = str(uuid5(NAMESPACE, urn))
    return InboundEvent(
        id=derived(NAMESPACE, f"{urn}|{number}"),
        type="message_received",
        tenant=TENANT,
        channel="sms",
        provider="twilio",
        contact=id_,
        thread=id_,
        message=derived(NAMESPACE, f"message|{urn}|{number}"),
        provider_id=f"SM{contact:016x}{number:016x}",
        ours="tel:+14155550100",
        direction="inbound",
        person=Person(urn, "possible"),
        content=Content(text=TEXT),
    )


@asynccontextmanager
async def worker(made: Deployment, store: str) -> AsyncIterator[Child]:
    """A worker until it is ready; stopped at the end."""
    child = made.child(
        f"streams-{store}",
        ["faust", "-A", "streams", "worker"],
        TRUNKLINE_STREAMS__STORE=store,
        TRUNKLINE_STREAMS__DATADIR=str(made.servers.folder / made.name / store),
        TRUNKLINE_LOG_LEVEL="INFO",
    )
    try:
        await child.says(READY, 600)
        yield child
    finally:
        child.stop(60)


async def empty(options: Run) -> int:
    """Resident bytes of a worker that knows nobody."""
    async with (
        deployment(options.servers, options.unique("start-up-0"), partitions=PARTITIONS) as made,
        worker(made, "memory") as child,
    ):
        return child.memory()


async def one(made: Deployment, store: str, contacts: int, without: int) -> Measured:
    """One start. `without`: resident bytes of a worker that knows nobody."""
    async with worker(made, store) as child:
        spent, memory = child.cpu(), child.memory()
        found = re.search(rf"{READY}: [^]]*\], (\d+) records in ([\d.]+) s", child.log.read_text())
        assert found is not None
        seconds = float(found[2])
        return Measured(
            events=contacts * EACH,
            wall=max(seconds, 0.001),
            cpu=spent,
            more={
                "seconds to catch up": seconds,
                "records read": float(found[1]),
                "MB": memory / 1e6,
                "bytes per contact": (memory - without) / contacts,
            },
        )


async def run(options: Run) -> Report:
    """Memory, then each store on disk cold (nothing on disk yet) and warm (after a graceful stop)."""
    contacts = CONTACTS // 20 if options.quick else CONTACTS
    without = await empty(options)
    results: dict[str, list[Measured]] = {}
    async with deployment(options.servers, options.unique("start-up"), partitions=PARTITIONS) as made:
        await made.broker.write(made.topic(DECISIONS), decisions(contacts))
        measured = partial(one, made, contacts=contacts, without=without)
        results["memory"] = [await measured("memory")]
        for store in STORES[1:]:
            results[f"{store}, cold"] = [await measured(store)]
            results[f"{store}, warm"] = [await measured(store)]
    return options.report(
        "start_up",
        TITLE,
        "decision",
        Rounds(results, {}),
        (),
        (
            f"{contacts:,} contacts with {EACH} decisions each on {PARTITIONS} partitions, one worker owns all.",
            "CPU is that of the whole process from its start; wall and decisions/s are those of the catch-up.",
            f"A worker that knows nobody has {without / 1e6:.0f} MB resident.",
        ),
    )
