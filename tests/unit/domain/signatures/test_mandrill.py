"""Mandrill."""

from urllib.parse import quote_plus

from msgspec.structs import replace

from domain.signatures import Request
from tests.unit.domain.signatures.signing import b64, header, keyed, post, reason

URL = "https://ann:pass@hooks.example.org/mandrill"
EVENTS = '[{"event":"click","ts":1790000000,"ü":"+"}]'
MULTIPART = (
    '--XX\r\nContent-Disposition: form-data; name="mandrill_events"\r\n\r\n' + EVENTS + "\r\n--XX--\r\n"
).encode()


def sent(url: str = URL) -> Request:
    signature = b64(keyed("first", f"{URL}mandrill_events{EVENTS}".encode(), "sha1"))
    kind = "application/x-www-form-urlencoded"
    return post(
        {"Content-Type": kind, "X-Mandrill-Signature": signature}, f"mandrill_events={quote_plus(EVENTS)}".encode(), url
    )


def test_with_any_live_secret_and_the_url_as_it_was_entered() -> None:
    assert reason("mandrill", sent(), "second", "first") == "verified"
    assert reason("mandrill", sent("http://inner:8080/mandrill"), "first", url=URL) == "verified"
    assert reason("mandrill", sent("http://inner:8080/mandrill"), "first") == "mismatch"
    parts = replace(header(sent(), "Content-Type", 'multipart/form-data; boundary="XX"'), body=MULTIPART)
    assert reason("mandrill", parts, "first") == "verified"


def test_every_signed_value_counts() -> None:
    assert reason("mandrill", sent(), "other") == "mismatch"
    assert reason("mandrill", replace(sent(), body=sent().body + b"1"), "first") == "mismatch"
    assert reason("mandrill", replace(sent(), body=sent().body + b"&a=1"), "first") == "mismatch"
    assert reason("mandrill", replace(sent(), url=URL + "/"), "first") == "mismatch"
    assert reason("mandrill", header(sent(), "X-Mandrill-Signature"), "first") == "missing_header"
    assert reason("mandrill", header(sent(), "X-Mandrill-Signature", "#"), "first") == "malformed_header"


def test_a_field_that_is_sent_twice_is_refused_whichever_of_them_is_signed() -> None:
    for body in (b"mandrill_events=%5B%5D&" + sent().body, sent().body + b"&mandrill_events=%5B%5D"):
        assert reason("mandrill", replace(sent(), body=body), "first") == "repeated_field"


def test_what_is_no_form() -> None:
    assert reason("mandrill", header(sent(), "Content-Type", "application/json"), "first") == "malformed_body"
    for kind, body, found in (
        ("multipart/form-data", MULTIPART, "malformed_body"),
        ("multipart/form-data; boundary=XX", b"--XX\r\n\r\nx", "malformed_body"),
        ("multipart/form-data; boundary=XX", b"--XX" * 3, "mismatch"),
    ):
        assert reason("mandrill", replace(header(sent(), "Content-Type", kind), body=body), "first") == found
