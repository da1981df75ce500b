"""Queue URLs (F-109)."""

import pytest

from bridge.sqs.urls import QueueUrl
from runtime.errors import ConfigurationError
from runtime.settings import Sqs

pytestmark = pytest.mark.feature("F-109")

AWS = Sqs.model_construct(endpoint_url=None, region=None)
LOCAL = Sqs.model_construct(endpoint_url="http://127.0.0.1:9324/", region="eu-west-1")


@pytest.mark.parametrize(
    ("url", "endpoint", "region"),
    [
        (
            "https://sqs.us-east-1.amazonaws.com/123456789012/sms-events",
            "https://sqs.us-east-1.amazonaws.com",
            "us-east-1",
        ),
        (
            "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q",
            "https://sqs.cn-north-1.amazonaws.com.cn",
            "cn-north-1",
        ),
        (
            "https://sqs.us-gov-west-1.amazonaws.com/123456789012/q.fifo",
            "https://sqs.us-gov-west-1.amazonaws.com",
            "us-gov-west-1",
        ),
        (
            "https://sqs-fips.us-west-2.amazonaws.com/123456789012/q",
            "https://sqs-fips.us-west-2.amazonaws.com",
            "us-west-2",
        ),
        ("https://eu-west-3.queue.amazonaws.com/123456789012/q", "https://eu-west-3.queue.amazonaws.com", "eu-west-3"),
        ("https://queue.amazonaws.com/123456789012/q", "https://queue.amazonaws.com", "us-east-1"),
        (
            "https://vpce-0a1b-c2.sqs.us-east-2.vpce.amazonaws.com/123456789012/q",
            "https://vpce-0a1b-c2.sqs.us-east-2.vpce.amazonaws.com",
            "us-east-2",
        ),
    ],
)
def test_urls_of_aws(url: str, endpoint: str, region: str) -> None:
    parsed = QueueUrl.parse(url, AWS)
    assert (parsed.url, parsed.endpoint, parsed.region) == (url, endpoint, region)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sms-events",
        "http://sqs.us-east-1.amazonaws.com/123456789012/q",
        "https://sqs.us-east-1.amazonaws.com/q",
        "https://sqs.us-east-1.amazonaws.com/12345/q",
        "https://sqs.us-east-1.amazonaws.com/123456789012/q?x=1",
        "https://sqs.us-east-1.amazonaws.com.evil.example/123456789012/q",
        "https://sqs.region.amazonaws.com/account/sms-queue",
        "https://example.com/123456789012/q",
    ],
)
def test_what_is_none_is_named_with_what_was_expected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="https://sqs"):
        QueueUrl.parse(url, AWS)


def test_with_an_endpoint_any_host_will_do() -> None:
    parsed = QueueUrl.parse("http://localhost:9324/000000000000/sms", LOCAL)
    assert (parsed.endpoint, parsed.region, parsed.name) == ("http://127.0.0.1:9324", "eu-west-1", "sms")
    assert not parsed.is_fifo
    with pytest.raises(ConfigurationError):
        QueueUrl.parse("sms", LOCAL)
