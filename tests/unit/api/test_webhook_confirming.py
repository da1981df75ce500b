"""Subscriptions are confirmed for topics of ours alone, and nothing else is ever called (T-56)."""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.webhooks import confirming
from api.webhooks.confirming import Confirmer, is_of, is_public
from tests.servers.bridge.certificates import certificate

TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
URL = f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
FIELDS = {"TopicArn": TOPIC, "SubscribeURL": URL, "Token": "2336412f37"}


def test_a_url_of_sns_for_this_topic() -> None:
    assert is_of(URL, TOPIC)
    china = "arn:aws-cn:sns:cn-north-1:123456789012:mail"
    assert is_of(URL.replace(TOPIC, china).replace("us-east-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"), china)


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("https", "http"),
        URL.replace("us-east-1.amazonaws.com", "us-west-2.amazonaws.com"),
        URL.replace("amazonaws.com/", "amazonaws.com.evil.example/"),
        URL.replace("https://sns", "https://evil.example#@sns"),
        URL.replace("https://sns", "https://user@sns"),
        URL.replace("https://sns", "https://evil.example/sns"),
        URL.replace("sns.us-east-1.amazonaws.com", "169.254.169.254"),
        URL.replace("amazonaws.com/", "amazonaws.com:8443/"),
        URL.replace("amazonaws.com/", "amazonaws.com/latest/"),
        URL.replace("amazonaws.com/", "amazonaws.com\\@evil.example/"),
        URL.replace("ConfirmSubscription", "Publish"),
        URL.replace("&Token", "&Action=Publish&Token"),
        URL.replace(TOPIC, TOPIC + "2"),
        URL.replace("&Token", f"&TopicArn={TOPIC}2&Token"),
        URL + "&Endpoint=https://evil.example",
        URL + "\r\nX: y",
        URL + " HTTP/1.1",
        URL + "#fragment",
        URL + "é",
        URL + "x" * 3000,
        "",
    ],
)
def test_everything_else_is_none(url: str) -> None:
    assert not is_of(url, TOPIC)


def test_only_topics_that_are_named() -> None:
    assert Confirmer(frozenset({TOPIC})).allows(FIELDS)
    assert not Confirmer(frozenset()).allows(FIELDS)
    assert not Confirmer(frozenset({TOPIC + "2"})).allows(FIELDS)
    assert not Confirmer(frozenset({TOPIC})).allows({"TopicArn": TOPIC})


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_addresses_of_our_own_networks_are_not_called(address: str) -> None:
    assert not is_public(address)


def test_addresses_of_the_internet_are() -> None:
    assert is_public("52.94.5.1")
    assert is_public("2600:1f18::1")


async def test_a_name_that_leads_inside_is_not_called() -> None:
    async def inside(host: str) -> Sequence[str]:
        return ["10.0.0.1", "::1"]

    assert not await Confirmer(frozenset({TOPIC}), resolve=inside).confirm(FIELDS)


class Sns:
    """A server with a certificate of its own; `status` is what it answers."""

    def __init__(self, status: bytes) -> None:
        self.status, self.asked = status, list[bytes]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 %b\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n" % self.status)
        await writer.drain()
        writer.close()


@pytest.mark.parametrize(("status", "confirmed"), [(b"200 OK", True), (b"302 Found", False), (b"403 Forbidden", False)])
async def test_a_confirmation_is_one_get_to_the_address_that_was_looked_at(
    status: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, confirmed: bool
) -> None:
    certfile, keyfile = certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certfile, keyfile)
    trusting = ssl.create_default_context(cafile=str(certfile))
    trusting.check_hostname = False
    looked_up: list[str] = []

    async def resolve(host: str) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(confirming, "is_public", lambda address: True)
    sns = Sns(status)
    server = await asyncio.start_server(sns.serve, "127.0.0.1", 0, ssl=serving)
    async with server:
        port: Any = server.sockets[0].getsockname()[1]
        confirmer = Confirmer(frozenset({TOPIC}), resolve, trusting, port)
        assert await confirmer.confirm(FIELDS) is confirmed
    assert looked_up == ["sns.us-east-1.amazonaws.com"]
    (asked,) = sns.asked
    assert asked.startswith(f"GET /?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37 HTTP/1.1\r\n".encode())
