"""`trunkline normalize`: one answer per line, in order, whatever a line says."""

import io
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from runtime.errors import UsageError
from trunkline.normalizing import answer_file, answer_line, answer_lines

TEXT = "From=%2B14155550123&To=%2B14155550100&Body=Is+it+ready%3F&AccountSid=AC5e&MessageSid=SM1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def line(**fields: Any) -> bytes:
    body = fields.pop("body", TEXT)
    return json.dumps(
        {"id": 7, "method": "POST", "headers": FORM, "body_b64": b64encode(body.encode()).decode()} | fields
    ).encode()


def test_a_message() -> None:
    answer = answer_line(line())
    assert (answer["id"], answer["outcome"], answer["verification"]) == (7, "events", "not_required")
    (event,) = answer["events"]
    assert (event["kind"], event["channel"], event["provider"]) == ("message.received", "sms", "twilio")
    assert (event["contact"], event["business"]) == ("tel:+14155550123", "tel:+14155550100")
    assert (event["text"], event["provider_message_id"]) == ("Is it ready?", "SM1")


def test_what_came_through_a_queue_cannot_be_verified() -> None:
    assert answer_line(line(method="SQS"))["verification"] == "not_verifiable"


def test_the_suite_changes_nothing() -> None:
    assert answer_line(line(suite="any")) == answer_line(line())


@pytest.mark.parametrize("secret", ["user:right", ["user:old", "user:right"]])
def test_any_live_secret_verifies(secret: Any) -> None:
    headers = FORM | {"Authorization": "Basic " + b64encode(b"user:right").decode()}
    assert answer_line(line(headers=headers, secrets={"WEBHOOK_SECRET": secret}))["verification"] == "verified"
    wrong = answer_line(line(secrets={"WEBHOOK_SECRET": secret}))
    assert (wrong["outcome"], wrong["verification"], wrong["events"]) == ("rejected", "failed", [])


def test_control_messages_are_told_apart() -> None:
    body = json.dumps(
        {"Type": "SubscriptionConfirmation", "Message": "m", "TopicArn": "arn:t", "SubscribeURL": "https://u"}
    )
    answer = answer_line(line(body=body, headers={}))
    assert answer["outcome"] == "control"
    assert answer["control"] == {
        "kind": "sns_subscription_confirmation",
        "TopicArn": "arn:t",
        "SubscribeURL": "https://u",
    }


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"no json", "bad_line"),
        (b"[]", "bad_line"),
        (line(body_b64="!"), "bad_line"),
        (line(headers={"X": {"b64": "!"}}), "bad_line"),
        (line(channel="pigeon"), "unknown_provider"),
        (line(channel="sms", provider="pigeon"), "unknown_provider"),
        (line(body="{"), "bad_json"),
        (line(body='{"of": "nobody"}'), "unrecognised"),
    ],
)
def test_a_line_that_says_nothing_is_answered_too(given: bytes, reason: str) -> None:
    answer = answer_line(given)
    assert (answer["outcome"], answer["reason"], answer["events"]) == ("rejected", reason, [])


def test_answers_come_in_the_order_of_the_lines() -> None:
    out = io.BytesIO()
    answer_lines([line(id=1), b"\n", b"broken\n", line(id="two")], out)
    assert [json.loads(each)["id"] for each in out.getvalue().splitlines()] == [1, None, "two"]


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_text(TEXT)
    asked: dict[str, Any] = {"channel": "", "provider": "", "url": "", "headers": (), "secrets": (), "country": None}
    assert answer_file(path, **asked)["events"][0]["text"] == "Is it ready?"
    with pytest.raises(UsageError, match="No such file"):
        answer_file(tmp_path / "none", **asked)
    with pytest.raises(UsageError, match="--header must be"):
        answer_file(path, **asked | {"headers": ["nothing"]})
    with pytest.raises(UsageError, match="pigeon"):
        answer_file(path, **asked | {"channel": "pigeon"})
