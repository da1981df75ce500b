"""How long a provider waits for our answer at a steady 200 requests a second: signed, durably on SQS by then. The usual door beside it."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha1
from hmac import digest
from urllib.parse import parse_qsl

import msgspec

from benchmarks.harness.child import Child
from benchmarks.harness.deployment import SECRET_KEY, TENANT, Deployment, deployment
from benchmarks.harness.kafka import Record
from benchmarks.harness.measurement import Measured, until
from benchmarks.harness.queues import BenchmarkQueue
from benchmarks.harness.report import Report
from benchmarks.harness.rounds import Variant, against, compare, interleave
from benchmarks.harness.run import Run
from benchmarks.latency import quantiles
from benchmarks.workload import texts
from bridge.sqs.http import BadAnswer, Pool
from runtime.secrets import seal
from schemas.settings import ChannelSettings
from schemas.topics import SETTINGS
from trunkline.platform.ports import HOST, free_port

TITLE = "Webhooks: request to answer, 200 requests a second"
RATE = 200
SECONDS = 20
CONTACTS = 2000
PUBLIC, PATH, TOKEN = "https://hooks.acme.example", "/webhooks/sms/twilio", "12345"
OURS, USUAL = "ours", "usual: FastAPI, aioboto3 send_message"
Start = Callable[[Deployment, str, int], Child]


def ours(made: Deployment, queue_url: str, port: int) -> Child:
    """Our door."""
    return made.child(
        "webhooks",
        ["trunkline", "webhooks"],
        TRUNKLINE_WEBHOOKS__PORT=str(port),
        TRUNKLINE_WEBHOOKS__PUBLIC_URL=PUBLIC,
    )


def usual(made: Deployment, queue_url: str, port: int) -> Child:
    """The peer."""
    return made.child("webhooks", ["benchmarks.peers.webhook", queue_url, PUBLIC, TOKEN, str(port)])


async def one(options: Run, stem: str, start: Start, number: int) -> Measured:
    """One variant in one round."""
    servers, name = options.servers, options.unique(f"{stem}-{number}")
    async with deployment(servers, name) as made:
        queue = BenchmarkQueue(servers.sqs, name)
        await queue.create()
        secrets = {"auth_token": [seal(TOKEN, SECRET_KEY)]}
        channel = ChannelSettings(
            tenant=TENANT,
            version=1,
            channel_type="sms",
            queue_url=queue.url,
            is_active=True,
            config={"secrets": secrets},
        )
        record = Record(f"{TENANT}:channel:sms".encode(), msgspec.json.encode(channel))
        await made.broker.write(made.topic(SETTINGS), [record], partitions=1)
        port = free_port()
        child = start(made, queue.url, port)
        pool = Pool(f"http://{HOST}:{port}", size=64, connect_timeout=5)
        try:
            await until(partial(is_ready, pool), [child], 60)
            await post(pool, RATE, seed=1)
            count = RATE * options.scale(SECONDS)
            before, at_sqs, begun = child.cpu(), await queue.waiting(), time.perf_counter()
            waits = await post(pool, count, seed=2)
            wall, spent = time.perf_counter() - begun, child.cpu() - before
            queued = await queue.waiting() - at_sqs
        finally:
            child.stop()
            await pool.close()
            await queue.close()
        assert queued == count, f"{queued} messages of {count} requests"
        return Measured(events=count, wall=wall, cpu=spent, more=quantiles(sorted(waits)))


async def is_ready(pool: Pool) -> bool:
    """Whether it takes requests."""
    try:
        answer = await pool.request(f"GET /readyz HTTP/1.1\r\nHost: {pool.host}\r\n\r\n".encode(), b"", 5)
    except (OSError, BadAnswer, TimeoutError):
        return False
    return answer.status == 200


async def post(pool: Pool, count: int, seed: int) -> list[float]:
    """Posts at the rate, whatever becomes of the earlier ones; milliseconds of each from the moment when it was due."""
    start, posting = time.perf_counter(), []
    for number, (head, body) in enumerate(signed(pool.host, count, seed)):
        due = start + number / RATE
        late = due - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        posting.append(asyncio.create_task(answered(pool, head, body, due)))
    return list(await asyncio.gather(*posting))


async def answered(pool: Pool, head: bytes, body: bytes, due: float) -> float:
    """Milliseconds until the answer was there."""
    answer = await pool.request(head, body, 30)
    assert (answer.status, answer.body) == (200, b"<Response/>"), answer
    return 1000 * (time.perf_counter() - due)


def signed(host: str, count: int, seed: int) -> Iterator[tuple[bytes, bytes]]:
    """Head and body of Twilio's requests."""
    for body in texts(count, CONTACTS, seed):
        fields = sorted(parse_qsl(body, keep_blank_values=True))
        text = PUBLIC + PATH + "".join(name + value for name, value in fields)
        signature = b64encode(digest(TOKEN.encode(), text.encode(), sha1)).decode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {signature}\r\nUser-Agent: TwilioProxy/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode(), body.encode()


async def run(options: Run) -> Report:
    """Both doors."""
    doors = {OURS: ours, USUAL: usual}
    variants: dict[str, Variant] = {
        name: partial(one, options, f"webhooks{index}", start) for index, (name, start) in enumerate(doors.items())
    }
    found = await interleave(options.rounds, variants)
    return options.report(
        "webhooks",
        TITLE,
        "request",
        found,
        [
            against(found, "p99, ms", OURS, lambda measured: measured.more["p99 ms"], 100),
            compare(found, "p99", OURS, USUAL, lambda measured: measured.more["p99 ms"], 1, "<="),
            compare(found, "CPU per request", OURS, USUAL, lambda measured: measured.per_event, 1, "<="),
        ],
        [
            "A request is due every 5 ms, whether or not earlier ones were answered; its wait is counted from then.",
            "Each is a signed form of about 400 bytes; every answer is checked, and afterwards the number of messages on the queue.",
            "Ours also reads the items, knows the tenant, limits the source and counts; server and sender share this machine.",
        ],
    )
