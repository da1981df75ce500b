"""A request as it travels is the request that came, and on FIFO queues it stays in line."""

from msgspec.structs import replace

from api.webhooks.address import Address
from api.webhooks.message import message_of
from domain.peeling import Payload, peel
from domain.signatures import Request

WHERE = Address("sms", None, "acme")
REQUEST = Request(
    url="https://hooks.acme.example/webhooks/sms/twilio?a=%20b",
    headers=(("content-type", "application/json"), ("x-twice", "1"), ("x-twice", "é")),
    body=b'{"text": "\xf0\x9f\x91\x8b"}',
)


def test_it_is_read_as_it_came() -> None:
    (found,) = peel(message_of(WHERE, "twilio", REQUEST, fifo=False).body)
    assert isinstance(found, Payload)
    assert (found.request, found.data, found.layers) == (REQUEST, {"text": "👋"}, ("webhook",))


def test_only_fifo_queues_hear_of_groups() -> None:
    plain, fifo = (message_of(WHERE, "twilio", REQUEST, fifo=each) for each in (False, True))
    assert (plain.group, plain.deduplication) == (None, None)
    assert fifo.body == plain.body
    assert fifo == message_of(WHERE, "twilio", REQUEST, fifo=True)
    other = message_of(WHERE._replace(key="globex"), "twilio", REQUEST, fifo=True)
    assert other.group != fifo.group
    assert other.deduplication != fifo.deduplication


def test_it_is_vouched_for_where_the_door_says_so_and_nowhere_else() -> None:
    body = b'{"Type": "Notification", "Message": "{}"}'
    for request, vouched, found in ((body, True, True), (body, False, False), (b"{}", True, False)):
        message = message_of(WHERE, "ses", replace(REQUEST, body=request), fifo=False, vouched=vouched)
        (payload,) = peel(message.body)
        assert isinstance(payload, Payload)
        assert payload.vouched is found
