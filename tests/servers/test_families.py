"""From providers to readers over real servers, the whole way: each provider's events once, whichever way and however often they come, and
texts as they were written."""

import asyncio
import json
import time
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from domain.channels.provider import Example, Provider, Signature
from domain.channels.registry import channels, providers
from domain.intake import QueueMessage, Routes, take
from domain.signatures import Request
from schemas.meanings import MEANINGS
from tests.contract.channels.signing import FORM, SIGNERS, request_of
from tests.contract.channels.wrappings import needs_http
from tests.crash.ledger import TENANT
from tests.crash.servers import Servers
from tests.servers.odd_texts import ODD, everything, on_sqs
from tests.servers.whole import Whole, whole

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

KEY = "first"
"""The name of the key by which providers sign here (tests/contract/channels/signing.py)."""
PROVIDERS = [each for channel in channels() for each in providers(channel)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def all_(
    kafka: Any, elasticmq: Any, postgres: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Whole]:
    secrets: dict[str, dict[str, str]] = defaultdict(dict)
    for one in PROVIDERS:
        for signature in mandatory(one):
            secrets[one.channel][signature.secret] = SIGNERS[signature.scheme].secret(KEY)
    servers = Servers(kafka, elasticmq, postgres)
    async with whole(servers, tmp_path_factory.mktemp("whole"), secrets) as made:
        yield made


class Case(NamedTuple):
    """An example on its way. request: as its provider posts it to our door. body: as somebody puts it on the queue."""

    provider: Provider
    meanings: tuple[str, ...]
    request: Request
    body: str


class Shown(NamedTuple):
    """What a reader sees of an event."""

    id: str
    channel: str
    provider: str
    meaning: str
    text: str


def mandatory(one: Provider) -> list[Signature]:
    """What this provider's requests must bear."""
    return [each for each in one.signatures if each.mandatory]


def cases(door: str) -> Iterator[Case]:
    """Of each provider, of each thing that it can tell, the first example."""
    for one in PROVIDERS:
        told: set[str] = set()
        for example in one.examples.values():
            meanings = tuple(outcome.partition(":")[0] for outcome in example.outcome)
            if example.method == "POST" and MEANINGS.keys() >= set(meanings) and not told.issuperset(meanings):
                told.update(meanings)
                yield _case(one, example, meanings, door)


def _case(one: Provider, example: Example, meanings: tuple[str, ...], door: str) -> Case:
    query = urlsplit(example.url).query
    url = f"{door}/webhooks/{one.channel}/{one.name}" + (f"?{query}" if query else "")
    request = request_of(one, example._replace(url=url))
    for each in mandatory(one):
        request = SIGNERS[each.scheme].sign(request, KEY, int(time.time()), each.parameters)
    return Case(one, meanings, request, in_a_queue(request) if needs_http(example) else example.body)


def in_a_queue(request: Request) -> str:
    """A request with all that the body does not say."""
    told = {"method": request.method, "url": request.url, "headers": request.headers}
    return json.dumps({**told, "body_b64": b64encode(request.body).decode()})


def due(case: Case, routes: Routes) -> Iterator[Shown]:
    """What is to be shown: the ids as the rules for ids give them, the meanings as the example says."""
    taken = take(QueueMessage(channel=case.provider.channel, body=case.body), routes)
    for meaning, (_, event) in zip(case.meanings, taken.events, strict=True):
        text = (event.content.text or "").replace("\0", "")
        yield Shown(event.id, event.channel, event.provider, meaning, text)


@pytest.mark.feature("F-001", "F-002")
async def test_what_any_provider_tells_is_the_same_event_once(all_: Whole) -> None:
    """By webhook, and twice over SQS without one."""
    sent = list(cases(str(all_.door.base_url).rstrip("/")))
    routes = Routes({TENANT: all_.deployment.namespace}, TENANT)
    expected = sorted(shown for case in sent for shown in due(case, routes))

    async def post(case: Case) -> None:
        said, due_ = await all_.post(case.request), case.provider.reply
        assert (said.status_code, said.text) == (due_.status, due_.body), case.request.url

    await asyncio.gather(*(post(case) for case in sent))
    for channel in channels():
        await all_.send(channel, [case.body for case in sent if case.provider.channel == channel for _ in range(2)])
    await all_.done()

    decided = Counter(event["id"] for event in await all_.decided())
    assert {shown.id: decided[shown.id] for shown in expected} == {shown.id: 1 for shown in expected}
    rows = await all_.rows("communication_events", "meaning IS NOT NULL")
    assert _shown(rows) == expected
    assert _shown([row for row in await all_.read("events") if row["meaning"]]) == expected
    statuses = Counter(row["status"] for row in await all_.rows("sqs_messages", "true"))
    assert statuses == {"processed": 3 * len(sent)}
    assert {case.provider.channel for case in sent} == set(channels())


def _shown(rows: list[dict[str, Any]]) -> list[Shown]:
    return sorted(
        Shown(str(row["event_id"]), row["channel"], row["provider"], row["meaning"], row["text"] or "") for row in rows
    )


class Way(NamedTuple):
    """A way that texts take. body: a message with this text and an id that ends with this token. posted: to our door, not to the queue."""

    channel: str
    body: Callable[[str, str], str]
    posted: bool = False


def built(channel: str) -> Callable[[str, str], str]:
    """As the channel's first provider writes a text: Twilio posts forms, Meta JSON in UTF-8."""
    build = providers(channel)[0].build["message_received"]
    return lambda text, token: build({"from_number": "+14155550177", "to_number": "+14155550199", "body": text}, token)


def escaped(text: str, token: str) -> str:
    return json.dumps(json.loads(built("whatsapp")(text, token)))


WAYS = (
    Way("sms", built("sms")),
    Way("sms", built("sms"), posted=True),
    Way("whatsapp", escaped),
    Way("whatsapp", built("whatsapp")),
    Way("whatsapp", built("whatsapp"), posted=True),
)


async def test_texts_are_read_as_they_were_written(all_: Whole) -> None:
    """U+0000 is what PostgreSQL cannot hold: it is in the raw bytes alone."""
    texts: dict[str, str] = {}
    waiting: list[Coroutine[Any, Any, Any]] = []
    for number, (way, text) in enumerate(product(WAYS, (*ODD.values(), *everything()))):
        token = f"{number:032x}"
        body = way.body(text, token)
        if way.posted:
            waiting.append(all_.post(_request(way.channel, body)))
        elif on_sqs(body):
            waiting.append(all_.send(way.channel, [body]))
        else:
            continue
        texts[token] = text
    said = await asyncio.gather(*waiting)
    assert {each.status_code for each in said if each is not None} == {200}
    await all_.done()

    rows = {row["provider_id"][-32:]: row for row in await all_.read("events", type="message_received")}
    changed = {token for token, text in texts.items() if rows[token]["text"] != text.replace("\0", "")}
    assert not changed, {texts[token][:80]: rows[token]["text"][:80] for token in changed}
    for token in (token for token, text in texts.items() if text == ODD["nul"]):
        (row,) = await all_.rows("communication_events", f"event_id = '{rows[token]['event_id']}'")
        assert any(nul in _said(row["raw"]) for nul in ("before%00after", "before\\u0000after")), row["raw"]


def _request(channel: str, body: str) -> Request:
    kind = "application/json" if body.startswith("{") else FORM
    return Request(method="POST", url=f"/webhooks/{channel}", headers=(("Content-Type", kind),), body=body.encode())


def _said(raw: bytes) -> str:
    """What the provider sent, out of what was on the queue."""
    text = raw.decode()
    return b64decode(json.loads(text)["body_b64"]).decode() if text.startswith('{"body_b64"') else text
