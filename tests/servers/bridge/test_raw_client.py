"""The thin client against a server that misbehaves."""

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bridge.sqs.port import Outgoing, SqsError
from bridge.sqs.raw import RawQueue
from runtime.settings import Sqs
from tests.servers.bridge.faulty import Faulty, Reply, answer, faulty


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr("bridge.sqs.raw.PAUSE", 0.001)


def queue_at(server: Faulty, **settings: Any) -> RawQueue:
    return RawQueue(f"{server.url}/000000000000/q", Sqs(endpoint_url=server.url, region="us-east-1", **settings))


class Replies:
    """Gives one reply after the other, then the last for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def __call__(self, operation: str, body: Any) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


MESSAGE = {"MessageId": "m", "ReceiptHandle": "r", "Body": "b", "MD5OfBody": "x", "Attributes": {}}
GOOD = answer({"Messages": [MESSAGE]})


@pytest.mark.parametrize(
    "bad",
    [
        answer({"__type": "com.amazonaws.sqs#InternalError"}, 500),
        answer(b"<html>Bad gateway</html>", 502),
        answer({"__type": "com.amazonaws.sqs#RequestThrottled", "message": "slow down"}, 400),
        answer({"message": "slow down"}, 429),
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\n{",
        b"SMTP ready\r\n\r\nConnection: close",
    ],
    ids=["500", "502", "throttled", "429", "closed", "cut off", "no http"],
)
async def test_what_may_pass_is_tried_again(bad: Reply) -> None:
    async with faulty(Replies(bad, bad, GOOD)) as server:
        queue = queue_at(server)
        assert [m.body for m in await queue.receive(10, 0)] == ["b"]
        assert len(server.requests) == 3
        await queue.close()


async def test_it_gives_up_after_a_few_tries() -> None:
    async with faulty(Replies(answer({"__type": "x#InternalError", "message": "no"}, 500))) as server:
        queue = queue_at(server)
        with pytest.raises(SqsError, match="InternalError: no") as error:
            await queue.delete_batch(["r"])
        assert error.value.transient
        assert len(server.requests) == 4
        await queue.close()


async def test_what_cannot_pass_is_not_tried_again() -> None:
    async with faulty(Replies(answer({"__type": "x#AccessDeniedException", "Message": "no"}, 403))) as server:
        queue = queue_at(server)
        with pytest.raises(SqsError) as error:
            await queue.receive(10, 0)
        assert (error.value.code, error.value.transient) == ("AccessDeniedException", False)
        assert len(server.requests) == 1
        await queue.close()


async def test_expired_keys_are_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with faulty(Replies(answer({"__type": "x#ExpiredTokenException"}, 403), GOOD)) as server:
        queue = queue_at(server)
        await queue._renew(None)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "renewed")
        assert len(await queue.receive(10, 0)) == 1
        assert queue._signer is not None
        assert queue._signer.keys.access == "renewed"
        await queue.close()


async def test_connections_are_kept_and_a_closed_one_is_replaced_without_a_retry() -> None:
    async with faulty(Replies(GOOD)) as server:
        queue = queue_at(server)
        for _ in range(5):
            await queue.receive(10, 0)
        assert server.connections == 1
        # the server drops the kept connection while the next request is on its way
        server.reply = Replies(None, GOOD)
        start = time.monotonic()
        assert len(await queue.receive(10, 0)) == 1
        assert time.monotonic() - start < 1
        assert server.connections == 2
        await queue.close()


async def test_connection_close_is_honoured() -> None:
    async with faulty(Replies(answer({"Messages": [MESSAGE]}, close=True))) as server:
        queue = queue_at(server)
        await queue.receive(10, 0)
        await queue.receive(10, 0)
        assert server.connections == 2
        await queue.close()


async def test_chunked_answers() -> None:
    data = msgspec.json.encode({"Messages": [MESSAGE]})
    parts = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in (data[:7], data[7:8], data[8:]))
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"
    async with faulty(Replies(chunked)) as server:
        queue = queue_at(server)
        for _ in range(2):
            assert [m.body for m in await queue.receive(10, 0)] == ["b"]
        assert server.connections == 1
        await queue.close()


async def test_a_hanging_server_is_given_up_in_time() -> None:
    async with faulty(Replies(b"hang")) as server:
        queue = queue_at(server, read_timeout=0.1)
        start = time.monotonic()
        with pytest.raises(SqsError, match="Timeout"):
            await queue.receive(10, 0)
        assert 0.3 < time.monotonic() - start < 5
        await queue.close()


async def test_a_cancelled_call_takes_its_connection_with_it() -> None:
    async with faulty(Replies(b"hang", GOOD)) as server:
        queue = queue_at(server)
        waiting = asyncio.create_task(queue.receive(10, 20))
        while not server.requests:
            await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert [m.body for m in await queue.receive(10, 0)] == ["b"]
        assert server.connections == 2
        await queue.close()


async def test_odd_bodies_do_not_hold_up_the_others() -> None:
    odd = (
        b'{"Messages":[{"MessageId":"1","ReceiptHandle":"r","Body":"lone \\ud83d"},'
        b'{"MessageId":"2","ReceiptHandle":"r","Body":"bytes \xff"},{"MessageId":"3","ReceiptHandle":"r","Body":"fine"}]}'
    )
    async with faulty(Replies(answer(odd))) as server:
        queue = queue_at(server)
        bodies = [m.body for m in await queue.receive(10, 0)]
        assert bodies == ["lone \ud83d", "bytes \udcff", "fine"]
        await queue.close()


async def test_failed_entries_and_sender_fault() -> None:
    failed = {"Failed": [{"Id": "1", "Code": "InternalError", "Message": "x", "SenderFault": False}], "Successful": []}
    async with faulty(Replies(answer(failed))) as server:
        queue = queue_at(server)
        (failure,) = await queue.send_batch([Outgoing(body="a"), Outgoing(body="b")])
        assert (failure.position, failure.code, failure.sender_fault) == (1, "InternalError", False)
        await queue.close()


async def test_no_credentials_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    async with faulty(Replies(GOOD)) as server:
        queue = queue_at(server)
        with pytest.raises(SqsError, match="AWS_ACCESS_KEY_ID"):
            await queue.receive(10, 0)
        await queue.close()


async def test_tls(tmp_path: Path) -> None:
    """A server with a certificate of our own authority, and one whose certificate nobody vouches for."""
    from tests.servers.bridge.certificates import certificate

    certfile, keyfile = certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certfile, keyfile)
    server = Faulty(Replies(GOOD))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    url = f"https://127.0.0.1:{server.port}"
    trusting = RawQueue(f"{url}/000000000000/q", Sqs(endpoint_url=url, ca_bundle=certfile))
    assert len(await trusting.receive(10, 0)) == 1
    doubting = RawQueue(f"{url}/000000000000/q", Sqs(endpoint_url=url))
    with pytest.raises(SqsError, match="Unreachable"):
        await doubting.receive(10, 0)
    await trusting.close()
    await doubting.close()
    listening.close()
