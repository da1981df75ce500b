"""A request whose body lies in the claim store is put together again, or the message waits."""

import json
from pathlib import Path

import pytest

from api.webhooks.address import Address
from api.webhooks.message import message_of
from bridge.attempt import Rules
from bridge.claimed import CLAIMED, whole
from bridge.claims import ClaimError, FileClaims
from bridge.normaliser import Normaliser
from bridge.queues import WantedQueue
from bridge.sqs.port import Message
from domain.channels.registry import provider
from domain.intake import Routes
from domain.signatures import Request

WHERE = Address("sms", None, "")
REQUEST = Request(url="https://a.example/webhooks/sms", headers=(("content-type", "text/plain"),), body=b"\xff body")


def message(body: str) -> Message:
    return Message(message_id="1", receipt_handle="1", body=body)


async def test_the_message_is_what_it_would_have_been(tmp_path: Path) -> None:
    claims = FileClaims(tmp_path)
    direct = message_of(WHERE, "twilio", REQUEST, fifo=False).body
    claimed = message_of(WHERE, "twilio", REQUEST, fifo=False, claim=await claims.put(REQUEST.body)).body
    assert claimed.startswith(CLAIMED)
    assert not direct.startswith(CLAIMED)
    assert json.loads((await whole(message(claimed), claims)).body) == json.loads(direct)


async def test_what_is_not_there_or_another_body_is_an_error(tmp_path: Path) -> None:
    claims = FileClaims(tmp_path)
    reference, digest = await claims.put(b"x")
    other, _ = await claims.put(b"y")
    for claim in ((reference + "0", digest), (other, digest), ("file:///etc/passwd", digest)):
        with pytest.raises(ClaimError):
            await whole(message(json.dumps({"body_claim": claim}, separators=(",", ":"))), claims)


@pytest.mark.parametrize(
    "body", ['{"body_claim":[', '{"body_claim":[1,2]}', '{"body_claim":["a"]}', '{"body_claim":["a","b","c"]}']
)
async def test_what_only_looks_like_one_stays_as_it_is(tmp_path: Path, body: str) -> None:
    assert await whole(message(body), FileClaims(tmp_path)) == message(body)


async def test_the_message_waits_for_a_store_that_does_not_answer(tmp_path: Path) -> None:
    claims = FileClaims(tmp_path)
    fields = {"from_number": "+14155550123", "to_number": "+14155550100", "body": "Hi"}
    request = Request(
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=provider("sms", "twilio").build["message_received"](fields, "0" * 32).encode(),
    )
    claimed = message_of(WHERE, "twilio", request, fifo=False, claim=await claims.put(request.body)).body
    routes = Routes(namespaces={})
    queue = WantedQueue("sms", "q", None, "settings")
    (kept,) = await Normaliser(queue, claims, Rules(), lambda: routes).attempts([message(claimed)])
    assert kept.taken.provider == "twilio"
    (waits,) = await Normaliser(queue, FileClaims(tmp_path / "none"), Rules(), lambda: routes).attempts(
        [message(claimed)]
    )
    assert (waits.outcome, waits.reason) == ("failed", "ClaimError")
