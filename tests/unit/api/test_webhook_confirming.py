"""Subscriptions are confirmed for topics of ours alone, and nothing else is ever called (T-56)."""

from pathlib import Path

import pytest

from api.webhooks.confirming import Confirmer, is_of
from api.webhooks.fetching import Fetcher
from tests.servers.api.amazon import amazon

TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
URL = f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
FIELDS = {"TopicArn": TOPIC, "SubscribeURL": URL, "Token": "2336412f37"}


def test_a_url_of_sns_for_this_topic() -> None:
    assert is_of(URL, TOPIC)
    china = "arn:aws-cn:sns:cn-north-1:123456789012:mail"
    assert is_of(URL.replace(TOPIC, china).replace("us-east-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"), china)


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("https", "http"),
        URL.replace("us-east-1.amazonaws.com", "us-west-2.amazonaws.com"),
        URL.replace("amazonaws.com/", "amazonaws.com.evil.example/"),
        URL.replace("https://sns", "https://evil.example#@sns"),
        URL.replace("https://sns", "https://user@sns"),
        URL.replace("https://sns", "https://evil.example/sns"),
        URL.replace("sns.us-east-1.amazonaws.com", "169.254.169.254"),
        URL.replace("amazonaws.com/", "amazonaws.com:8443/"),
        URL.replace("amazonaws.com/", "amazonaws.com/latest/"),
        URL.replace("amazonaws.com/", "amazonaws.com\\@evil.example/"),
        URL.replace("ConfirmSubscription", "Publish"),
        URL.replace("&Token", "&Action=Publish&Token"),
        URL.replace(TOPIC, TOPIC + "2"),
        URL.replace("&Token", f"&TopicArn={TOPIC}2&Token"),
        URL + "&Endpoint=https://evil.example",
        URL + "\r\nX: y",
        URL + " HTTP/1.1",
        URL + "#fragment",
        URL + "é",
        URL + "x" * 3000,
        "",
    ],
)
def test_everything_else_is_none(url: str) -> None:
    assert not is_of(url, TOPIC)


def test_only_topics_that_are_named() -> None:
    assert Confirmer(frozenset({TOPIC}), Fetcher()).allows(FIELDS)
    assert not Confirmer(frozenset(), Fetcher()).allows(FIELDS)
    assert not Confirmer(frozenset({TOPIC + "2"}), Fetcher()).allows(FIELDS)
    assert not Confirmer(frozenset({TOPIC}), Fetcher()).allows({"TopicArn": TOPIC})


@pytest.mark.parametrize(("status", "confirmed"), [(b"200 OK", True), (b"302 Found", False), (b"403 Forbidden", False)])
async def test_a_confirmation_is_one_get(
    status: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, confirmed: bool
) -> None:
    async with amazon(tmp_path, monkeypatch) as sns:
        sns.answers["/"] = (status, b"<ConfirmSubscriptionResponse/>")
        assert await Confirmer(frozenset({TOPIC}), sns.fetcher).confirm(FIELDS) is confirmed
        assert sns.looked_up == ["sns.us-east-1.amazonaws.com"]
        (asked,) = sns.asked
    assert asked.startswith(f"GET /?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37 HTTP/1.1\r\n".encode())


async def test_an_sns_that_cannot_be_reached_has_confirmed_nothing() -> None:
    async def nowhere(host: str) -> list[str]:
        raise OSError("no such name")

    assert not await Confirmer(frozenset({TOPIC}), Fetcher(nowhere)).confirm(FIELDS)
