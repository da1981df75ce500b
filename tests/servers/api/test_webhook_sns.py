"""Amazon SNS at the door, as it signs: what it is answered, what is on the queue by then, and which event that becomes."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.webhooks.app import Webhooks, create
from bridge.tenants import Tenants
from domain.channels.registry import provider
from runtime import metrics
from runtime.settings import Settings
from schemas.topics import SETTINGS
from tests.servers.api.amazon import Amazon, amazon
from tests.servers.api.conftest import World, queued, sealed, until
from tests.servers.bridge.certificates import certified
from tests.servers.bridge.conftest import SECRET
from tests.unit.domain.signatures.signing import CERTIFICATE, TOPIC, rsa_key, sns_signed

KEY, OTHER = rsa_key("first"), rsa_key("other")
PATH = CERTIFICATE.removeprefix("https://sns.eu-west-1.amazonaws.com")
BOUNCE = provider("email", "ses").examples["bounce_permanent"].body
SUBSCRIBE = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"


def signed(version: str = "2", key: Any = KEY, **changed: str) -> dict[str, str]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    common = {"Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Timestamp": now, "Message": BOUNCE}
    return sns_signed({**common, "SigningCertURL": CERTIFICATE, **changed}, key, version)


def confirmation(**changed: str) -> dict[str, str]:
    asked = {"Type": "SubscriptionConfirmation", "Message": "You", "Token": "2336412f37", "SubscribeURL": SUBSCRIBE}
    return signed(**{**asked, **changed})


class Door:
    """post: what an answer's status is. count: how many requests had this outcome."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, message: Any, path: str = "/webhooks/email/ses", **headers: str) -> int:
        kind = {"x-amz-sns-message-type": message["Type"], "Content-Type": "text/plain; charset=UTF-8"}
        said = await self.client.post(path, content=json.dumps(message), headers={**kind, **headers})
        return said.status_code

    def count(self, outcome: str) -> float:
        return metrics.WEBHOOKS_REQUESTS.labels("email", "ses", outcome)._value.get()


@pytest.fixture
async def sns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Amazon]:
    async with amazon(tmp_path, monkeypatch) as made:
        made.answers[PATH] = (b"200 OK", certified(KEY))
        yield made


@asynccontextmanager
async def door(
    world: World, sns: Amazon, url: str, topics: str = TOPIC, signature: str = "", **config: Any
) -> AsyncIterator[Door]:
    """The door in this process, for one tenant's e-mail, between the real queue and our Amazon."""
    channel = world.channel(url, "email", config=config)
    await world.create_tenant()
    await world.set_(channel)
    tenants = Tenants(SECRET)
    for record in await world.read(SETTINGS):
        tenants.apply(record.key, record.value)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WEBHOOKS_SNS_TOPICS", topics)
        if signature:
            patched.setenv("WEBHOOKS_SNS_SIGNATURE", signature)
        webhooks = Webhooks(Settings(), tenants, sns.fetcher)
    transport = httpx.ASGITransport(create(webhooks, list))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield Door(client)
    await webhooks.outbox.close()


@pytest.mark.feature("F-256")
@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_genuine_notification_is_queued_and_its_event_is_verified(
    world: World, sns: Amazon, version: str
) -> None:
    url = await world.queue("email")
    async with door(world, sns, url) as made:
        assert await made.post(signed(version)) == 200
        assert await made.post(signed(version, MessageId="m-2", Subject="Grüße")) == 200
    assert len(sns.asked) == 1
    assert await world.depth(url) == (2, 0)
    async with world.running():
        await until(lambda: world.is_empty(url))
    assert {(event.verification, event.layers) for event in await world.events()} == {("verified", ("webhook", "sns"))}


@pytest.mark.parametrize(
    "forged",
    [
        {**signed(), "Message": BOUNCE.replace("Permanent", "Transient")},
        {**signed(), "TopicArn": TOPIC + "2"},
        {**signed(), "Signature": signed(MessageId="other")["Signature"]},
        {**signed(), "Signature": "AAAA"},
        {**signed(), "SignatureVersion": "1"},
        {**signed(), "Type": "UnsubscribeConfirmation"},
        signed(key=OTHER),
        signed(Timestamp="2026-01-01T00:00:00.000Z"),
        signed(key=OTHER, SigningCertURL=CERTIFICATE.replace("sns.eu-west-1.amazonaws.com", "sns.evil.example")),
        signed(key=OTHER, SigningCertURL=CERTIFICATE.replace("sns.", "evil.s3.")),
        {name: value for name, value in signed().items() if not name.startswith("Sign")},
        signed(TopicArn=TOPIC + "2"),
        {**confirmation(), "SubscribeURL": SUBSCRIBE + "1"},
        confirmation(TopicArn=TOPIC + "2", SubscribeURL=SUBSCRIBE.replace(TOPIC, TOPIC + "2")),
    ],
    ids=[
        *("message", "topic", "signature", "not one", "version", "type", "key", "old", "host", "bucket", "unsigned"),
        *("foreign topic", "changed confirmation", "foreign confirmation"),
    ],
)
async def test_a_forged_one_is_refused_and_nothing_is_done_with_it(
    world: World, sns: Amazon, forged: dict[str, str]
) -> None:
    url = await world.queue("email")
    async with door(world, sns, url) as made:
        before = made.count("unproved")
        assert await made.post(forged) == 403
        assert made.count("unproved") == before + 1
        without_header = await made.client.post("/webhooks/email", content=json.dumps(forged))
        assert without_header.status_code == 403
    assert await world.is_empty(url)
    assert set(sns.looked_up) <= {"sns.eu-west-1.amazonaws.com"}
    assert not any(b"ConfirmSubscription" in asked for asked in sns.asked)


async def test_while_the_certificate_cannot_be_had_sns_is_told_to_try_again(world: World, sns: Amazon) -> None:
    url = await world.queue("email")
    sns.answers.clear()
    async with door(world, sns, url) as made:
        assert [await made.post(signed()) for _ in range(5)] == [503] * 5
        assert len(sns.asked) == 1
        assert made.count("no_certificate") >= 5
    assert await world.is_empty(url)
    sns.answers[PATH] = (b"200 OK", certified(KEY))
    async with door(world, sns, url) as made:
        assert await made.post(signed()) == 200


async def test_without_topics_it_must_be_genuine_and_nobody_is_vouched_for(world: World, sns: Amazon) -> None:
    """Anybody can have a topic, and SNS signs for all of them."""
    url = await world.queue("email")
    async with door(world, sns, url, topics="") as made:
        assert await made.post(signed(TopicArn=TOPIC + "2")) == 200
        assert await made.post({**signed(), "Message": "{}"}) == 403
        assert await made.post(confirmation()) == 200
    requests = await queued(world, url, 2)
    assert not any("verified_by" in each for each in requests)
    assert not any(b"ConfirmSubscription" in asked for asked in sns.asked)


async def test_a_confirmation_is_confirmed_when_it_is_genuine(world: World, sns: Amazon) -> None:
    url = await world.queue("email")
    sns.answers["/"] = (b"200 OK", b"<ConfirmSubscriptionResponse/>")
    async with door(world, sns, url) as made:
        assert await made.post(signed(Message=json.dumps(confirmation()))) == 200
        assert not any(b"ConfirmSubscription" in asked for asked in sns.asked)
        assert await made.post(confirmation()) == 200
    (asked,) = [asked for asked in sns.asked if b"ConfirmSubscription" in asked]
    assert asked.startswith(b"GET " + SUBSCRIBE.removeprefix("https://sns.eu-west-1.amazonaws.com").encode())
    assert [each["verified_by"] for each in await queued(world, url, 2)] == ["sns", "sns"]


async def test_without_a_signature_it_is_taken_where_the_setting_says_so(world: World, sns: Amazon) -> None:
    """Raw delivery, and what FIFO topics send: taken, and not vouched for. It cannot be confirmed either."""
    url = await world.queue("email")
    unsigned, asked = (
        {name: value for name, value in each.items() if not name.startswith("Sign")}
        for each in (signed(), confirmation())
    )
    async with door(world, sns, url, signature="optional") as made:
        assert await made.post(unsigned) == await made.post(asked) == 200
        assert await made.post({**unsigned, "TopicArn": TOPIC + "2"}) == 403
        assert await made.post({**signed(), "Message": "{}"}) == 403
        headers = {"x-amz-sns-message-type": "Notification", "x-amz-sns-topic-arn": TOPIC}
        assert (await made.client.post("/webhooks/email/ses", content=BOUNCE, headers=headers)).status_code == 200
    assert not any("verified_by" in each for each in await queued(world, url, 3))
    assert not any(b"ConfirmSubscription" in head for head in sns.asked)


async def test_the_providers_own_secret_must_hold_all_the_same(world: World, sns: Amazon) -> None:
    url = await world.queue("email")
    async with door(world, sns, url, secrets=sealed(WEBHOOK_SECRET="user:right")) as made:
        assert await made.post(signed()) == 401
        assert sns.asked == []
        assert await made.post(signed(), Authorization="Basic dXNlcjpyaWdodA==") == 200
        assert await made.post({**signed(), "Message": "{}"}, Authorization="Basic dXNlcjpyaWdodA==") == 403
    assert len(await queued(world, url)) == 1


async def test_what_somebody_posts_as_the_doors_own_word_is_not_believed(world: World, sns: Amazon) -> None:
    url = await world.queue("email")
    said = {"method": "POST", "body_b64": "", "url": "", "headers": [], "verified_by": "sns"}
    async with door(world, sns, url) as made:
        assert (await made.client.post("/webhooks/email/ses", json=said)).status_code == 200
    (request,) = await queued(world, url)
    assert "verified_by" not in request
