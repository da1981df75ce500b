"""Normalise and encode: what each provider's example payloads cost, beside the provider's own library or django-anymail."""

import asyncio
import json
import os
import resource
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from uuid import UUID

import msgspec
from msgspec import Struct

import domain.addresses
import domain.intake
import schemas.identity
import schemas.times
from benchmarks.harness.calls import Took, took
from benchmarks.harness.child import PYTHON, ROOT
from benchmarks.harness.environments import python_with
from benchmarks.harness.measurement import Measured
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Rounds, Skipped, Variant, against, interleave
from benchmarks.harness.run import Run
from benchmarks.payloads import Sample, samples
from benchmarks.peers.sdks import ESPS
from domain.channels.registry import provider_of, recognise
from domain.intake import QueueMessage, Routes, take
from domain.peeling import Payload, peel
from domain.reading import given_with, read

TITLE = "Normalise and encode: each provider's payloads"
CALLS = 100
"""Of one payload in one round."""
LINES = 40_000
COMMAND = "trunkline normalize --jsonl"
SLOWEST = "slowest report us"
BOTH = "read by both, us"
PEERS = {
    **dict.fromkeys(ESPS, "django-anymail==15.2"),
    "line/bot": "line-bot-sdk==3.27.0",
    "telegram/bot": "python-telegram-bot==22.8",
    "viber/bot": "viberbot==1.0.12",
    "whatsapp/cloud": "pywa==4.5.0",
}
REQUIREMENTS = (*dict.fromkeys(PEERS.values()), "boto3", "cryptography", "svix")
"""The last three are what views of django-anymail import."""
ROUTES = Routes({"acme": UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")}, "acme")
SENT_AT = "2026-11-24T10:07:24.540Z"

_encode = msgspec.json.Encoder().encode


def normalised(channel: str, message: str) -> int:
    """Unwraps, finds the provider, reads the items."""
    count = 0
    for payload in peel(message):
        assert isinstance(payload, Payload)
        given = given_with(payload.request)
        if payload.request is None:
            provider = provider_of(channel, payload.data)
        else:
            found = recognise(payload.data, given, channel)
            assert found is not None
            provider = found.provider
        count += len(read(provider, payload, given).items)
    return count


def encoded(channel: str, message: str) -> int:
    """All that the bridge does with a message: events with derived ids, as the bytes of their records."""
    events = take(QueueMessage(channel=channel, body=message, sent_at=SENT_AT), ROUTES).events
    return sum(len(_encode(event)) for _, event in events)


_FORGET: list[Callable[[], None]] = [
    value.cache_clear
    for module in (domain.addresses, domain.intake, schemas.identity, schemas.times)
    for value in vars(module).values()
    if hasattr(value, "cache_clear") and value.__module__ == module.__name__
]


def forget() -> None:
    """Addresses, ids and times of earlier calls: every payload is of somebody new."""
    for clear in _FORGET:
        clear()


class Case(Struct):
    """One provider. both: whether the peer, if there is one, reads the payload too. last: what those took us in this round."""

    name: str
    those: list[Sample]
    calls: int
    both: list[bool]
    last: float = 0


async def ours(case: Case, _number: int) -> Measured:
    """Every payload, normalised; and once more, normalised and encoded."""
    read_, written = (_all(case, how) for how in (normalised, encoded))
    reports = [each.best / sample.items for each, sample in zip(read_, case.those, strict=True) if sample.report]
    more = {
        "encoded us": median(each.median for each in written),
        "encoded, lowest us": median(each.best for each in written),
        SLOWEST: max(reports, default=0),
    }
    if any(case.both):
        case.last = median(each.median for each, both in zip(read_, case.both, strict=True) if both)
        more[BOTH] = case.last
    return _measured(read_, more)


def _all(case: Case, how: Callable[[str, str], int]) -> list[Took]:
    call, found = partial(how, case.name.partition("/")[0]), []
    for sample in case.those:
        assert call(sample.message), f"{case.name}: nothing in {sample.name}"
        found.append(took(call, [sample.message] * case.calls, forget))
    return found


def _measured(found: Sequence[Took], more: dict[str, float]) -> Measured:
    """The median payload stands for all of them."""
    seconds = len(found) * median(each.median for each in found) / 1e6
    lowest = {"lowest us": median(each.best for each in found)}
    return Measured(events=len(found), wall=seconds, cpu=seconds, more=lowest | more)


class Peers:
    """The other readers, in a process and an environment of their own. absent: why they are not there."""

    def __init__(self, process: asyncio.subprocess.Process | None, absent: str = "") -> None:
        self._process, self._absent = process, absent

    async def times(self, case: Case, calls: int) -> list[Took | None]:
        """Of every payload; None for one that is not read. Raises Skipped when they are not there, or no more."""
        if self._process is None:
            raise Skipped(self._absent)
        requests = [
            {"content_type": each.content_type, "body_b64": b64encode(each.body.encode()).decode()}
            for each in case.those
        ]
        assert self._process.stdin and self._process.stdout
        asked = {"reader": case.name, "calls": calls, "requests": requests}
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        answer = await self._process.stdout.readline()
        if not answer:
            raise Skipped(f"{PEERS[case.name]} ended")
        return [None if each is None else Took(*each) for each in json.loads(answer)]

    async def one(self, case: Case, _number: int) -> Measured:
        """Every payload that is read."""
        found = [each for each in await self.times(case, case.calls) if each is not None]
        if not found:
            raise Skipped(f"{PEERS[case.name]} reads none of these payloads")
        theirs = median(each.median for each in found)
        return _measured(found, {BOTH: theirs, "ours / theirs": case.last / theirs})


@asynccontextmanager
async def peers() -> AsyncIterator[Peers]:
    """Started and ended."""
    try:
        python = python_with(*REQUIREMENTS)
    except Skipped as why:
        yield Peers(None, str(why))
        return
    process = await asyncio.create_subprocess_exec(
        python,
        "-P",
        "-W",
        "ignore",
        "-m",
        "benchmarks.peers.sdks",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        limit=1 << 24,
    )
    try:
        yield Peers(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def command(lines: int, _number: int) -> Measured:
    """The command line on a file of all providers' payloads in turns, its start included."""
    return await asyncio.to_thread(_command, lines)


def _command(lines: int) -> Measured:
    given = [_line(name, sample) for name, those in samples().items() for sample in those]
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.jsonl"), Path(folder, "answered.jsonl")
        asked.write_bytes(b"\n".join(islice(cycle(given), lines)))
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with answered.open("wb") as out:
            argv = [*PYTHON, "trunkline", "normalize", "--jsonl", str(asked)]
            subprocess.run(argv, check=True, stdout=out, env={**os.environ, "PYTHONPATH": str(ROOT)})
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        answers = [msgspec.json.decode(line) for line in answered.read_bytes().splitlines()]
    wrong = [answer["id"] for answer in answers if answer["outcome"] != "events"]
    assert len(answers) == lines and not wrong, f"{len(answers)} answers of {lines}, {wrong[:3]}"
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return Measured(events=lines, wall=wall, cpu=cpu)


def _line(name: str, sample: Sample) -> bytes:
    """As the command reads it; which provider is for it to find out."""
    body = b64encode(sample.message.encode()).decode()
    told = {"channel": name.partition("/")[0], "method": "SQS", "body_b64": body}
    return msgspec.json.encode({"id": f"{name}/{sample.name}", **told})


async def run(options: Run) -> Report:
    """Provider after provider, its peer right behind it; then the command."""
    cases = [Case(name, those, options.scale(CALLS), [False] * len(those)) for name, those in samples().items()]
    variants: dict[str, Variant] = {}
    async with peers() as others:
        for case in cases:
            variants[case.name] = partial(ours, case)
            if case.name in PEERS:
                variants[_peer(case)] = partial(others.one, case)
                with suppress(Skipped):
                    case.both = [each is not None for each in await others.times(case, 1)]
        variants[COMMAND] = partial(command, options.scale(LINES))
        found = await interleave(options.rounds, variants)
    comparisons = (
        against(found, "payloads per second of one core", COMMAND, lambda each: each.per_core_second, 2000, ">="),
        against(found, "slowest report of all providers, us", _slowest(found), lambda each: each.more[SLOWEST], 50),
    )
    return options.report("normalise", TITLE, "payload", found, comparisons, NOTES)


def _peer(case: Case) -> str:
    return f"{case.name}: {PEERS[case.name].replace('==', ' ')}"


def _slowest(found: Rounds) -> str:
    """The provider with the report that takes longest."""
    told = {name: [run.more[SLOWEST] for run in runs if SLOWEST in run.more] for name, runs in found.results.items()}
    return max((name for name in told if told[name]), key=lambda name: median(told[name]))


NOTES = (
    "Figures are of the provider's median example payload; CPU us is one call by the clock, lowest us the quickest of its calls.",
    "A provider of ours: unwrapped, recognised within its channel, read into items (domain.reading); encoded: domain.intake.take, which "
    "adds tenant, ids and the original, and the records' bytes. Every call is of somebody new: what is remembered of addresses, ids and "
    "times is forgotten before it.",
    "A peer reads the same body into its own types; signatures are checked by nobody, Django's request and view are made off the clock. "
    "Read by both: the payloads that the peer reads without an error; ours / theirs is of those, within a round. A reader that "
    "checks no address and leaves times, words and reasons as they are has less to do.",
    "A report tells of a message of ours or of an address: no mail that came in, no call. Its slowest: the quickest of its calls, per item "
    "of the body. The slowest of all have addresses in other alphabets, whose domains are looked up in Unicode's tables.",
    "Left out: views of django-anymail that ask the provider over the network (inbound of Brevo, Mailtrap and Resend). Twilio's library "
    "has no reader of webhooks, SendGrid's own only verifies; the others have none in Python that we know.",
    "The command is told the channel, as a queue is; its start is in the figure.",
)
