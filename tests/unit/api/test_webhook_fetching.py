"""What SNS names is fetched from the internet alone, from where was looked, and only a little of it (T-56)."""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.webhooks import fetching
from api.webhooks.fetching import LARGEST, Fetcher, NotFetched, is_public
from tests.servers.api.amazon import Amazon, amazon
from tests.servers.bridge.certificates import server_and_client

URL = "https://sns.us-east-1.amazonaws.com/a.pem?x=1"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1"),
    ],
)  # fmt: skip
async def test_addresses_of_our_own_networks_are_not_called(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def inside(host: str) -> Sequence[str]:
        return [address]

    async def connect(*args: object, **more: object) -> None:
        pytest.fail("it was called")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", connect)
    assert not is_public(address)
    with pytest.raises(NotFetched, match="no public address"):
        await Fetcher(inside).get(URL)


def test_addresses_of_the_internet_are_called() -> None:
    assert is_public("52.94.5.1")
    assert is_public("2600:1f18::1")


async def test_one_get_to_the_address_that_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with amazon(tmp_path, monkeypatch) as sns:
        sns.answers["/a.pem"] = (b"200 OK", b"body")
        assert await sns.fetcher.get(URL) == (200, b"body")
        assert sns.looked_up == ["sns.us-east-1.amazonaws.com"]
        (asked,) = sns.asked
    assert asked.startswith(b"GET /a.pem?x=1 HTTP/1.1\r\nHost: sns.us-east-1.amazonaws.com\r\n")


async def test_redirects_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with amazon(tmp_path, monkeypatch) as sns:
        sns.answers["/a.pem"] = (b"302 Found", b"")
        assert (await sns.fetcher.get(URL)).status == 302
        assert (len(sns.asked), len(sns.looked_up)) == (1, 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.us-east-1.amazonaws.com/",
        "https://user@sns.us-east-1.amazonaws.com/",
        "https://sns.us-east-1.amazonaws.com:8443/",
        "https://sns.us-east-1.amazonaws.com/ HTTP/1.1\r\nX: y",
        "https://sns.us-east-1.amazonaws.com/ü",
        "https://[/",
        "file:///etc/passwd",
        "",
    ],
)
async def test_nothing_but_plain_https_is_asked_for(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with amazon(tmp_path, monkeypatch) as sns:
        with pytest.raises(NotFetched):
            await sns.fetcher.get(url)
        assert (sns.asked, sns.looked_up) == ([], [])


async def test_whoever_says_too_much_is_not_heard_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with amazon(tmp_path, monkeypatch) as sns:
        sns.answers["/a.pem"] = (b"200 OK", b"x" * (LARGEST - 1_000))
        assert (await sns.fetcher.get(URL)).status == 200
        sns.answers["/a.pem"] = (b"200 OK", b"x" * LARGEST)
        with pytest.raises(NotFetched):
            await sns.fetcher.get(URL)


class Babbling(Amazon):
    """Says neither how much it will say nor when it has ended."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2 * LARGEST)
        await asyncio.gather(writer.drain(), return_exceptions=True)


class Silent(Amazon):
    """Says nothing."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.gather(reader.read(), return_exceptions=True)
        writer.close()


class Speechless(Amazon):
    """Speaks no HTTP."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()


@pytest.mark.parametrize(
    ("kind", "why"), [(Babbling, "the answer is larger than"), (Silent, "Timeout"), (Speechless, "not an HTTP answer")]
)
async def test_no_answer(kind: type[Amazon], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "is_public", lambda address: True)
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    serving, trusting = server_and_client(tmp_path)
    sns = kind()
    async with await asyncio.start_server(sns.serve, "127.0.0.1", 0, ssl=serving) as server:
        with pytest.raises(NotFetched, match=why):
            await Fetcher(sns.resolve, trusting, server.sockets[0].getsockname()[1]).get(URL)


async def test_a_server_that_cannot_say_who_it_is_is_not_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody between us and Amazon, or a name that somebody has bent."""
    async with amazon(tmp_path, monkeypatch) as sns:
        for trusting in (None, ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))):
            with pytest.raises(NotFetched, match="CERTIFICATE_VERIFY_FAILED"):
                await Fetcher(sns.resolve, trusting, sns.fetcher._port).get(URL)
        assert sns.asked == []
