"""The door as providers meet it: what they are answered, and what is on the queue by then."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import time
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest

from domain.channels.registry import channels, provider, providers
from tests.servers.api.conftest import World, door, queued, sealed, until
from tests.servers.bridge.conftest import sms
from tests.servers.bridge.faulty import FORWARD, HANG, answer, faulty
from tests.servers.bridge.test_commands import ended, trunkline

PUBLIC = "https://hooks.acme.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
AUTH_TOKEN, APP_SECRET, VERIFY = "12345", "an app secret", "a token of ours"


def twilio_signature(url: str, body: str) -> str:
    """As Twilio signs a form."""
    signed = url + "".join(name + value for name, value in sorted(parse_qsl(body, keep_blank_values=True)))
    return b64encode(hmac.digest(AUTH_TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()


def meta_signature(body: str) -> str:
    return "sha256=" + hmac.digest(APP_SECRET.encode(), body.encode(), hashlib.sha256).hex()


async def meta_queue(world: World, channel: str) -> str:
    """A queue of the tenant's channel with both of Meta's secrets."""
    url = await world.queue(channel)
    await world.create_tenant()
    secrets = sealed(app_secret=APP_SECRET, verify_token=VERIFY)
    await world.set_(world.channel(url, channel, config={"secrets": secrets}))
    return url


async def sms_queue(world: World, **config: Any) -> str:
    """A queue of the tenant's SMS channel."""
    url = await world.queue()
    await world.create_tenant()
    await world.set_(world.channel(url, "sms", config=config))
    return url


@pytest.mark.feature("F-066")
async def test_a_signed_form_is_queued_as_it_came_and_becomes_the_event(world: World) -> None:
    url = await sms_queue(world, secrets=sealed(auth_token=AUTH_TOKEN))
    body, path = sms("Grüße 👋"), "/webhooks/sms/twilio?x=%20y"
    headers = {**FORM, "X-Twilio-Signature": twilio_signature(PUBLIC + path, body), "Cookie": "a=b"}
    async with door(world, WEBHOOKS_PUBLIC_URL=PUBLIC) as made:
        said = await made.client.post(path, content=body, headers=headers)
        assert (said.status_code, said.text, said.headers["content-type"]) == (
            200,
            "<Response/>",
            "text/xml; charset=utf-8",
        )
        refused = await made.client.post(path, content=body + "&Body=forged", headers=headers)
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert (
            await made.metric('trunkline_webhooks_requests_total{channel="sms",outcome="queued",provider="twilio"}')
            == 1
        )
    assert await world.depth(url) == (1, 0)
    async with world.running():
        await until(world.events)
    (event,) = await world.events()
    assert (event.content.text, event.verification, event.tenant) == ("Grüße 👋", "verified", "acme")
    assert event.content.raw is not None
    raw = json.loads(event.content.raw.data)
    assert (raw["method"], raw["url"], raw["channel"], raw["provider"]) == ("POST", PUBLIC + path, "sms", "twilio")
    assert b64decode(raw["body_b64"]).decode() == body
    assert "cookie" not in {name for name, _ in raw["headers"]}


META = pytest.mark.parametrize(
    ("channel", "name"),
    [
        pytest.param("messenger", "meta", marks=pytest.mark.feature("F-255")),
        pytest.param("whatsapp", "cloud", marks=pytest.mark.feature("F-254")),
    ],
)


@META
async def test_what_would_disable_the_webhook_is_answered_like_a_success_and_quarantined(
    world: World, channel: str, name: str
) -> None:
    """T-39: Meta switches webhooks off that answer with errors."""
    url = await meta_queue(world, channel)
    build = provider(channel, name).build["message_received"]
    fields = {"from_number": "14155550123", "to_number": "14155550100"}
    good, forged = (build({**fields, "body": text}, token * 32) for text, token in (("good", "0"), ("forged", "1")))
    async with door(world) as made:
        for body in (good, forged):
            headers = {"X-Hub-Signature-256": meta_signature(good), "Content-Type": "application/json"}
            said = await made.client.post(f"/webhooks/{channel}", content=body, headers=headers)
            assert (said.status_code, said.text) == (200, provider(channel, name).reply.body)
    assert await world.depth(url) == (2, 0)
    async with world.running():
        await until(world.dead_letters)
        await until(world.events)
    (event,) = await world.events()
    assert (event.content.text, event.verification) == ("good", "verified")
    (letter,) = await world.dead_letters()
    assert letter.stage == "verify"


@META
async def test_a_handshake_is_answered_to_whom_it_proves_itself(world: World, channel: str, name: str) -> None:
    url = await meta_queue(world, channel)
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    async with door(world) as made:
        for path in (f"/webhooks/{channel}", f"/webhooks/{channel}/{name}", f"/webhooks/{channel}/{name}/acme"):
            said = await made.client.get(path, params={**asked, "hub.verify_token": VERIFY})
            assert (said.status_code, said.text) == (200, "1158201444")
            assert said.headers["content-type"].startswith("text/plain")
            wrong = await made.client.get(path, params={**asked, "hub.verify_token": "another"})
            assert (wrong.status_code, "1158201444" in wrong.text) == (403, False)
        assert (await made.client.get(f"/webhooks/{channel}/{name}/nobody", params=asked)).status_code == 404
        assert (await made.client.head(f"/webhooks/{channel}")).status_code == 200
    assert await world.is_empty(url)


@pytest.mark.feature("F-256")
async def test_every_provider_is_known_by_its_own_requests_and_hears_what_it_expects(world: World) -> None:
    """One example of each, to the address that names the provider and to the one that does not. Nobody has a secret here: who signs
    everything is refused."""
    url = await world.queue("all")
    await world.create_tenant()
    await world.set_(*(world.channel(url, channel) for channel in channels()))
    sent = []
    async with door(world) as made:
        for each in (each for channel in channels() for each in providers(channel)):
            example = next(one for one in each.examples.values() if ":" not in one.outcome[0] and one.method == "POST")
            signs = any(signature.mandatory for signature in each.signatures)
            for path in (f"/webhooks/{each.channel}/{each.name}", f"/webhooks/{each.channel}"):
                kind = "application/json" if example.body[:1] in "{[" else FORM["Content-Type"]
                headers = {"Content-Type": kind, **example.headers}
                said = await made.client.post(path, content=example.body.encode(), headers=headers)
                expected = 403 if signs else each.reply.status
                assert (said.status_code, path) == (expected, path), said.text
                if not signs:
                    assert (said.text, path) == (each.reply.body, path)
                    sent.append((each.channel, each.name))
    found = await queued(world, url, len(sent))
    assert sorted((request["channel"], request["provider"]) for request in found) == sorted(sent)


async def test_basic_authentication_is_asked_for(world: World) -> None:
    url = await sms_queue(world, secrets=sealed(WEBHOOK_SECRET="user:password"))
    async with door(world) as made:
        asked = await made.client.post("/webhooks/sms/twilio/acme", content=sms(), headers=FORM)
        assert (asked.status_code, asked.headers["www-authenticate"].split()[0]) == (401, "Basic")
        for password, status in (("password", 200), ("wrong", 403)):
            auth = httpx.BasicAuth("user", password)
            said = await made.client.post("/webhooks/sms/twilio/acme", content=sms(), headers=FORM, auth=auth)
            assert said.status_code == status
    (request,) = await queued(world, url)
    assert request["key"] == "acme"


async def test_nothing_is_where_there_is_nothing(world: World) -> None:
    url = await sms_queue(world)
    paths = (
        "/webhooks/fax",
        "/webhooks/sms/acme",
        "/webhooks/sms/twilio/nobody",
        "/webhooks/sms/twilio/a/b/c",
        "/webhooks/",
        "/",
    )
    async with door(world) as made:
        for path in paths:
            assert (await made.client.post(path, content=sms(), headers=FORM)).status_code == 404
        assert (await made.client.put("/webhooks/sms/twilio", content=sms())).status_code == 405
        # The channel exists, its queue does not: the provider is to come again.
        said = await made.client.post("/webhooks/email/ses", content="{}")
        assert (said.status_code, said.headers["retry-after"]) == (503, "5")
    assert await world.is_empty(url)


async def test_keys_and_queues_of_several_tenants(world: World) -> None:
    """Two tenants with a queue each: the key tells, else the account in the payload; where neither does, nothing is taken."""
    urls = {}
    for tenant, account in (("acme", "AC1"), ("globex", "AC2")):
        world.tenant = tenant
        await world.create_tenant(tenant)
        urls[tenant] = await world.queue(tenant)
        await world.set_(
            world.channel(
                urls[tenant], "sms", config={"accounts": [account], "addresses": ["+1415555019" + account[-1]]}
            )
        )
    body = urlencode(
        {"MessageSid": "SM" + "1" * 32, "AccountSid": "AC2", "From": "+14155550100", "To": "+14155550192", "Body": "Hi"}
    )
    async with door(world) as made:
        for path in (
            "/webhooks/sms/twilio/globex",
            "/webhooks/sms/twilio/AC2",
            "/webhooks/sms/twilio/%2B14155550192",
            "/webhooks/sms",
        ):
            assert (await made.client.post(path, content=body, headers=FORM)).status_code == 200
        nobody = await made.client.post(
            "/webhooks/sms", content=body.replace("AC2", "AC3").replace("50192", "50193"), headers=FORM
        )
        assert nobody.status_code == 503
    assert len(await queued(world, urls["globex"], 4)) == 4
    assert await world.is_empty(urls["acme"])


async def test_limits(world: World) -> None:
    url = await sms_queue(world)
    deep, flat = "[" * 102 + "]" * 102, json.dumps([[]] * 200)
    async with door(
        world, TRUNKLINE_WEBHOOKS__RATE="0.01", TRUNKLINE_WEBHOOKS__BURST="6", TRUNKLINE_WEBHOOKS__BODY_SECONDS="0.5"
    ) as made:

        async def post(content: Any, **headers: str) -> httpx.Response:
            return await made.client.post(
                "/webhooks/sms/twilio", content=content, headers={"Content-Type": "application/json", **headers}
            )

        async def chunks() -> Any:
            for _ in range(18):
                yield b"x" * 65_536

        async def slow() -> bytes:
            reader, writer = await asyncio.open_connection(made.client.base_url.host, made.client.base_url.port)
            writer.write(b"POST /webhooks/sms/twilio HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
            line = await reader.readline()
            writer.close()
            return line

        assert (await post(b"x" * (1024 * 1024 + 1))).status_code == 413
        assert (await post(chunks())).status_code == 413
        assert (await post(deep)).status_code == 413
        assert b" 408 " in await slow()
        assert (await post(flat)).status_code == 200
        # Nobody has said that this machine is a proxy: what it says about others does not count.
        assert (await post(flat, **{"X-Forwarded-For": "192.0.2.1"})).status_code == 200
        said = await post(flat, **{"X-Forwarded-For": "192.0.2.2"})
        assert said.status_code == 429
        assert 60 < int(said.headers["retry-after"]) <= 100
        assert (await made.client.get("/healthz")).status_code == 200
    await queued(world, url, 2)


async def test_a_trusted_proxy_tells_url_and_source(world: World) -> None:
    url = await sms_queue(world)
    told = {**FORM, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "hooks.acme.example"}
    variables = {
        "WEBHOOKS_TRUSTED_PROXIES": "127.0.0.0/8",
        "TRUNKLINE_WEBHOOKS__RATE": "0.01",
        "TRUNKLINE_WEBHOOKS__BURST": "1",
    }
    async with door(world, **variables) as made:
        for source, status in (("192.0.2.1", 200), ("192.0.2.2", 200), ("192.0.2.3, 192.0.2.1", 429)):
            headers = {**told, "X-Forwarded-For": source}
            assert (
                await made.client.post("/webhooks/sms/twilio", content=sms(), headers=headers)
            ).status_code == status
    found = await queued(world, url, 2)
    assert {each["url"] for each in found} == {"https://hooks.acme.example/webhooks/sms/twilio"}


async def test_bodies_that_no_message_holds_go_by_the_claim_store(world: World) -> None:
    """1 MiB is more than a message of SQS holds in base64; the bridge puts it together again."""
    url = await sms_queue(world)
    text = "x" * 800_000
    async with door(world) as made:
        largest = sms("x" * (1024 * 1024 - len(sms("x")) + 1))
        assert len(largest) == 1024 * 1024
        assert (await made.client.post("/webhooks/sms/twilio", content=largest, headers=FORM)).status_code == 200
        (request,) = await queued(world, url)
        assert "body_b64" not in request
        assert (await made.client.post("/webhooks/sms/twilio", content=sms(text), headers=FORM)).status_code == 200
    async with world.running():
        await until(world.events)
    (event,) = await world.events()
    assert event.content.text == text


async def test_without_sqs_nothing_is_accepted(world: World) -> None:
    """503 while SQS fails or hangs, and 200 when it is back."""
    url = await sms_queue(world)
    replies = iter([answer(b"no", 500)] * 4 + [HANG])
    async with (
        faulty(lambda operation, body: next(replies, FORWARD), upstream=world.endpoint_url) as server,
        door(world, AWS_ENDPOINT_URL=server.url, TRUNKLINE_WEBHOOKS__ANSWER_SECONDS="4") as made,
    ):
        for _ in range(2):
            said = await made.client.post("/webhooks/sms/twilio", content=sms("refused"), headers=FORM)
            assert (said.status_code, said.headers["retry-after"]) == (503, "5")
        ready = await made.client.get("/readyz")
        assert (ready.status_code, "does not take messages" in ready.text) == (503, True)
        assert await world.is_empty(url)
        assert (await made.client.post("/webhooks/sms/twilio", content=sms("kept"), headers=FORM)).status_code == 200
        assert (await made.client.get("/readyz")).status_code == 200
        (request,) = await queued(world, url)
    assert "kept" in request["body"]


async def test_requests_at_the_same_time_share_calls(world: World) -> None:
    url = await sms_queue(world)
    async with (
        faulty(lambda operation, body: FORWARD, upstream=world.endpoint_url) as server,
        door(world, AWS_ENDPOINT_URL=server.url, TRUNKLINE_WEBHOOKS__LINGER_MS="50") as made,
    ):
        posts = (made.client.post("/webhooks/sms/twilio", content=sms(str(n)), headers=FORM) for n in range(40))
        assert {said.status_code for said in await asyncio.gather(*posts)} == {200}
        sends = [body for operation, body in server.requests if operation == "sendmessagebatch"]
    assert sum(len(body["Entries"]) for body in sends) == 40
    assert len(sends) < 20
    await queued(world, url, 40)


async def test_what_was_answered_is_on_the_queue_after_kill_9(world: World) -> None:
    url = await sms_queue(world)
    async with door(world) as made:
        accepted = 0

        async def post(number: int) -> None:
            nonlocal accepted
            said = await made.client.post("/webhooks/sms/twilio", content=sms(str(number)), headers=FORM)
            assert said.status_code == 200
            accepted += 1
            if accepted == 20:
                os.kill(made.process.pid, signal.SIGKILL)

        await asyncio.gather(*(post(number) for number in range(60)), return_exceptions=True)
    waiting, _ = await world.depth(url)
    assert waiting >= accepted >= 20


async def test_sigterm_lets_requests_in_flight_finish(world: World) -> None:
    url = await sms_queue(world)

    async def slowly(body: bytes) -> Any:
        yield body[:10]
        await asyncio.sleep(1)
        yield body[10:]

    async with door(world) as made:
        posting = asyncio.create_task(
            made.client.post("/webhooks/sms/twilio", content=slowly(sms("last").encode()), headers=FORM)
        )
        await asyncio.sleep(0.5)
        made.process.send_signal(signal.SIGTERM)
        assert (await posting).status_code == 200
    (request,) = await queued(world, url)
    assert "last" in request["body"]


async def test_the_texts_with_which_ses_tries_a_topic_are_control_messages(world: World) -> None:
    """T-13: nothing follows from them."""
    url = await world.queue("email")
    await world.create_tenant()
    await world.set_(world.channel(url, "email"))
    async with door(world) as made:
        said = await made.client.post(
            "/webhooks/email/ses",
            content="Successfully validated SNS topic for Amazon SES event publishing.",
            headers={"Content-Type": "text/plain; charset=UTF-8"},
        )
        assert said.status_code == 200
        assert (
            await made.metric('trunkline_webhooks_requests_total{channel="email",outcome="queued",provider="ses"}') == 1
        )
    async with world.running():
        await until(lambda: world.is_empty(url))
    assert {receipt.status for receipt in await world.receipts()} == {"ignored"}


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("WEBHOOKS_PUBLIC_URL", "hooks.acme.example", "must begin with https://"),
        ("WEBHOOKS_TRUSTED_PROXIES", "10.0.0.0/64", "is no address and no network"),
        ("TRUNKLINE_WEBHOOKS__BODY_BYTES", "1", "greater than or equal to 1024"),
    ],
)
async def test_a_setting_that_cannot_be_meant_is_told(world: World, variable: str, value: str, said: str) -> None:
    code, _, err = await ended(await trunkline("webhooks", **{variable: value}))
    assert (code, said in err) == (78, True), err


async def test_a_taken_port_is_told(world: World) -> None:
    async with door(world) as made:
        port = str(made.client.base_url.port)
        code, _, err = await ended(await trunkline("webhooks", TRUNKLINE_WEBHOOKS__PORT=port))
    assert (code, "choose by TRUNKLINE_WEBHOOKS__PORT" in err) == (78, True), err


async def test_a_change_of_settings_takes_effect(world: World) -> None:
    url = await sms_queue(world, secrets=sealed(auth_token="another"))
    body = sms()
    headers = {**FORM, "X-Twilio-Signature": twilio_signature(PUBLIC + "/webhooks/sms/twilio", body)}
    async with door(world, WEBHOOKS_PUBLIC_URL=PUBLIC) as made:

        async def status() -> int:
            return (await made.client.post("/webhooks/sms/twilio", content=body, headers=headers)).status_code

        assert await status() == 403
        secrets = {
            "auth_token": [*sealed(auth_token=AUTH_TOKEN)["auth_token"], *sealed(auth_token="another")["auth_token"]]
        }
        await world.set_(world.channel(url, "sms", config={"secrets": secrets}))
        deadline = time.monotonic() + 10
        while await status() != 200:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
