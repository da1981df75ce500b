"""`trunkline explain`: the same readings as the bridge's, with their reasons."""

from pathlib import Path

import pytest

from runtime.errors import UsageError
from trunkline.explaining import explain_address, explain_keyword, explain_payload


@pytest.mark.parametrize(
    ("text", "channel", "country", "told"),
    [
        ("+1 (415) 555-0123", "", None, ["tel:+14155550123", "validity valid"]),
        ("07700 900123", "", "GB", ["tel:+447700900123", "dialled in GB"]),
        ("07700 900123", "", None, ["no number", "needs --country"]),
        ("12345", "sms", None, ["tel:12345", "short code"]),
        ("Prizes", "sms", None, ["sender:PRIZES", "nobody can reply"]),
        ("Ann <Ann@Example.org>", "", None, ["mailto:ann@example.org", "the name 'Ann'"]),
        ("whatsapp:US.1234", "whatsapp", None, ["whatsapp:US.1234"]),
        ("nobody", "email", None, ["no mail address"]),
    ],
)
def test_addresses(text: str, channel: str, country: str | None, told: list[str]) -> None:
    said = explain_address(text, channel, country)
    assert all(each in said for each in told), said


def test_an_address_that_only_its_provider_can_read() -> None:
    with pytest.raises(UsageError, match="what the provider calls a person"):
        explain_address("1234", "telegram", None)


def test_keywords() -> None:
    assert explain_keyword("Stop!", ("en",), opted_out=False).startswith("stop\n")
    assert "'arret'" in explain_keyword("ARRÊT", ("fr",), opted_out=False)
    assert "a part of a message is none" in explain_keyword("stop by tomorrow", ("en",), opted_out=False)
    assert "--opted-out" in explain_keyword("yes", ("en",), opted_out=False)
    assert explain_keyword("yes", ("en",), opted_out=True).startswith("start\n")
    assert "longer than" in explain_keyword("no " * 60, ("en",), opted_out=False)


def test_payloads(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_text("From=%2B14155550123&To=%2B14155550100&Body=STOP&AccountSid=AC5e&MessageSid=SM1")
    told = explain_payload(path, "", "")
    assert "sms/twilio, because the payload has the shape" in told
    assert "message.received, contact tel:+14155550123" in told
    path.write_text("neither")
    assert explain_payload(path, "", "").startswith("rejected: unreadable")
    path.write_text("a=1")
    with pytest.raises(UsageError, match="pigeon"):
        explain_payload(path, "pigeon", "")
