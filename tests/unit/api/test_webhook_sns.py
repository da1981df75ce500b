"""A message of SNS is genuine, is refused, or cannot be told about; and only a topic of ours is vouched for."""

import json
from typing import Any

import pytest

from api.webhooks.sns import NoCertificate, Sns
from domain.signatures import Request
from tests.servers.bridge.certificates import certified
from tests.unit.domain.signatures.signing import CERTIFICATE, NOW, TOPIC, notification, rsa_key

KEY = rsa_key()
NOTE = notification("{}", "2026-09-21T14:13:20.000Z", KEY)
HEADERS = {"x-amz-sns-message-type": "Notification", "Content-Type": "text/plain; charset=UTF-8"}
RAW = {**HEADERS, "x-amz-sns-rawdelivery": "true", "x-amz-sns-topic-arn": TOPIC}
OURS, THEIRS = frozenset({TOPIC}), frozenset({TOPIC + "2"})


class Given:
    """pem: of every address; None: of none."""

    def __init__(self, pem: bytes | None) -> None:
        self.pem, self.asked = pem, list[str]()

    async def of(self, url: str) -> bytes | None:
        self.asked.append(url)
        return self.pem


CERTIFIED = Given(certified(KEY))


def sent(message: Any, headers: dict[str, str] = HEADERS) -> Request:
    return Request(headers=tuple(headers.items()), body=json.dumps(message).encode())


async def told(
    request: Request, topics: frozenset[str] = frozenset(), *, required: bool = True
) -> tuple[str, str, bool]:
    sns = Sns(topics, CERTIFIED, required=required)
    verdict = await sns.verdict(request, NOW)
    return verdict.outcome, verdict.reason, sns.vouches(verdict)


async def test_only_what_a_topic_of_ours_has_signed_is_vouched_for() -> None:
    assert await told(sent(NOTE)) == ("verified", "verified", False)
    assert await told(sent(NOTE), OURS) == ("verified", "verified", True)
    assert await told(sent(NOTE), THEIRS) == ("failed", "wrong_topic", False)
    assert await told(sent({**NOTE, "Message": "{ }"}), OURS) == ("failed", "mismatch", False)


@pytest.mark.parametrize(
    "changed",
    [
        {"TopicArn": TOPIC + "2"},
        {"SigningCertURL": CERTIFICATE.replace("sns.", "evil.example/sns.")},
        {"SigningCertURL": None},
        {"SigningCertURL": ["x"]},
    ],
    ids=str,
)
async def test_no_certificate_is_asked_for_where_none_could_help(changed: dict[str, Any]) -> None:
    none = Given(None)
    sns = Sns(OURS, none, required=True)
    assert (await sns.verdict(sent({**NOTE, **changed}), NOW)).outcome == "failed"
    assert none.asked == []
    with pytest.raises(NoCertificate):
        await sns.verdict(sent(NOTE), NOW)
    assert none.asked == [CERTIFICATE]


UNSIGNED = {name: value for name, value in NOTE.items() if not name.startswith("Sign")}
FIFO = {**UNSIGNED, "SequenceNumber": "10000000000000003000"}


@pytest.mark.parametrize(
    "request_",
    [sent(UNSIGNED), sent(FIFO), sent(["raw"], RAW), Request(headers=tuple(RAW.items()), body=b"raw")],
    ids=["unsigned", "fifo", "raw json", "raw"],
)
async def test_what_bears_no_signature_is_a_matter_of_the_setting(request_: Request) -> None:
    assert await told(request_) == ("failed", "missing_field", False)
    assert await told(request_, required=False) == ("not_required", "no_secret", False)
    assert await told(request_, OURS, required=False) == ("not_required", "no_secret", False)
    assert await told(request_, THEIRS, required=False) == ("failed", "wrong_topic", False)


@pytest.mark.parametrize(
    "left", [{"Signature": "AAAA"}, {"SignatureVersion": "2"}, {"SigningCertURL": CERTIFICATE}], ids=str
)
async def test_half_a_signature_is_none(left: dict[str, str]) -> None:
    assert (await told(sent({**UNSIGNED, **left}), required=False))[0] == "failed"


async def test_an_unsigned_message_without_a_topic_is_of_none_of_ours() -> None:
    assert await told(sent({"Type": "Notification", "Message": ""}), OURS, required=False) == (
        "failed",
        "wrong_topic",
        False,
    )


@pytest.mark.parametrize("charset", ["utf-7", "UTF-16", "'utf-7'", 'utf-8"; charset=utf-7'])
async def test_nobody_may_make_us_read_something_else_than_was_signed(charset: str) -> None:
    headers = {**HEADERS, "Content-Type": f'text/plain; charset="{charset}"'}
    assert await told(sent(NOTE, headers), OURS) == ("failed", "malformed_header", False)


@pytest.mark.parametrize("type_", ["text/plain", "application/json; charset=utf-8", 'text/plain; charset="UTF-8"'])
async def test_the_content_type_may_be_any_other(type_: str) -> None:
    assert await told(sent(NOTE, {"Content-Type": type_}), OURS) == ("verified", "verified", True)
