"""The URL that the provider has and the address that it comes from, with proxies between and with liars."""

import pytest

from api.webhooks.origin import Arrived, Origin, passed_on
from runtime.errors import ConfigurationError

LIES = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "evil.example")]


def arrived(peer: str, *headers: tuple[str, str]) -> Arrived:
    return Arrived(peer, "http", "/webhooks/sms/twilio", "a=%20b", [("host", "10.0.0.5:8014"), *headers])


def test_nobody_is_believed_who_is_not_trusted() -> None:
    origin = Origin(None, "10.0.0.0/24")
    assert origin.url(arrived("192.0.2.1", *LIES)) == "http://10.0.0.5:8014/webhooks/sms/twilio?a=%20b"
    assert origin.client(arrived("192.0.2.1", *LIES)) == "192.0.2.1"
    assert Origin(None, "").client(arrived("10.0.0.2", *LIES)) == "10.0.0.2"


def test_a_trusted_proxy_is_believed_about_what_it_saw_itself() -> None:
    origin = Origin(None, "10.0.0.0/24, 2001:db8::1")
    told = [("x-forwarded-for", "198.51.100.1, 203.0.113.9"), ("x-forwarded-for", "10.0.0.3"), *LIES[1:]]
    assert origin.client(arrived("10.0.0.2", *told)) == "203.0.113.9"
    assert origin.url(arrived("10.0.0.2", *told)).startswith("https://evil.example/webhooks/")
    assert origin.url(arrived("10.0.0.2", ("x-forwarded-proto", "gopher"))).startswith("http://10.0.0.5:8014/")


def test_a_public_url_goes_before_everything() -> None:
    origin = Origin("https://hooks.acme.example/in/", "10.0.0.2")
    assert origin.url(arrived("10.0.0.2", *LIES)) == "https://hooks.acme.example/in/webhooks/sms/twilio?a=%20b"


@pytest.mark.parametrize(("public", "trusted"), [("hooks.acme.example", ""), (None, "10.0.0.0/33"), (None, "proxy")])
def test_what_cannot_be_meant_is_told(public: str | None, trusted: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBHOOKS_"):
        Origin(public, trusted)


def test_headers_of_the_connection_and_cookies_stay_behind() -> None:
    kept = [("host", "a"), ("authorization", "Basic x"), ("x-b", "1"), ("x-b", "2"), ("content-length", "3")]
    gone = [
        ("Connection", "close, X-Hop"),
        ("cookie", "a"),
        ("x-hop", "1"),
        ("transfer-encoding", "chunked"),
        ("te", ""),
    ]
    assert passed_on([*gone, *kept]) == kept
