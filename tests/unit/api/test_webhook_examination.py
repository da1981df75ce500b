"""What a request is: whose, genuine or not, message, handshake or control message."""

import hmac
import json
from typing import Any
from uuid import UUID

import pytest

from api.webhooks.address import Address, address
from api.webhooks.examination import Examined, examine, proves
from domain.channels.registry import provider
from domain.door import VERIFY_TOKEN, Door
from domain.intake import Routes
from domain.signatures import Request

NOW = 1_795_514_844
ACME, GLOBEX = UUID(int=1), UUID(int=2)


def where(path: str) -> Address:
    found = address(path)
    assert found is not None
    return found


def routes(queue: str | None, **secrets: str) -> Routes:
    """Two tenants; acme owns Page 1, globex Page 2; secrets: of each one's app."""
    doors = {
        tenant: Door({"app_secret": (secret,), VERIFY_TOKEN: (f"token of {tenant}",)})
        for tenant, secret in secrets.items()
    }
    accounts = {"1": ("acme",), "2": ("globex",)}
    return Routes(namespaces={"acme": ACME, "globex": GLOBEX}, queue=queue, doors=doors, accounts=accounts)


def post(page: str, secret: str) -> Request:
    fields = {"from_number": "1002003004", "to_number": "5", "body": "Hi"}
    data: Any = json.loads(provider("messenger", "meta").build["message_received"](fields, "0" * 32))
    for entry in data["entry"]:
        entry["id"] = page
        for each in entry["messaging"]:
            each["recipient"]["id"] = page
    body = json.dumps(data).encode()
    signature = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
    return Request(url="https://a.example/", headers=(("X-Hub-Signature-256", signature),), body=body)


def get(**query: str) -> Request:
    return Request(
        method="GET", url="https://a.example/?" + "&".join(f"hub.{name}={value}" for name, value in query.items())
    )


@pytest.mark.parametrize("path", ["/webhooks/messenger", "/webhooks/messenger/meta", "/webhooks/messenger/meta/acme"])
def test_the_secret_of_the_queues_tenant_counts(path: str) -> None:
    known = routes("acme", acme="a", globex="g")
    assert _verdict(examine(where(path), post("1", "a"), known, NOW)) == "verified"
    assert _verdict(examine(where(path), post("1", "g"), known, NOW)) == "failed"


def test_on_a_shared_queue_the_secrets_of_whom_the_items_name_count() -> None:
    known = routes(None, acme="a", globex="g")
    for page, secret, verdict in (
        ("1", "a", "verified"),
        ("2", "g", "verified"),
        ("1", "g", "failed"),
        ("2", "a", "failed"),
    ):
        assert _verdict(examine(where("/webhooks/messenger"), post(page, secret), known, NOW)) == verdict
    # Nobody's: nobody can tell whose secret it should be; the bridge quarantines it.
    assert examine(where("/webhooks/messenger"), post("3", "x"), known, NOW).judged is None


def test_a_forged_body_is_not_read() -> None:
    request = Request(body=b"[" * 10_000)
    found = examine(where("/webhooks/messenger/meta"), request, routes("acme", acme="a"), NOW)
    assert (found.failed, found.too_deep) == (True, False)
    assert examine(where("/webhooks/messenger/meta"), request, routes("acme"), NOW).too_deep


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"a=b", b'{"entry": 7}', b'{"Records": []}'])
def test_what_cannot_be_read_is_left_to_the_bridge(body: bytes) -> None:
    found = examine(where("/webhooks/messenger"), Request(body=body), routes("acme"), NOW)
    assert (found.failed, found.challenge, found.control) == (False, None, None)


def test_a_handshake_and_its_token() -> None:
    known = routes("acme", acme="a", globex="g")
    found = examine(where("/webhooks/messenger"), get(mode="subscribe", challenge="12", verify_token="t"), known, NOW)
    assert (found.challenge, found.token) == ("12", "t")
    assert proves("token of acme", known)
    assert not any(proves(token, known) for token in ("", "token of", "token of globex", "\ud800"))
    shared = routes(None, acme="a", globex="g")
    assert proves("token of globex", shared)
    assert not proves("token of globex", routes("acme"))


def test_control_messages() -> None:
    for body, why in (
        (b"Successfully validated SNS topic for Amazon SES event publishing.", "sns_topic_validated"),
        (b'{"Type": "SubscriptionConfirmation", "Message": "You", "TopicArn": "t"}', "sns_subscription_confirmation"),
    ):
        found = examine(where("/webhooks/email/ses"), Request(body=body), routes("acme"), NOW)
        assert found.control is not None
        assert found.control.why == why


SNS = {"Type": "Notification", "Message": "{}"}
HEADER = ("X-Amz-Sns-Message-Type", "Notification")


@pytest.mark.parametrize(
    ("request_", "is_sns"),
    [
        (Request(body=json.dumps(SNS).encode()), True),
        (Request(body=f"\ufeff\n{json.dumps(SNS)}".encode()), True),
        (Request(body=b'{"\\u0054ype": "Notification", "\\u004dessage": "no JSON"}'), True),
        (
            Request(body=json.dumps(SNS).encode("utf-16"), headers=(("Content-Type", "text/plain; charset=utf-16"),)),
            True,
        ),
        (Request(body=b'{"Type": "Notification", "Message": {"a": "\x01"}}'), True),
        (Request(method="GET", body=json.dumps(SNS).encode()), True),
        (Request(body=b"raw", headers=(HEADER,)), True),
        (Request(body=b"a=b"), False),
        (Request(body=b'{"Type": "Bounce", "Message": "m"}'), False),
    ],
    ids=["plain", "mark", "escaped", "utf-16", "control character", "get", "raw", "form", "other type"],
)
def test_a_message_of_sns_is_known_however_it_is_written(request_: Request, *, is_sns: bool) -> None:
    assert examine(where("/webhooks/email/ses"), request_, routes("acme"), NOW).sns is is_sns


@pytest.mark.parametrize("nested", [False, True])
def test_only_what_sns_itself_asks_for_is_confirmed(nested: bool) -> None:
    """A confirmation that somebody has published to a topic of ours is none."""
    asked = {"Type": "SubscriptionConfirmation", "Message": "You", "TopicArn": "t"}
    body = {**SNS, "Message": json.dumps(asked)} if nested else asked
    found = examine(where("/webhooks/email/ses"), Request(body=json.dumps(body).encode()), routes("acme"), NOW)
    assert found.control is not None
    assert found.confirmation is None
    found.vouched = True
    assert found.confirmation == (None if nested else {"TopicArn": "t"})


def _verdict(found: Examined) -> str:
    assert found.judged is not None
    return found.judged.verification
