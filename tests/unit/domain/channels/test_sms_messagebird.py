"""What MessageBird's and Bird's examples cannot show: exact values."""

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.registry import provider
from domain.peeling import Payload, peel
from domain.signatures import Request

BIRD = provider("sms", "messagebird")


def told(name: str) -> Item:
    example = BIRD.examples[name]
    request = Request(method=example.method, url=example.url, headers=(), body=example.body.encode())
    (payload,) = peel(example.body, request if example.url else None)
    assert isinstance(payload, Payload)
    found = BIRD.items(payload.data, NOTHING_GIVEN)[0]
    assert isinstance(found, Item)
    return found


def test_last_of_repeated_fields_counts() -> None:
    message = told("received_repeated_fields")
    assert (message.content.text, message.provider_id[-2:]) == ("last", "07")
    assert message.provider_time == "2026-11-24T10:07:24.000Z"


def test_short_codes_have_names_of_their_own() -> None:
    message = told("received_on_short_code")
    assert (message.provider_id[-2:], message.content.text, message.ours) == ("0a", "MENU", "tel:51515")
    assert message.provider_time == "2026-11-24T10:07:24.000Z"


def test_stop_that_the_provider_holds_is_an_opt_out() -> None:
    report = told("failed_after_stop")
    assert report.consent == ("opted_out", "provider")
    assert report.status is not None and (report.status.code, report.status.category) == ("103", "unsubscribed")
    assert told("failed").consent is None


def test_bird_names_its_channel_and_why_it_failed() -> None:
    report = told("bird_delivery_failed")
    assert (report.account, report.ours) == (report.claims[0], f"messagebird:{report.account}")
    assert report.status is not None and report.status.reason is not None
    assert (report.status.code, report.status.category) == ("15005/1", "invalid")
    assert "14155550123" not in report.status.reason
    assert told("bird_received_with_name").contact == ("tel:+14155550123", "valid", "Ann Example")
