"""What is answered, in the form that each provider reads."""

import pytest

from api.webhooks import replies
from domain.channels.registry import channels, provider, providers
from domain.door import WEBHOOK_SECRET
from domain.signatures import Request


@pytest.mark.parametrize(
    "one", [each for name in channels() for each in providers(name)], ids=lambda p: f"{p.channel}/{p.name}"
)
def test_success_is_what_the_provider_expects(one: object) -> None:
    said = replies.accepted(one)  # type: ignore[arg-type]
    assert 200 <= said.status_code < 300
    assert said.headers["x-content-type-options"] == "nosniff"


def test_twilio_reads_twiml() -> None:
    said = replies.accepted(provider("sms", "twilio"))
    assert (said.body, said.headers["content-type"].split(";")[0]) == (b"<Response/>", "text/xml")


def test_a_challenge_is_text_whatever_it_says() -> None:
    said = replies.challenged("<script>\ud800</script>")
    assert said.body == b"<script>?</script>"
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert said.headers["x-content-type-options"] == "nosniff"


def test_a_password_is_asked_for_where_one_would_do() -> None:
    without, with_ = Request(), Request(headers=(("Authorization", "Basic x"),))
    secrets = {WEBHOOK_SECRET: ("a:b",)}
    asked = replies.unproved(without, secrets, "no")
    assert (asked.status_code, asked.headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert replies.unproved(with_, secrets, "no").status_code == 403
    assert replies.unproved(without, {"auth_token": ("x",)}, "no").status_code == 403


def test_waiting_is_told_in_whole_seconds() -> None:
    assert [replies.too_many(wait).headers["retry-after"] for wait in (0.001, 1.0, 1.2)] == ["1", "1", "2"]
    assert replies.not_taken("no").headers["retry-after"] == "5"
