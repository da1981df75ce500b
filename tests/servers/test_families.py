"""From providers to readers over real servers, the whole way: each provider's events once, whichever way and however often they come, and
texts as they were written."""

import asyncio
import json
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from email.message import EmailMessage
from itertools import product
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from domain.channels.email.ses_build import inbound
from domain.channels.registry import channels, provider, providers
from domain.intake import QueueMessage, Routes, take
from domain.signatures import Request
from schemas.identity import mail_thread_id
from tests.contract.channels.signing import FORM
from tests.crash.ledger import TENANT
from tests.crash.servers import Servers
from tests.servers.cases import PROVIDERS, Case, case, meant, refused, secrets
from tests.servers.odd_texts import ODD, everything, on_sqs
from tests.servers.whole import RECEIVES, Whole, whole

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

MAIL = {f"email.{what}" for what in "delivered bounced opened clicked complained deferred unsubscribed".split()}
CALL = {f"call.{what}" for what in "incoming ringing answered completed busy no_answer failed".split()}
ASKED = {
    ("sms", "twilio"): {"message.received", "message.status"},
    ("email", "ses"): MAIL,
    ("email", "sendgrid"): MAIL,
    ("voice", "twilio"): CALL,
    ("twilio_call", "twilio"): CALL,
    **{
        (each.channel, each.name): {"message.received"}
        for each in PROVIDERS
        if each.channel not in ("email", "voice", "twilio_call", "push")
    },
}
"""What certain providers' examples must at least tell, whatever else they do."""
SEEDS = ("whatsapp", "messenger", "email")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def all_(
    kafka: Any, elasticmq: Any, postgres: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Whole]:
    async with whole(Servers(kafka, elasticmq, postgres), tmp_path_factory.mktemp("whole"), secrets()) as made:
        yield made


class Shown(NamedTuple):
    """What a reader sees of an event."""

    id: str
    channel: str
    provider: str
    meaning: str
    text: str


def due(case: Case, routes: Routes) -> Iterator[Shown]:
    """What is to be shown: the ids as the rules for ids give them, the meanings as the example says."""
    taken = take(QueueMessage(channel=case.provider.channel, body=case.body), routes)
    for meaning, (_, event) in zip(case.told, taken.events, strict=True):
        text = (event.content.text or "").replace("\0", "")
        yield Shown(event.id, event.channel, event.provider, meaning, text)


@pytest.mark.feature("F-001", "F-002", "F-066", "F-082", "F-086", "F-138", "F-139", "F-140", "F-141", "F-160")
@pytest.mark.feature("F-264", "F-265", "F-266", "F-267", "F-268", "F-269", "F-270", "F-271", "F-272", "F-273")
async def test_what_any_provider_tells_is_the_same_event_once(all_: Whole) -> None:
    """By webhook, and twice over SQS without one."""
    sent = list(meant(all_.address))
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
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in expected:
        told[each.channel, each.provider].add(each.meaning)
    assert {channel for channel, _ in told} == set(channels())
    assert all(told[who] >= what for who, what in ASKED.items())


def _shown(rows: list[dict[str, Any]]) -> list[Shown]:
    return sorted(
        Shown(str(row["event_id"]), row["channel"], row["provider"], row["meaning"], row["text"] or "") for row in rows
    )


@pytest.mark.feature("F-254", "F-255", "F-256")
async def test_the_seeds_addresses_name_no_provider(all_: Whole) -> None:
    """/webhooks/whatsapp, /webhooks/messenger, /webhooks/email: headers and payload tell whose it is."""
    routes = Routes({TENANT: all_.deployment.namespace}, TENANT)
    sent = [each for each in meant(all_.address, named=False) if each.provider.channel in SEEDS]
    expected = Counter(shown.id for each in sent for shown in due(each, routes))
    before = await _event_ids(all_)
    said = await asyncio.gather(*(all_.post(each.request) for each in sent))
    assert not [each.text for each in said if each.status_code != 200]
    await all_.done()
    assert await _event_ids(all_) - before == expected


async def _event_ids(all_: Whole) -> Counter[str]:
    """How many messages led to each event."""
    return Counter(id_ for row in await all_.read("sqs-messages") for id_ in row["event_ids"])


@pytest.mark.feature("F-017", "F-087", "F-111", "F-116", "F-117", "F-155")
async def test_every_way_to_be_wrong_is_told_and_the_rest_goes_on(all_: Whole) -> None:
    """Each message that is wrong is failed, with reason and bytes, and comes again as often as is set; then it is a dead letter and an
    event. What is behind it is processed."""
    unreadable = [
        ("sms", "<html>502 Bad Gateway</html>"),
        ("email", '{"Type": '),
        ("whatsapp", "[" * 200),
        ("push", "0"),
    ]
    wrong = [*((each.provider.channel, each.body) for each in refused(all_.address)), *unreadable]
    good = {each.provider.channel: each.body for each in meant(all_.address)}
    before = await _statuses(all_)
    for channel in channels():
        await all_.send(channel, [*(body for where, body in wrong if where == channel), good[channel]])
    failed: dict[str, str] = {}
    while len(failed) < len(wrong):
        failed |= {row["message_id"]: row["error"] for row in await all_.read("sqs-messages", status="failed")}
    await all_.done()

    assert await _statuses(all_) - before == {"dead_lettered": len(wrong), "processed": len(good)}
    rows = await all_.rows("sqs_messages", "status = 'dead_lettered'")
    assert sorted((row["channel"], row["body"].decode()) for row in rows) == sorted(wrong)
    assert {row["message_id"]: row["error"] for row in rows} == failed
    assert {row["attempts"] for row in rows} == {RECEIVES}
    assert all(row["queue"] and row["receipt_handle"] and row["first_seen_at"] < row["updated_at"] for row in rows)
    letters = {row["id"]: row for row in await all_.rows("dead_letters", "true")}
    assert {json.loads(letter["origin"])["message"] for letter in letters.values()} == failed.keys()
    events = {
        row["event_id"]: row for row in await all_.rows("communication_events", "status = 'failed' AND meaning IS NULL")
    }
    assert {id_: (row["type"], row["code"], row["reason"]) for id_, row in events.items()} == {
        id_: (f"{row['channel']}_failed", row["reason"], row["error"]) for id_, row in letters.items()
    }
    assert "SMS event missing required field: MessageSid" in failed.values()


async def _statuses(all_: Whole) -> Counter[str]:
    return Counter(row["status"] for row in await all_.read("sqs-messages"))


@pytest.mark.feature("F-279")
async def test_what_a_message_can_be(all_: Whole) -> None:
    """Text, image, document, audio, video, location; what we have no word for is kept with its bytes."""
    cloud, routes = provider("whatsapp", "cloud"), Routes({TENANT: all_.deployment.namespace}, TENANT)
    sent = {}
    for name in ("text", "image", "document", "voice", "video", "location", "unsupported"):
        body = case(cloud, cloud.examples[name], ()).body
        ((_, told),) = take(QueueMessage(channel="whatsapp", body=body), routes).events
        sent[told.message] = told.content.kind, body
    await all_.send("whatsapp", [body for _, body in sent.values()])
    await all_.done()

    assert {kind for kind, _ in sent.values()} == {"text", "image", "document", "audio", "video", "location", "other"}
    messages = {row["message_id"]: row for row in await all_.read("messages", channel="whatsapp")}
    assert {id_: messages[id_]["content_kind"] for id_ in sent} == {id_: kind for id_, (kind, _) in sent.items()}
    for id_, (kind, body) in sent.items():
        assert bool(messages[id_]["attachments"]) == (kind in ("image", "document", "audio", "video"))
        (event,) = await all_.rows("communication_events", f"message_id = '{id_}' AND type = 'message_received'")
        assert json.loads(_said(event["raw"])) == json.loads(body)


@pytest.mark.feature("F-084")
async def test_mails_are_shown_by_thread_with_everybody_who_takes_part(all_: Whole) -> None:
    """Two people in one thread: two conversations, one thread, and whom each mail names."""
    ours, first = "sales@in.acme.example", "<first@example.org>"
    said = (("Ann <ann@example.org>", first, ""), ("Bob <bob@example.org>", "<second@example.org>", first))
    for number, (sender, id_, answers) in enumerate(said):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Cc"], mail["Message-ID"] = sender, ours, "kim@example.org", id_
        if answers:
            mail["References"] = answers
        mail.set_content("Is the round table free?")
        await all_.send("email", [inbound(f"threaded{number}", mail, sender, (ours,))] * 2)
    await all_.done()

    thread = mail_thread_id(all_.deployment.namespace, first)
    messages = await all_.read("messages", mail_thread_id=thread)
    conversations = {row["conversation_id"] for row in messages}
    assert (len(messages), len(conversations)) == (2, 2)
    ids = "', '".join(conversations)
    rows = await all_.rows("inbox_participants", f"conversation_id IN ('{ids}')")
    assert sorted((row["address"], row["role"], row["name"]) for row in rows) == sorted(
        each
        for name, address in (("Ann", "mailto:ann@example.org"), ("Bob", "mailto:bob@example.org"))
        for each in ((address, "from", name), (f"mailto:{ours}", "to", None), ("mailto:kim@example.org", "cc", None))
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
