"""Our signature is botocore's, byte for byte."""

import datetime
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bridge.sqs.credentials import Keys
from bridge.sqs.signing import CONTENT_TYPE, Signer


def headers_of(head: bytes) -> dict[str, str]:
    lines = head.decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines if line)


@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdzEXAMPLE=="])
@pytest.mark.parametrize("body", [b"{}", '{"MessageBody":"grüße"}'.encode()])
def test_signature_equals_botocores(token: str | None, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.datetime(2026, 11, 24, 10, 7, 24, tzinfo=datetime.UTC)
    keys = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    signer = Signer(keys, "eu-central-1", "sqs.eu-central-1.amazonaws.com", clock=moment.timestamp)
    ours = headers_of(signer.head("AmazonSQS.DeleteMessageBatch", body))

    class Frozen(datetime.datetime):
        @classmethod
        def utcnow(cls) -> Any:
            return moment.replace(tzinfo=None)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: moment, raising=False)
    monkeypatch.setattr("botocore.auth.datetime", type("D", (), {"datetime": Frozen}), raising=False)
    request = AWSRequest(
        method="POST",
        url="https://sqs.eu-central-1.amazonaws.com/",
        data=body,
        headers={
            "Content-Type": CONTENT_TYPE,
            "X-Amz-Target": "AmazonSQS.DeleteMessageBatch",
            "Host": "sqs.eu-central-1.amazonaws.com",
        },
    )
    SigV4Auth(Credentials(keys.access, keys.secret, token), "sqs", "eu-central-1").add_auth(request)
    assert request.headers["X-Amz-Date"] == ours["X-Amz-Date"]
    assert request.headers["Authorization"] == ours["Authorization"]
    assert request.headers.get("X-Amz-Security-Token") == ours.get("X-Amz-Security-Token")


def test_a_new_second_and_a_new_day_change_the_signature() -> None:
    now = [0.0]
    signer = Signer(Keys("a", "s", None), "us-east-1", "h", clock=lambda: now[0])
    seen = set()
    for second in (0, 0.5, 1, 86_400, 86_401):
        now[0] = second
        seen.add(signer.head("t", b""))
    assert len(seen) == 4


def test_keys_do_not_print_themselves() -> None:
    assert "secret" not in repr(Keys("access", "secret", "token"))
