"""Where the path of a webhook leads."""

import pytest

from api.webhooks.address import address


@pytest.mark.parametrize(
    ("path", "channel", "provider", "key"),
    [
        ("/webhooks/sms/twilio", "sms", "twilio", ""),
        ("/webhooks/SMS/Twilio/", "sms", "twilio", ""),
        ("/webhooks/twilio-whatsapp/twilio/acme", "twilio_whatsapp", "twilio", "acme"),
        ("/webhooks/sms/twilio/+14155550100", "sms", "twilio", "+14155550100"),
        ("/webhooks/email/ses/inbound", "email", "ses", ""),
        ("/webhooks/email/ses/tracking/acme", "email", "ses", "acme"),
        ("/webhooks/messenger", "messenger", None, ""),
        ("/webhooks/email", "email", None, ""),
    ],
)
def test_it_names_channel_provider_and_key(path: str, channel: str, provider: str | None, key: str) -> None:
    found = address(path)
    assert found is not None
    assert (found.channel, found.provider and found.provider.name, found.key) == (channel, provider, key)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/webhooks/",
        "/webhooks/fax",
        "/webhooks/sms/acme",
        "/webhooks/sms/twilio//",
        "/webhooks/sms/twilio/a/b",
        "/webhooks/sms/twilio/inbound/a/b",
        "/webhooks/sms//twilio",
        "/webhooks/../sms/twilio",
        "/other/sms/twilio",
    ],
)
def test_anything_else_leads_nowhere(path: str) -> None:
    assert address(path) is None
