"""What test messages are made of."""

import pytest

from domain.channels.registry import channels, provider_of, providers
from domain.peeling import Payload, peel
from runtime.errors import UsageError
from trunkline.bridging import provider_message

FIELDS = {
    "from_number": "+14155550123", "to_number": "+14155550100", "from_email": "ann@example.org", "to_email": "us@acme.example",
    "subject": "Hello", "body": "Is it ready?",
}  # fmt: skip


@pytest.mark.parametrize(("channel", "provider"), [("sms", "twilio"), ("email", "ses")])
def test_the_channels_first_provider_speaks_for_it(channel: str, provider: str) -> None:
    (found,) = peel(provider_message(channel, "message_received", FIELDS, "0f" * 16))
    assert isinstance(found, Payload)
    assert provider_of(channel, found.data).name == provider


@pytest.mark.parametrize("channel", [each for each in channels() if any(p.build for p in providers(each))])
def test_every_channel_with_test_messages_can_make_one(channel: str) -> None:
    for type_ in {name for provider in providers(channel) for name in provider.build}:
        assert provider_message(channel, type_, FIELDS, "0f" * 16)


def test_what_is_missing_is_told_by_its_flag() -> None:
    with pytest.raises(UsageError, match="--from-number, --to-number"):
        provider_message("sms", "message_received", {"body": "x"}, "0f" * 16)
    with pytest.raises(UsageError, match="has no message type 'x'"):
        provider_message("sms", "x", FIELDS, "0f" * 16)
    with pytest.raises(UsageError, match="no channel 'pigeon'"):
        provider_message("pigeon", "x", FIELDS, "0f" * 16)
