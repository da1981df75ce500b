"""Who may come in: every secret that is set must hold, and what nobody can tell about goes by the channel's policy."""

import json
from base64 import b64encode
from typing import Any
from uuid import UUID

import pytest

from domain.channels.provider import Example, Provider, Signature
from domain.door import Door, judge
from domain.intake import QueueMessage, Routes, Taken, take
from domain.signatures import Request

BASIC = ("Authorization", "Basic " + b64encode(b"user:right").decode())
NAMESPACE = UUID("1b671a64-40d5-491e-99b0-da01ff1f3341")
TEXT = "From=%2B14155550123&To=%2B14155550100&Body=hi&AccountSid=AC5e&MessageSid=SM1"


def provider(*signatures: Signature) -> Provider:
    return Provider(
        channel="sms",
        label="SMS",
        name="any",
        source=(),
        recognises=lambda data: True,
        items=lambda data, given: [],
        personal=frozenset(),
        examples={"none": Example("", ())},
        signatures=signatures,
    )


TOKEN = Signature("key", "token")
HEADER = Signature("key", "token", mandatory="header", header="X-Token")
KEY = Signature("key", "token", mandatory="key")
RIGHT, WRONG = ("X-Token", "right"), ("X-Token", "wrong")


@pytest.mark.parametrize(
    ("signatures", "headers", "secrets", "verdict"),
    [
        ([], [], {}, ("not_required", "no_secret")),
        ([TOKEN], [WRONG], {}, ("not_required", "no_secret")),
        ([TOKEN], [RIGHT], {"key": ("right",)}, ("verified", "verified")),
        ([TOKEN], [RIGHT], {"key": ("old", "right")}, ("verified", "verified")),
        ([TOKEN], [WRONG], {"key": ("right",)}, ("failed", "mismatch")),
        ([TOKEN], [BASIC], {"WEBHOOK_SECRET": ("user:right",)}, ("verified", "verified")),
        ([TOKEN], [BASIC, WRONG], {"WEBHOOK_SECRET": ("user:right",), "key": ("right",)}, ("failed", "mismatch")),
        ([TOKEN], [RIGHT], {"WEBHOOK_SECRET": ("user:right",), "key": ("right",)}, ("failed", "missing_header")),
        ([HEADER], [RIGHT], {}, ("failed", "unconfigured")),
        ([HEADER], [BASIC], {"WEBHOOK_SECRET": ("user:right",)}, ("failed", "missing_header")),
        ([HEADER], [BASIC, RIGHT], {"WEBHOOK_SECRET": ("user:right",)}, ("verified", "verified")),
        ([KEY], [BASIC, RIGHT], {"WEBHOOK_SECRET": ("user:right",)}, ("failed", "unconfigured")),
        ([TOKEN, Signature("key", "bearer")], [("Authorization", "Bearer right")], {"key": ("right",)}, ("verified", "verified")),
    ],
)  # fmt: skip
def test_verdicts(signatures: Any, headers: Any, secrets: Any, verdict: tuple[str, str]) -> None:
    judged = judge(provider(*signatures), Request(headers=tuple(headers)), secrets, 0)
    assert (judged.verification, judged.reason) == verdict


def test_without_a_request_nothing_can_be_told() -> None:
    assert judge(provider(TOKEN), None, {"key": ("right",)}, 0).verification == "not_verifiable"


def queued(*headers: tuple[str, str]) -> str:
    body = b64encode(TEXT.encode()).decode()
    url = "https://hooks.acme.example/webhooks/sms/twilio"
    return json.dumps({"method": "POST", "url": url, "headers": dict(headers), "body_b64": body})


def taken(body: str, **routes: Any) -> Taken:
    message = QueueMessage(channel="sms", body=body, sent_at="2026-11-24T10:07:24.540Z")
    return take(message, Routes({"acme": NAMESPACE, "bistro": UUID(int=1)}, **routes))


DOOR = Door({"WEBHOOK_SECRET": ("user:right",)})


def test_what_is_verified_says_so_in_its_event() -> None:
    ((_, event),) = taken(queued(BASIC), queue="acme", doors={"acme": DOOR}).events
    assert event.verification == "verified"
    ((_, event),) = taken(queued(), queue="acme").events
    assert event.verification == "not_required"
    ((_, event),) = taken(TEXT, queue="acme", doors={"acme": DOOR}).events
    assert event.verification == "not_verifiable"


def test_what_fails_becomes_a_dead_letter() -> None:
    result = taken(queued(("Authorization", "Basic !")), queue="acme", doors={"acme": DOOR})
    assert result.events == ()
    assert [each.stage for each in result.rejected] == ["verify"]


@pytest.mark.parametrize(("policy", "reason"), [("quarantine", "not_verifiable"), ("reject", "unverified_refused")])
def test_the_policy_decides_about_what_nobody_can_verify(policy: Any, reason: str) -> None:
    result = taken(TEXT, queue="acme", doors={"acme": Door(unverified=policy)})
    assert result.events == ()
    assert [(each.stage, each.reason) for each in result.rejected] == [("verify", reason)]


def test_on_a_shared_queue_the_owners_secrets_count() -> None:
    """Another tenant's secret, however right, speaks for that tenant alone (law 10)."""
    doors = {"acme": DOOR, "bistro": Door({"WEBHOOK_SECRET": ("user:theirs",)})}
    assert taken(queued(BASIC), accounts={"AC5e": ("acme",)}, doors=doors).events
    stolen = taken(queued(BASIC), accounts={"AC5e": ("bistro",)}, doors=doors)
    assert stolen.events == ()
    assert [each.stage for each in stolen.rejected] == ["verify"]


SINCH = json.dumps(
    {
        "type": "mo_text",
        "id": "01",
        "from": "14155550123",
        "to": "14155550100",
        "body": "forged",
        "received_at": "2026-11-24T10:07:24Z",
    }
)


@pytest.mark.parametrize("path", ["sms/twilio", "sms/sinch", "sms"])
def test_whoever_cannot_sign_for_one_provider_does_not_speak_for_another(path: str) -> None:
    """Twilio's secret is set and Sinch's is not: a body in Sinch's form is nobody's, whichever way it came."""
    url = f"https://hooks.acme.example/webhooks/{path}"
    body = json.dumps({"method": "POST", "url": url, "headers": {}, "body_b64": b64encode(SINCH.encode()).decode()})
    door = Door({"auth_token": ("secret",)})
    forged = taken(body, queue="acme", doors={"acme": door})
    assert forged.events == ()
    assert [each.stage for each in forged.rejected] == ["verify"]
    assert taken(body, queue="acme").events
    open_ = Door({"verify_token": ("secret",)})
    assert taken(body, queue="acme", doors={"acme": open_}).events
    trusting = Door({"auth_token": ("secret",)}, unsigned=("sinch",))
    assert taken(body, queue="acme", doors={"acme": trusting}).events


def test_a_time_of_the_future_is_the_queues() -> None:
    """Ten minutes ahead is a clock's fault and kept; a year ahead is no time (T-25)."""
    status = (
        "MessageSid=SM1&MessageStatus=delivered&To=%2B14155550123&From=%2B14155550100&AccountSid=AC5e&RawDlrDoneDate="
    )
    ((_, near),) = taken(f"{status}2611241015", queue="acme").events
    assert near.provider_time == "2026-11-24T10:15:00.000Z"
    ((_, far),) = taken(f"{status}2711241015", queue="acme").events
    assert far.provider_time == far.queue_time == "2026-11-24T10:07:24.540Z"
    assert far.status and far.status.time == far.queue_time
