"""Twilio: forms, JSON, and URLs that a proxy has changed."""

from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import b64, header, keyed, post, reason, sha256

URL = "https://hooks.example.org/twilio?tenant=acme&x=1"
FORM = [("To", "+15005550006"), ("Body", "Grüße & 100 %"), ("From", "+14155550100"), ("Empty", "")]
TEXT = "BodyGrüße & 100 %EmptyFrom+14155550100To+15005550006"
KIND = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


def sent(signed: str, body: bytes, url: str = URL, kind: dict[str, str] = KIND, digest: str = "sha1") -> Request:
    return post({**kind, "X-Twilio-Signature": b64(keyed("first", signed.encode(), digest))}, body, url)


GOOD = sent(URL + TEXT, urlencode(FORM).encode())


def test_a_form_with_any_live_secret() -> None:
    assert reason("twilio", GOOD, "first") == "verified"
    assert reason("twilio", GOOD, "second", "first") == "verified"
    assert reason("twilio", GOOD, "second") == "mismatch"
    assert reason("twilio", replace(GOOD, body=urlencode(FORM[::-1]).encode()), "first") == "verified"


def test_every_signed_value_counts() -> None:
    for name, value in FORM:
        changed = urlencode([(key, old + "1" if key == name else old) for key, old in FORM]).encode()
        assert reason("twilio", replace(GOOD, body=changed), "first") == "mismatch", (name, value)
    assert reason("twilio", replace(GOOD, body=urlencode([*FORM, ("More", "1")]).encode()), "first") == "mismatch"
    assert reason("twilio", replace(GOOD, body=b""), "first") == "mismatch"
    assert reason("twilio", replace(GOOD, url=URL + "2"), "first") == "mismatch"
    assert reason("twilio", replace(GOOD, url=URL.replace("hooks", "other")), "first") == "mismatch"
    assert reason("twilio", header(GOOD, "X-Twilio-Signature"), "first") == "missing_header"
    assert reason("twilio", header(GOOD, "X-Twilio-Signature", "***"), "first") == "malformed_header"


def test_repeated_parameters_are_signed_sorted_and_once() -> None:
    request = sent(f"{URL}ToaTob", b"To=b&To=a&To=b")
    assert reason("twilio", request, "first") == "verified"
    assert reason("twilio", replace(request, body=b"To=b&To=c"), "first") == "mismatch"


@pytest.mark.parametrize("host", ["hooks.example.org", "u:p@hooks.example.org", "[2001:db8::1]"])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("https://{}/a", "https://{}:443/a"),
        ("https://{}:443/a", "https://{}/a"),
        ("https://{}/a", "http://{}/a"),
        ("https://{}/a?b=:80", "http://{}:8080/a?b=:80"),
        ("http://{}:80", "http://{}"),
        ("http://{}:8080/", "http://{}:8080/"),
    ],
)
def test_scheme_and_port_may_differ_behind_a_proxy(host: str, theirs: str, ours: str) -> None:
    request = sent(theirs.format(host) + TEXT, urlencode(FORM).encode(), ours.format(host))
    assert reason("twilio", request, "first") == "verified"
    assert (
        reason("twilio", replace(request, url=request.url.replace("example", "example2") + "x"), "first") == "mismatch"
    )


def test_json_is_covered_by_its_hash_in_the_url() -> None:
    body = b'{"b": "\xf0\x9f\x98\x80"}'
    url = f"{URL}&bodySHA256={sha256(body)}"
    request = sent(url, body, url, {"Content-Type": "application/json"})
    assert reason("twilio", request, "first") == "verified"
    assert reason("twilio", replace(request, body=body + b" "), "first") == "wrong_hash"
    forged = replace(request, body=b"{}", url=f"{URL}&bodySHA256={sha256(b'{}')}")
    assert reason("twilio", forged, "first") == "mismatch"


@pytest.mark.parametrize("kind", [{"Content-Type": "application/json"}, {}, {"Content-Type": "text/plain"}])
def test_the_signature_of_a_bare_url_does_not_vouch_for_a_body(kind: dict[str, str]) -> None:
    assert reason("twilio", replace(sent(URL, b"", kind=kind), method="GET"), "first") == "verified"
    assert reason("twilio", sent(URL, b'{"Body": "forged"}', kind=kind), "first") == "body_not_signed"


def test_a_webhooks_rule_chooses_the_hash() -> None:
    name = "X-Twilio-Webhooks-Signature-Settings"
    request = sent(URL + TEXT, urlencode(FORM).encode(), digest="sha256")
    assert reason("twilio", header(request, name, "key=main,algorithm=HMAC_SHA256"), "first") == "verified"
    assert reason("twilio", request, "first") == "mismatch"
    for odd in ("key=main", "algorithm=HMAC_MD5", ",", "algorithm"):
        assert reason("twilio", header(request, name, odd), "first") == "wrong_algorithm"


@pytest.mark.parametrize("body", [b"\xff\xfe=\x00", b"%", b"%zz=%e4", b"&&=&=", b"a=1&" * 2000])
def test_odd_bytes_are_no_accident(body: bytes) -> None:
    assert reason("twilio", replace(GOOD, body=body), "first") in {"mismatch", "malformed_body"}
