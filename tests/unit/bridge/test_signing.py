"""Our signature is botocore's, byte for byte."""

import datetime
from functools import partial
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from bridge.sqs.boto import BotoQueue
from bridge.sqs.boto_signing import QueueAuth
from bridge.sqs.credentials import Keys
from bridge.sqs.port import SqsError
from bridge.sqs.signing import CONTENT_TYPE, Signer
from runtime.settings import Sqs


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


@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdzEXAMPLE=="])
def test_aiobotocore_sends_the_same_headers(token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.sqs.boto_signing.Signer", partial(Signer, clock=lambda: 1_795_000_000.0))
    url, target, body = "http://localhost:9324/", "AmazonSQS.ReceiveMessage", b'{"QueueUrl":"q"}'
    request = AWSRequest(method="POST", url=url, data=body, headers={"X-Amz-Target": target})
    QueueAuth(Credentials("AKIDEXAMPLE", "secret", token), "sqs", "us-east-1").add_auth(request)
    signer = Signer(Keys("AKIDEXAMPLE", "secret", token), "us-east-1", "localhost:9324", clock=lambda: 1_795_000_000.0)
    ours = headers_of(signer.head(target, body))
    for name in ("X-Amz-Date", "Authorization", "X-Amz-Security-Token"):
        assert request.headers.get(name) == ours.get(name)


async def test_without_credentials_aioboto3_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    queue = BotoQueue(
        "http://127.0.0.1:9/0/q", Sqs(client="aioboto3", endpoint_url="http://127.0.0.1:9", region="us-east-1")
    )
    with pytest.raises(SqsError) as caught:
        await queue.receive()
    await queue.close()
    assert caught.value.code == "NoCredentials"


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
