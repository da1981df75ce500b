"""Amazon SNS over HTTP."""

import json
from typing import Any

import pytest

from domain.signatures import Refused, Request, certificate_url
from tests.unit.domain.signatures.signing import (
    CERTIFICATE,
    NOW,
    SNS_SIGNS,
    TOPIC,
    pem,
    post,
    reason,
    rsa_key,
    sns_signed,
)

KEY, OTHER = rsa_key("first"), rsa_key("other")
COMMON = {"MessageId": "m-1", "TopicArn": TOPIC, "Timestamp": "2026-09-21T14:13:20.000Z", "SigningCertURL": CERTIFICATE}
NOTE = {**COMMON, "Type": "Notification", "Message": '{"ü":\n"1"}', "Subject": "Grüße"}
ASK = {
    **COMMON,
    "Type": "SubscriptionConfirmation",
    "Message": "Confirm",
    "Token": "t",
    "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/",
}


def signed(message: dict[str, Any], version: str = "2") -> dict[str, Any]:
    return dict(sns_signed(message, KEY, version))


def sent(message: dict[str, Any]) -> Request:
    return post({"Content-Type": "text/plain; charset=UTF-8"}, json.dumps(message).encode())


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize(
    "message",
    [
        NOTE,
        {name: value for name, value in NOTE.items() if name != "Subject"},
        ASK,
        {**ASK, "Type": "UnsubscribeConfirmation"},
    ],
    ids=["with subject", "without", "subscribe", "unsubscribe"],
)
def test_every_signed_field_counts(message: dict[str, Any], version: str) -> None:
    good = signed(message, version)
    assert reason("sns", sent(good), pem(OTHER), pem(KEY)) == "verified"
    assert reason("sns", sent(good), pem(OTHER)) == "mismatch"
    assert reason("sns", sent({**good, "Unsigned": "1"}), pem(KEY)) == "verified"
    for name in SNS_SIGNS[message["Type"]]:
        if name in message and name != "Type":
            assert reason("sns", sent({**good, name: message[name] + "x"}), pem(KEY)) == "mismatch", name
            without = {key: value for key, value in good.items() if key != name}
            assert reason("sns", sent(without), pem(KEY)) in {"missing_field", "mismatch"}, name


def test_the_version_says_which_hash() -> None:
    assert reason("sns", sent({**signed(NOTE, "2"), "SignatureVersion": "1"}), pem(KEY)) == "mismatch"
    assert reason("sns", sent({**signed(NOTE), "SignatureVersion": "3"}), pem(KEY)) == "wrong_algorithm"
    assert reason("sns", sent(signed(NOTE, "1")), pem(KEY), versions=["2"]) == "wrong_algorithm"


def test_topic_and_window() -> None:
    assert reason("sns", sent(signed(NOTE)), pem(KEY), topics=[TOPIC]) == "verified"
    assert reason("sns", sent(signed(NOTE)), pem(KEY), topics=[TOPIC + "2"]) == "wrong_topic"
    assert reason("sns", sent(signed(NOTE)), pem(KEY), now=NOW + 10, tolerance=9) == "expired"
    assert reason("sns", sent(signed(NOTE)), pem(KEY), now=NOW - 10, tolerance=9) == "from_the_future"


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace(".amazonaws.com", ".amazonaws.com.evil.example"),
        CERTIFICATE.replace("sns.", "evil.example/sns."),
        CERTIFICATE.replace("https://", "https://sns.eu-west-1.amazonaws.com@evil.example/"),
        CERTIFICATE.replace("sns.", "sns.evil.example#"),
        CERTIFICATE.replace(".com/", ".com:8443/"),
        CERTIFICATE.replace("sns.eu-west-1", "sns.eu-west-1.s3"),
        CERTIFICATE.replace("sns.eu-west-1", "s3.eu-west-1"),
        CERTIFICATE.replace(".com/", ".com/../"),
        CERTIFICATE + "?x=1",
        CERTIFICATE + "\n",
        CERTIFICATE.replace("amazonaws.com", "amazonaws.com.cnx"),
        CERTIFICATE.replace("amazonaws.com", "amazonawsxcom"),
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_that_lies_elsewhere_is_neither_fetched_nor_believed(url: str) -> None:
    request = sent(signed({**NOTE, "SigningCertURL": url}))
    assert reason("sns", request, pem(KEY)) == "untrusted_certificate"
    with pytest.raises(Refused):
        certificate_url(request)


def test_a_certificate_that_lies_with_amazon() -> None:
    for url in (CERTIFICATE, CERTIFICATE.replace("eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn")):
        assert certificate_url(sent(signed({**NOTE, "SigningCertURL": url}))) == url


@pytest.mark.parametrize(
    ("body", "found"),
    [(b"\xff", "malformed_body"), (b"[]", "malformed_body"), (b"[" * 9999, "malformed_body"), (b"{}", "missing_field")],
)
def test_what_is_no_message(body: bytes, found: str) -> None:
    assert reason("sns", post({}, body), pem(KEY)) == found


def test_what_is_malformed() -> None:
    assert reason("sns", sent({**signed(NOTE), "Signature": "?"}), pem(KEY)) == "malformed_body"
    assert reason("sns", sent({**signed(NOTE), "Type": "Other"}), pem(KEY)) == "malformed_body"
    assert reason("sns", sent({**signed(NOTE), "Subject": 1}), pem(KEY)) == "missing_field"
    assert reason("sns", sent(signed(NOTE)), "no certificate") == "unusable_secret"
    assert reason("sns", sent(signed({**NOTE, "Timestamp": "soon"})), pem(KEY)) == "malformed_header"
