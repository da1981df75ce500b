"""What our own door says about the signature of SNS counts for what is inside, where the door itself has said it, and no secret less."""

import json
from base64 import b64encode
from typing import Any
from uuid import UUID

import pytest

from domain.door import Door
from domain.intake import QueueMessage, Routes, Taken, take
from domain.peeling import Payload, peel
from domain.requests import VERIFIED_BY

NAMESPACE = UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
TEXT = "From=%2B14155550123&To=%2B14155550100&Body=hi&AccountSid=AC5e&MessageSid=SM1"
BASIC = [["Authorization", "Basic " + b64encode(b"user:right").decode()]]


def noted(text: str) -> str:
    return json.dumps({"Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": text})


def queued(body: str, says: Any = "sns", headers: Any = ()) -> str:
    """As the door writes it."""
    request = {"body_b64": b64encode(body.encode()).decode(), "method": "POST", "url": "https://a.example/"}
    return json.dumps({**request, "headers": headers, VERIFIED_BY: says})


def taken(body: str, routes: Routes) -> Taken:
    return take(QueueMessage(channel="sms", body=body, sent_at="2026-11-24T10:07:24.540Z"), routes)


def owned(shared: bool, **secrets: tuple[str, ...]) -> Routes:
    doors = {"acme": Door(secrets)} if secrets else {}
    accounts = {"AC5e": ("acme",)} if shared else {}
    return Routes({"acme": NAMESPACE}, queue=None if shared else "acme", accounts=accounts, doors=doors)


@pytest.mark.parametrize("shared", [True, False])
def test_what_was_inside_of_a_verified_notification_is_verified(shared: bool) -> None:
    ((_, event),) = taken(queued(noted(TEXT)), owned(shared)).events
    assert (event.verification, event.layers) == ("verified", ("webhook", "sns"))


@pytest.mark.parametrize("shared", [True, False])
def test_a_secret_that_is_set_must_hold_all_the_same(shared: bool) -> None:
    secret = owned(shared, WEBHOOK_SECRET=("user:right",))
    ((_, event),) = taken(queued(noted(TEXT), headers=BASIC), secret).events
    assert event.verification == "verified"
    refused = taken(queued(noted(TEXT)), secret)
    assert refused.events == ()
    assert [each.stage for each in refused.rejected] == ["verify"]
    assert taken(queued(noted(TEXT)), owned(shared, auth_token=("12345",))).events == ()


@pytest.mark.parametrize(
    "body",
    [
        queued(queued(noted(TEXT)), says=None),
        noted(queued(noted(TEXT))),
        json.dumps({"requestContext": {}, "body": queued(noted(TEXT))}),
        json.dumps({"detail-type": "x", "detail": json.loads(queued(noted(TEXT)))}),
        json.dumps({"Records": [{"eventSource": "aws:sqs", "body": queued(noted(TEXT))}]}),
        json.dumps({"ReceiptHandle": "r", "Body": queued(noted(TEXT))}),
        json.dumps(queued(noted(TEXT))),
        queued(noted(queued(noted(TEXT))), says=None),
        queued(noted(queued(TEXT)), says=None),
        queued(TEXT),
        queued(json.dumps(noted(TEXT))),
        queued(json.dumps({"Records": [{"Sns": json.loads(noted(TEXT))}]})),
        *(queued(noted(TEXT), says=each) for each in (True, 1, "", "SNS", ["sns"], {"sns": 1})),
    ],
    ids=[
        *("posted to the door", "published", "api gateway", "eventbridge", "lambda", "sqs", "text"),
        *(
            "published to anybody's topic",
            "the same without sns",
            "no sns",
            "sns in text",
            "sns of lambda",
            "true",
            "1",
            "empty",
            "other",
            "list",
            "object",
        ),
    ],
)
def test_nobody_else_can_say_so(body: str) -> None:
    events = taken(body, owned(shared=False)).events
    assert {event.verification for _, event in events} <= {"not_required", "not_verifiable"}
    assert events
    assert not any(isinstance(found, Payload) and found.vouched for found in peel(body))


def test_what_comes_from_sns_without_the_door_cannot_be_verified() -> None:
    ((_, event),) = taken(noted(TEXT), owned(shared=False)).events
    assert event.verification == "not_verifiable"
